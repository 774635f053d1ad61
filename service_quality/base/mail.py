"""How the app sends: the mail server and the channels that `mail.toml` of the data folder names.

Without that file nothing is ever sent, and nobody is asked for an address.
"""

from __future__ import annotations

import os
import re
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator

from service_quality.base import access, tables
from service_quality.base.language import _
from service_quality.base.settings import Settings
from service_quality.base.tables import HERE, Table, Text

FILE_NAME = "mail.toml"
PATH = "mail"  # of the app's, below which the links of mails lead
PASSWORD = "SERVICE_QUALITY_MAIL_PASSWORD"  # may stand in the environment instead of a file
PORTS = {"starttls": 587, "tls": 465, "none": 25}
LONGEST_ADDRESS = 254
LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"[\w.!#$%&'*+/=?^`{{|}}~-]+@(?:{LABEL}\.)+{LABEL}", re.ASCII)


def is_address(text: str) -> bool:
    """Whether this is one plain e-mail address, and nothing that a header would read otherwise."""
    return len(text) <= LONGEST_ADDRESS and bool(ADDRESS.fullmatch(text))


def _sender(text: str) -> str:
    if not is_address(parseaddr(text)[1]) or not text.isprintable():
        raise ValueError("should be an address such as Service quality <quality@example.com>")
    return text


class Mail(Table):
    """What `mail.toml` says."""

    host: str = ""  # of the mail server; without one only channels are written to
    port: Annotated[int, Field(gt=0, lt=65536)] | None = None
    encryption: Literal["starttls", "tls", "none"] = "starttls"
    sender: Annotated[str, AfterValidator(_sender)] = "service-quality@localhost"
    user: str = ""
    password: SecretStr | None = None
    domains: list[Text] = Field(default=[])  # that mails may go to; none named: all
    channels: list[Text] = Field(default=[])  # hosts of webhooks that may be written to

    @model_validator(mode="after")
    def _makes_sense(self) -> Mail:
        if not self.host and not self.channels:
            raise ValueError("host: the mail server is missing")
        if self.host and "sender" not in self.model_fields_set:
            raise ValueError("sender: the address that mails come from is missing")
        if self.user and self.password is None:
            raise ValueError(f"user: a password is missing: password_file, or {PASSWORD}")
        if self.user and self.encryption == "none" and self.host not in HERE:
            raise ValueError("encryption: a password is sent over an encrypted line alone")
        return self

    @property
    def server(self) -> tuple[str, int]:
        """The mail server's name and port."""
        return self.host, self.port or PORTS[self.encryption]

    def writes_to(self, address: str) -> bool:
        """Whether a mail may go to an address."""
        domain = address.rpartition("@")[2].casefold()
        allowed = not self.domains or domain in {each.casefold() for each in self.domains}
        return bool(self.host) and is_address(address) and allowed

    def posts_to(self, url: str) -> bool:
        """Whether a channel's webhook may be written to: one of the hosts, over https."""
        parts = urlsplit(url)
        host = (parts.hostname or "").casefold()
        safe = parts.scheme == "https" or (parts.scheme == "http" and host in HERE)
        named = [each.casefold() for each in self.channels]
        below = tuple(each[1:] for each in named if each.startswith("*."))
        return safe and (host in named or (bool(below) and host.endswith(below)))


def load(folder: Path) -> Mail | None:
    """Return what the file of a data folder says; None where there is none.

    Raises UsageError, which names the key and never a secret.
    """
    return tables.read(folder / FILE_NAME, lambda given: Mail(**_with_password(folder, given)))


def _with_password(folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    """Return what a file says with the password from where it is; a file's name is beside ours."""
    in_file = given.pop("password_file", None)
    if password := os.environ.get(PASSWORD):
        return given | {"password": password}
    if isinstance(in_file, str):
        return given | {"password": (folder / in_file).read_text(encoding="utf-8").strip()}
    return given


def exposed(folder: Path) -> str:
    """Return the sentence for where others on the machine can read the file, else none."""
    return tables.exposed(folder / FILE_NAME)


def home(settings: Settings, signing_in: access.Access | None) -> str:
    """Return the address that links in mails lead to, without its last slash; empty: unknown."""
    signed_in_at = signing_in.address if signing_in and signing_in.provider else ""
    return (settings.app_address or signed_in_at).rstrip("/")


def no_home() -> str:
    """Return the sentence for where that address is not known: then nobody is asked for theirs."""
    return _("The app's address is not known: set app_address in settings.toml, for the links.")
