"""What `mail.toml` says: which addresses and channels may be written to, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from service_quality.base import access
from service_quality.base.errors import UsageError
from service_quality.base.mail import (
    FILE_NAME,
    PASSWORD,
    Mail,
    exposed,
    home,
    is_address,
    load,
)
from service_quality.base.settings import Settings

SECRET = "hush-hush-hush"
SERVER = 'host = "smtp.example.com"\nsender = "Quality <q@example.com>"\n'


def given(folder: Path, text: str) -> Mail:
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    found = load(folder)
    assert found
    return found


def test_without_the_file_nothing_is_sent(tmp_path: Path) -> None:
    assert load(tmp_path) is None


@pytest.mark.parametrize(("encryption", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_port_follows_from_the_encryption(tmp_path: Path, encryption: str, port: int) -> None:
    found = given(tmp_path, f'{SERVER}encryption = "{encryption}"\n')
    assert found.server == ("smtp.example.com", port)
    assert given(tmp_path, f"{SERVER}port = 2525\n").server == ("smtp.example.com", 2525)


def test_the_password_comes_from_the_environment_or_a_file_and_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mail.secret").write_text(f"{SECRET}\n")
    found = given(tmp_path, f'{SERVER}user = "q"\npassword_file = "mail.secret"\n')
    assert found.password
    assert found.password.get_secret_value() == SECRET
    assert SECRET not in repr(found) + str(found)
    monkeypatch.setenv(PASSWORD, "of the environment")
    found = given(tmp_path, f'{SERVER}user = "q"\n')
    assert found.password
    assert found.password.get_secret_value() == "of the environment"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "host"),
        ('host = "h"\n', "sender"),
        ('host = "h"\nsender = "nobody"\n', "sender"),
        ('host = "h"\nsender = "a@b.co\\nBcc: x@y.co"\n', "sender"),
        (f'{SERVER}port = 70000\npassword = "{SECRET}"\n', "port"),
        (f'{SERVER}encryption = "ssl"\n', "encryption"),
        (f'{SERVER}user = "q"\n', PASSWORD),
        (f'{SERVER}user = "q"\npassword = "{SECRET}"\nencryption = "none"\n', "encrypted"),
        (f'{SERVER}user = "q"\npassword_file = "nowhere"\n', "nowhere"),
        (f'{SERVER}passwort = "{SECRET}"\n', "passwort"),
        (f"{SERVER}port = \n", "TOML"),
    ],
)
def test_what_makes_no_sense_is_named_and_no_secret_is(
    tmp_path: Path, text: str, named: str
) -> None:
    with pytest.raises(UsageError) as caught:
        given(tmp_path, text)
    assert named in str(caught.value)
    assert SECRET not in str(caught.value)


def test_mails_go_to_the_domains_that_are_listed(tmp_path: Path) -> None:
    assert given(tmp_path, SERVER).writes_to("lea@elsewhere.org")
    found = given(tmp_path, f'{SERVER}domains = ["Example.com"]\n')
    assert found.writes_to("lea@example.COM")
    assert not found.writes_to("lea@sub.example.com")
    assert not found.writes_to("lea@example.com.evil.org")
    assert not given(tmp_path, 'channels = ["hooks.example.com"]\n').writes_to("lea@example.com")


@pytest.mark.parametrize(
    "text",
    [
        *("a b@c.de", "a@b.co\nBcc: x@y.z", "a@b.co,c@d.ef", "<a@b.co>", "é@b.co", "a@b", ""),
        *("a@b@c.de", '"a b"@c.de', "a@b..co", "a@-b.co", "a@[1.2.3.4]", "x" * 250 + "@a.co"),
    ],
)
def test_what_is_no_plain_address_is_none(text: str) -> None:
    assert is_address("a.b+c@d-e.fr")
    assert not is_address(text)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://hooks.example.com/services/T0", True),
        ("https://acme.webhook.office.com/x", True),
        ("http://hooks.example.com/x", False),
        ("https://webhook.office.com.evil.org/x", False),
        ("https://evilwebhook.office.com/x", False),
        ("https://hooks.example.com@evil.org/x", False),
        ("https://169.254.169.254/latest", False),
        ("file:///etc/passwd", False),
        ("nonsense", False),
    ],
)
def test_channels_are_those_of_listed_hosts(tmp_path: Path, url: str, allowed: bool) -> None:
    found = given(tmp_path, 'channels = ["hooks.example.com", "*.webhook.office.com"]\n')
    assert found.posts_to(url) == allowed


def test_a_file_that_others_can_read_is_named(tmp_path: Path) -> None:
    given(tmp_path, SERVER)
    (tmp_path / FILE_NAME).chmod(0o600)
    assert not exposed(tmp_path)
    (tmp_path / FILE_NAME).chmod(0o644)
    assert FILE_NAME in exposed(tmp_path)


def test_links_lead_to_the_address_that_is_known(tmp_path: Path) -> None:
    assert home(Settings(), None) == ""
    assert home(Settings(app_address="https://q.example.org/sq/"), None) == (
        "https://q.example.org/sq"
    )
    text = '[proxy]\naddresses = ["127.0.0.1"]\nuser = "X-User"\n[roles]\nviewer = ["*"]\n'
    (tmp_path / access.FILE_NAME).write_text(text)
    assert home(Settings(), access.load(tmp_path)) == ""
