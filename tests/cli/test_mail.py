"""`mail test` against a real mail server: what arrives, and each failure as a sentence."""

from __future__ import annotations

import pytest

from service_quality.base.mail import FILE_NAME, PASSWORD
from tests import post_office
from tests.browser.driving import free_port
from tests.cli.driving import CommandLine
from tests.post_office import Office, office

TO = "lea@example.com"


def _set_up(sq: CommandLine, here: Office, more: str = "") -> None:
    sq.data.mkdir(exist_ok=True)
    path = sq.data / FILE_NAME
    path.write_text(here.settings + more, encoding="utf-8")
    path.chmod(0o600)
    (sq.data / "settings.toml").write_text('app_address = "https://q.example.org"\n')


def test_a_mail_arrives_and_says_where_links_lead(sq: CommandLine) -> None:
    with office() as here:
        _set_up(sq, here)
        ran = sq.run("mail", "test", TO, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json == [
        {"to": TO, "server": f"localhost:{here.port}", "links": "https://q.example.org"}
    ]
    (mail,) = here.mails
    assert (mail["To"], mail["From"]) == (TO, "Service quality <quality@example.com>")
    assert mail["Date"]
    assert mail["Message-ID"].endswith("@example.com>")
    assert "https://q.example.org" in post_office.text(mail)
    assert here.envelopes[0].rcpt_tos == [TO]


def test_who_signs_in_is_let_in_and_a_wrong_password_is_a_sentence_without_it(
    sq: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office(login=True) as here:
        _set_up(sq, here, f'user = "{post_office.USER}"\n')
        for password, code in (("wrong-wrong", 1), (post_office.PASSWORD, 0)):
            monkeypatch.setenv(PASSWORD, password)
            ran = sq.run("mail", "test", TO)
            assert ran.code == code, ran.err
            assert ("refuses the user or the password" in ran.err) == (code == 1)
            assert password not in ran.out + ran.err
    assert len(here.mails) == 1


def test_each_failure_is_a_sentence(sq: CommandLine) -> None:
    ran = sq.run("mail", "test", TO)
    assert (ran.code, "mail.toml" in ran.err) == (2, True)
    with office() as here:
        _set_up(sq, here, 'domains = ["example.org"]\n')
        ran = sq.run("mail", "test", TO)
        assert (ran.code, "example.org" in ran.err) == (2, True)
        _set_up(sq, here)
        ran = sq.run("mail", "test", "no address")
        assert (ran.code, "no address" in ran.err) == (2, True)
        here.refusal = "554 spam, says the server"
        ran = sq.run("mail", "test", TO)
        assert (ran.code, "554 spam, says the server" in ran.err) == (1, True), ran.err
        _set_up(sq, here)
        text = (sq.data / FILE_NAME).read_text().replace('"none"', '"starttls"')
        (sq.data / FILE_NAME).write_text(text)
        ran = sq.run("mail", "test", TO)
        assert (ran.code, "mail.toml" in ran.err) == (1, True), ran.err
    _set_up(sq, Office(free_port()))
    ran = sq.run("mail", "test", TO)
    assert (ran.code, "cannot be reached" in ran.err) == (1, True), ran.err


def test_an_unknown_address_of_the_app_and_a_readable_file_are_said(sq: CommandLine) -> None:
    with office() as here:
        _set_up(sq, here)
        (sq.data / "settings.toml").unlink()
        (sq.data / FILE_NAME).chmod(0o644)
        ran = sq.run("mail", "test", TO)
    assert ran.code == 0
    assert "app_address" in ran.err
    assert "chmod 600" in ran.err
    assert "app_address" in post_office.text(here.mails[0])


def test_nobody_asked_for_anything(sq: CommandLine) -> None:
    ran = sq.run("mail", "list", "--json")
    assert (ran.code, ran.json) == (0, [])
