"""The token that the hub signs itself."""

from datetime import UTC, datetime, timedelta

import jwt
from pydantic import SecretStr

from adapters.zgw.token import Tokens

SECRET = SecretStr("een geheim van ruim voldoende lengte")
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class SetClock:
    def __init__(self) -> None:
        self.instant = START

    def now(self) -> datetime:
        return self.instant


def claims(bearer: str) -> dict[str, object]:
    decoded: dict[str, object] = jwt.decode(
        bearer.removeprefix("Bearer "),
        SECRET.get_secret_value(),
        algorithms=["HS256"],
        options={"verify_iat": False},
    )
    return decoded


def make() -> tuple[Tokens, SetClock]:
    clock = SetClock()
    return Tokens(clock, user_id="schakel", user_representation="Schakel"), clock


def test_it_names_the_client_and_the_user_and_when_it_was_made() -> None:
    tokens, _ = make()
    assert claims(tokens.bearer("hub", SECRET)) == {
        "iss": "hub",
        "client_id": "hub",
        "iat": int(START.timestamp()) - 10,
        "user_id": "schakel",
        "user_representation": "Schakel",
    }


def test_it_is_used_again_for_some_minutes_only() -> None:
    tokens, clock = make()
    first = tokens.bearer("hub", SECRET)
    clock.instant += timedelta(minutes=4, seconds=59)
    assert tokens.bearer("hub", SECRET) == first
    clock.instant += timedelta(seconds=1)
    assert tokens.bearer("hub", SECRET) != first


def test_a_clock_that_is_set_back_gets_a_new_token() -> None:
    tokens, clock = make()
    first = tokens.bearer("hub", SECRET)
    clock.instant -= timedelta(hours=1)
    assert tokens.bearer("hub", SECRET) != first


def test_each_client_has_its_own() -> None:
    tokens, _ = make()
    assert claims(tokens.bearer("een", SECRET))["iss"] == "een"
    assert claims(tokens.bearer("twee", SECRET))["iss"] == "twee"
