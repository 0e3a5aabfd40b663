from simulators.kit import Journal, SettableClock
from simulators.kit.journal import page_of


def _journal(**limits: int) -> Journal:
    return Journal(SettableClock(), **limits)


def test_requests_and_effects_share_one_order() -> None:
    journal = _journal()
    first = journal.received_request("POST", "/a", "", {}, b"x")
    effect = journal.committed("note", request=first.seq, case="Z1", key={"a": 1})
    second = journal.received_request("POST", "/b", "", {}, b"")
    assert (first.seq, effect.seq, second.seq) == (1, 2, 3)
    assert effect.as_json()["request"] == 1


def test_old_bodies_are_dropped_when_the_ring_is_full_but_effects_are_all_kept() -> None:
    journal = _journal(keep_requests=3, keep_body_bytes=25)
    for number in range(5):
        request = journal.received_request("POST", f"/{number}", "", {}, b"0123456789")
        journal.committed("note", request=request.seq, case=None, key={})
    assert [request.path for request in journal.requests] == ["/2", "/3", "/4"]
    assert [request.body for request in journal.requests] == [None, b"0123456789", b"0123456789"]
    assert journal.received == 5
    assert len(journal.effects) == 5


def test_the_json_of_a_request_hides_the_token_and_cuts_a_long_body() -> None:
    journal = _journal()
    headers = {"Authorization": "Bearer geheim.token.hier", "Accept": "*/*"}
    shown = journal.received_request("POST", "/", "a=1", headers, b"y" * 10_000).as_json()
    assert shown["headers"] == {"authorization": "Bearer ...", "accept": "*/*"}
    assert len(shown["body"]) == 4096
    assert shown["bodyTruncated"]


def test_pages_follow_one_another_without_gaps() -> None:
    journal = _journal()
    for number in range(7):
        journal.committed("note", request=0, case=None, key={"n": number})
    found: list[int] = []
    after: int | None = 0
    while after is not None:
        page = page_of(journal.effects, after=after, limit=3)
        found += [entry["key"]["n"] for entry in page["results"]]
        after = page["next"]
    assert found == list(range(7))


def test_clearing_forgets_entries_but_goes_on_counting() -> None:
    journal = _journal()
    journal.received_request("GET", "/", "", {}, b"")
    journal.clear()
    assert (len(journal.requests), journal.received) == (0, 0)
    assert journal.received_request("GET", "/", "", {}, b"").seq == 2
