"""Who is calling, and what may they do: JWT with a shared secret, and the applicaties of the AC.

Every failure is a 403, never a 401.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jwt

from simulators.zgw.fields import VERTROUWELIJKHEID
from simulators.zgw.problems import forbidden
from simulators.zgw.store import AUTORISATIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jwt.types import Options

    from simulators.kit import SettableClock
    from simulators.zgw.store import Record, Store

JWT_EXPIRY = 3600
"""Seconds that a token is good for, counted from its `iat`."""

_SIGNATURE_ONLY: Options = {
    "verify_signature": True,
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_sub": False,
}
_REMEMBERED = 4_096
_LEVEL = {name: level for level, name in enumerate(VERTROUWELIJKHEID)}
_TYPE_FIELDS = {"zrc": "zaaktype", "drc": "informatieobjecttype", "brc": "besluittype"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The caller of one request."""

    client_id: str
    user_id: str
    user_name: str
    application: Record

    @property
    def may_all(self) -> bool:
        return bool(self.application.body["heeftAlleAutorisaties"])

    def may(
        self, component: str, scopes: frozenset[str], type_url: str = "", level: str = ""
    ) -> bool:
        """Tell whether one of `scopes` is granted, for this type and confidentiality if given."""
        if self.may_all:
            return True
        for grant in self.application.body["autorisaties"]:
            if grant["component"] != component or not scopes.intersection(grant["scopes"]):
                continue
            if type_url and grant.get(_TYPE_FIELDS.get(component, "")) != type_url:
                continue
            most = grant.get("maxVertrouwelijkheidaanduiding") or VERTROUWELIJKHEID[-1]
            if level and _LEVEL.get(level, 0) > _LEVEL[most]:
                continue
            return True
        return False

    def require(
        self, component: str, scopes: frozenset[str], type_url: str = "", level: str = ""
    ) -> None:
        if not self.may(component, scopes, type_url, level):
            raise forbidden()


@dataclass(slots=True)
class Gate:
    """Checks tokens against `secrets` (client id to shared secret); remembers checked ones."""

    store: Store
    clock: SettableClock
    secrets: dict[str, str]
    _known: dict[str, tuple[dict[str, Any], float]] = field(default_factory=dict)

    def admit(self, headers: Mapping[str, str]) -> Client:
        """Return the caller, or raise the 403 that says what is wrong with the token."""
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            raise forbidden()
        claims = self._claims(token)
        application = self._application(str(claims["client_id"]))
        if application is None:
            raise forbidden()
        return Client(
            client_id=str(claims["client_id"]),
            user_id=str(claims.get("user_id", "")),
            user_name=str(claims.get("user_representation", "")),
            application=application,
        )

    def forget(self) -> None:
        """Drop remembered tokens: a secret has changed."""
        self._known.clear()

    def _claims(self, token: str) -> dict[str, Any]:
        known = self._known.get(token)
        now = self.clock.now().timestamp()
        if known is not None and now <= known[1]:
            return known[0]
        claims = self._verified(token)
        _check_times(claims, now)
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        until = min(float(claims["iat"]) + JWT_EXPIRY, float(claims.get("exp", "inf")))
        self._known[token] = (claims, until)
        return claims

    def _verified(self, token: str) -> dict[str, Any]:
        try:
            seen = jwt.decode(token, options={"verify_signature": False})
        except jwt.DecodeError as err:
            raise forbidden(
                "jwt-decode-error",
                "Het JWT kon niet gedecodeerd worden. Mogelijks heb je een copy-paste fout gemaakt",
            ) from err
        client_id = seen.get("client_id")
        if not client_id:
            raise forbidden(
                "missing-client-identifier", "Client identifier is niet aanwezig in JWT"
            )
        secret = self.secrets.get(str(client_id))
        if secret is None:
            raise forbidden("invalid-client-identifier", "Client identifier bestaat niet")
        try:
            claims: dict[str, Any] = jwt.decode(
                token, secret, algorithms=["HS256"], options=_SIGNATURE_ONLY
            )
        except jwt.InvalidAlgorithmError as err:
            raise forbidden("jwt-invalidalgorithmerror", "Het algoritme is niet HS256") from err
        except jwt.PyJWTError as err:
            raise forbidden("invalid-jwt-signature", "Client credentials zijn niet geldig") from err
        return claims

    def _application(self, client_id: str) -> Record | None:
        for record in self.store[AUTORISATIES + "applicaties"]:
            if client_id in record.body["clientIds"]:
                return record
        return None


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    iat = claims.get("iat")
    if not isinstance(iat, int | float):
        raise forbidden("jwt-missing-iat-claim", "Het JWT heeft geen iat claim")
    if now > iat + JWT_EXPIRY:
        raise forbidden("jwt-expired", "De JWT die gebruikt is voor dit verzoek is verlopen")
    if "exp" in claims and now >= float(claims["exp"]):
        raise forbidden("jwt-expiredsignatureerror", "De JWT is verlopen")
    if "nbf" in claims and now < float(claims["nbf"]):
        raise forbidden("jwt-immaturesignatureerror", "De JWT is nog niet geldig")
