"""The command line's side of the HTTP API: one call, and problems as sentences."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Self

import httpx

from schakel.cli.failure import FOUND_PROBLEMS, WRONG_USE, Failure
from schakel.cli.printing import cell

KEY_VARIABLE: Final = "SCHAKEL_API_KEY"
_SECONDS: Final = 60.0
_WRONG_KEY: Final = {401, 403}
_MOMENTS: Final = {"since": "Out of reach since", "expectedProbe": "The hub looks again at"}


class Refusal(Failure):
    """The hub answered with a problem, or something else than a hub answered.

    `status` is the HTTP status of that answer.
    """

    def __init__(self, sentence: str, *, code: int, status: int) -> None:
        super().__init__(sentence, code=code)
        self.status = status


class Connection:
    """Speaks to one hub with one key. Use it as a context manager."""

    def __init__(self, url: str, key_file: Path | None, *, seconds: float = _SECONDS) -> None:
        self._url = url.rstrip("/")
        self._seconds = seconds
        headers = {"Authorization": f"Bearer {_read_key(key_file)}"}
        try:
            self._client = httpx.Client(base_url=self._url, headers=headers, timeout=seconds)
        except httpx.InvalidURL:
            raise Failure(f"'{self._url}' is not an address of a hub.", code=WRONG_USE) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        return self._call("GET", path, params=params)

    def post(
        self,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        return self._call("POST", path, json=body, headers=headers)

    def patch(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._call("PATCH", path, json=body)

    def head(self, path: str, params: Mapping[str, str]) -> None:
        self._call("HEAD", path, params=params)

    def put(
        self,
        path: str,
        content: Iterable[bytes],
        *,
        params: Mapping[str, str],
        headers: Mapping[str, str],
    ) -> dict[str, Any]:
        """Sends the pieces as they come; `headers` has their Content-Length."""
        return self._call("PUT", path, content=content, params=params, headers=headers)

    def delete(self, path: str) -> None:
        self._call("DELETE", path)

    def send(self, path: str, content: bytes, media_type: str) -> dict[str, Any]:
        """Sends bytes as they are, without reading and writing them again."""
        return self._call("POST", path, content=content, headers={"Content-Type": media_type})

    def items(self, path: str, params: Mapping[str, str], *, limit: int) -> list[dict[str, Any]]:
        """The first `limit` items of a list, over as many pages as that takes."""
        found: list[dict[str, Any]] = []
        for page in self._pages(path, params):
            found += page["items"]
            if len(found) >= limit:
                break
        return found[:limit]

    def _pages(self, path: str, params: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        page = self.get(path, params)
        yield page
        while page["next"]:
            page = self.get(page["next"])
            yield page

    def _call(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        try:
            answer = self._client.request(method, path, **request)
        except httpx.UnsupportedProtocol:
            detail = f"'{self._url}' is not an address: it starts with http:// or https://."
            raise Failure(detail, code=WRONG_USE) from None
        except httpx.TimeoutException:
            detail = f"The hub at {self._url} did not answer within {self._seconds:.0f} seconds."
            raise Failure(f"{detail} Doing the same again is safe.") from None
        except httpx.TransportError as error:
            detail = f"There is no hub at {self._url} ({_first_line(error)})."
            raise Failure(f"{detail} Start it, or give its address with --url.") from None
        if answer.is_success:
            found: dict[str, Any] = answer.json() if answer.content else {}
            return found
        raise _refusal(answer)


def _read_key(file: Path | None) -> str:
    if file is None:
        key = os.environ.get(KEY_VARIABLE, "")
    else:
        try:
            key = file.read_text(encoding="utf-8")
        except (OSError, UnicodeError):
            raise Failure(f"The key file {file} cannot be read.", code=WRONG_USE) from None
    key = key.strip()
    if not key.isascii() or not key.isprintable() or not key:
        detail = f"No API key: set {KEY_VARIABLE}, or give a file that holds it with --key-file."
        raise Failure(detail, code=WRONG_USE)
    return key


def _refusal(answer: httpx.Response) -> Refusal:
    try:
        problem = answer.json()
        problems = problem.get("problems") or []
        lines = [f"{problem['title']}: {problem['detail']}"]
    except (ValueError, KeyError, AttributeError):
        what = f"{answer.status_code} {answer.reason_phrase}"
        detail = f"What answers at {answer.url.host} is not a hub ({what}): look at --url."
        return Refusal(detail, code=FOUND_PROBLEMS, status=answer.status_code)
    lines += [f"  {one['field'] or 'message'} ({one['rule']}): {one['detail']}" for one in problems]
    lines += [
        f"  {words} {cell(problem[name])}" for name, words in _MOMENTS.items() if problem.get(name)
    ]
    code = WRONG_USE if answer.status_code in _WRONG_KEY else FOUND_PROBLEMS
    return Refusal("\n".join(lines), code=code, status=answer.status_code)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
