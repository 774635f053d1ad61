"""Who may do what: how people sign in and which role each has, as `access.toml` says.

The one place that decides. Without that file nobody signs in, and whoever reaches the app may do
everything. What a provider or a proxy says of someone comes in as claims: names with values.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, IPvAnyNetwork, SecretStr, model_validator

from service_quality.base import tables
from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.language import N_
from service_quality.base.tables import HERE, Table, Text

FILE_NAME = "access.toml"
ELSEWHERE = "SERVICE_QUALITY_ACCESS"  # the file, where it is not in the data folder
# Secrets may stand in the environment instead of the file.
IN_ENVIRONMENT = {
    "client_secret": "SERVICE_QUALITY_CLIENT_SECRET",
    "cookie_secret": "SERVICE_QUALITY_COOKIE_SECRET",
}
EVERYONE = "*"  # who can sign in at all
LEAST_SECRET = 32  # characters: a shorter one can be guessed, and with it any sign-in be made up


class Role(IntEnum):
    """What someone may do; each may do what those before may."""

    VIEWER = 1  # reads and shares
    PUBLISHER = 2  # uploads, withdraws, writes promises and remarks
    ADMINISTRATOR = 3  # settings, and which personal data are kept


TITLES = {
    Role.VIEWER: N_("viewer"),
    Role.PUBLISHER: N_("publisher"),
    Role.ADMINISTRATOR: N_("administrator"),
}
# Values by dimension; a row is seen where one of these allows it in all its dimensions.
Only = tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]


@dataclass(frozen=True)
class Person:
    """Someone who uses the app: how lists name them, their role if any, and the rows they see.

    `email` is an address that is proven to be theirs; empty where none is.
    """

    name: str
    role: Role | None
    only: Only = ()
    email: str = ""

    def may(self, role: Role) -> bool:
        """Whether they may do what needs this role."""
        return self.role is not None and self.role >= role


ANYONE = Person("", Role.ADMINISTRATOR)  # where nobody signs in


def _safe(url: str) -> str:
    parts = urlsplit(url)
    if not parts.hostname or not (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)
    ):
        raise ValueError("should be an address that begins with https://")
    return url


Url = Annotated[str, AfterValidator(_safe)]


class Provider(Table):
    """The company's provider of OpenID Connect, as Streamlit's `st.login` wants to know it."""

    client_id: Text
    client_secret: Annotated[SecretStr, Field(min_length=1)]
    server_metadata_url: Url
    cookie_secret: Annotated[SecretStr, Field(min_length=LEAST_SECRET)]
    scope: Text = "openid email profile"


class Proxy(Table):
    """A proxy that signs people in: the addresses it has, and the headers in which it says who."""

    addresses: Annotated[list[IPvAnyNetwork], Field(min_length=1)]
    user: Text
    groups: str = ""


class Roles(Table):
    """Who has which role: e-mails, values of a claim, or everyone."""

    email: Text = "email"
    claim: Text = "groups"
    viewer: list[Text] = Field(default=[])
    publisher: list[Text] = Field(default=[])
    administrator: list[Text] = Field(default=[])


# Whom a rule is about, and the values that they see, by dimension.
Rule = dict[str, Annotated[list[Text], Field(min_length=1)]]


class Access(Table):
    """What `access.toml` says."""

    address: Url = "http://localhost:8501"
    hours: Annotated[float, Field(gt=0, le=30 * 24)] = 10  # a session, from its sign-in on
    provider: Provider | None = None
    proxy: Proxy | None = None
    roles: Roles
    only: list[Rule] = Field(default=[])

    @model_validator(mode="after")
    def _makes_sense(self) -> Access:
        if (self.provider is None) == (self.proxy is None):
            raise ValueError("either [provider] or [proxy] says how people sign in")
        if self.provider and "address" not in self.model_fields_set:
            raise ValueError("address: how people reach the app is missing")
        for rule in self.only:
            if "who" not in rule or len(rule) == 1 or set(rule) - {"who", *DIMENSIONS}:
                raise ValueError(f"only: each has who, and one of {', '.join(DIMENSIONS)}")
        return self

    def person(self, claims: Mapping[str, Any], now: float) -> Person | None:
        """Return who the claims are of; None for nobody, or one whose session has ended by `now`.

        Both moments are seconds since 1970.
        """
        begun = claims.get("iat")
        if not isinstance(begun, int | float) or begun + self.hours * 3600 < now:
            return None
        proven = {name: value for name, value in claims.items() if name != self.roles.email}
        if email := self._proven_email(claims):
            proven[self.roles.email] = email
        named_by = (self.roles.email, "name", "sub")
        name = next((str(proven[key]) for key in named_by if proven.get(key)), "")
        if not name:
            return None
        names = self._names(proven)
        lists = {
            Role[key.upper()]: listed for key, listed in self.roles if isinstance(listed, list)
        }
        role = max((role for role, listed in lists.items() if _meet(listed, names)), default=None)
        return Person(name, role, self._only(names) if role == Role.VIEWER else (), email)

    def remembered(self, claims: Mapping[str, Any]) -> dict[str, Any]:
        """Return what of claims tells later who someone is, by the lists and rules of then."""
        values = claims.get(self.roles.claim)
        return {self.roles.email: self._proven_email(claims), self.roles.claim: values}

    def still(self, remembered: Mapping[str, Any], now: float) -> Person | None:
        """Return who was remembered, with the role and the rules that they have now.

        None for nobody: also where other claims tell now who has which role, so that no rule that
        binds someone is missed.
        """
        if not {self.roles.email, self.roles.claim} <= remembered.keys():
            return None
        return self.person({**remembered, "iat": now}, now)

    def _proven_email(self, claims: Mapping[str, Any]) -> str:
        email = claims.get(self.roles.email)
        proven = isinstance(email, str) and claims.get("email_verified") is not False
        return str(email) if proven else ""

    def _names(self, claims: Mapping[str, Any]) -> set[str]:
        """Return all that lists may name someone by: their e-mail, the values of the claim."""
        values = claims.get(self.roles.claim)
        texts = [str(each) for each in (values if isinstance(values, list) else [values]) if each]
        # An e-mail in a list means that very person, whatever else a claim was made to say.
        found = {text.casefold() for text in texts if "@" not in text}
        email = claims.get(self.roles.email)
        return {*found, EVERYONE} | ({email.casefold()} if email else set())

    def _only(self, names: Collection[str]) -> Only:
        return tuple(
            tuple((name, tuple(rule[name])) for name in DIMENSIONS if name in rule)
            for rule in self.only
            if _meet(rule["who"], names)
        )

    def of_headers(self, header: Callable[[str], str | None], since: float) -> dict[str, Any]:
        """Return as claims what the proxy says of someone; `since` is when they came."""
        if self.proxy is None:
            return {}
        groups = (header(self.proxy.groups) or "") if self.proxy.groups else ""
        listed = [each.strip() for each in groups.split(",")]
        return {
            self.roles.email: (header(self.proxy.user) or "").strip(),
            self.roles.claim: [each for each in listed if each],
            "iat": since,
        }

    def secrets(self) -> dict[str, Any]:
        """Return what Streamlit's own sign-in is given; empty where it is not used."""
        if self.provider is None:
            return {}
        auth = {
            "redirect_uri": f"{self.address.rstrip('/')}/oauth2callback",
            "cookie_secret": self.provider.cookie_secret.get_secret_value(),
            "client_id": self.provider.client_id,
            "client_secret": self.provider.client_secret.get_secret_value(),
            "server_metadata_url": self.provider.server_metadata_url,
            "client_kwargs": {"scope": self.provider.scope},
        }
        return {"auth": auth}


def _meet(listed: Collection[str], names: Collection[str]) -> bool:
    return any(each.casefold() in names for each in listed)


def path_of(folder: Path) -> Path:
    """Return where the file lies, or would."""
    return Path(os.environ.get(ELSEWHERE) or folder / FILE_NAME)


def exposed(folder: Path) -> str:
    """Return the sentence for where others on the machine can read the file, else none."""
    return tables.exposed(path_of(folder))


def load(folder: Path) -> Access | None:
    """Return what the file of a data folder says; None where there is none.

    Raises UsageError, which names the key and never a secret.
    """
    return tables.read(path_of(folder), _made, needed=bool(os.environ.get(ELSEWHERE)))


def _made(given: dict[str, Any]) -> Access:
    if isinstance(given.get("provider"), dict):
        secrets = {key: os.environ.get(name) for key, name in IN_ENVIRONMENT.items()}
        given["provider"] |= {key: value for key, value in secrets.items() if value}
    return Access(**given)
