"""What is sent once a month is complete: to whom, once, again after a failure, and never twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service_quality.base.errors import UsageError
from service_quality.findings.mail import delivery, subscriptions
from service_quality.findings.mail.post import Post
from service_quality.findings.mail.subscriptions import BEGUN, FAILED, NOTHING, SENT
from service_quality.findings.paper import typeset
from tests import papers, post_office
from tests.findings.mail.conftest import HOME, TO, Sender, emails, ending

# Of December: 20 + 1 of 40 answered are 21; every month before between 33 and 39 of 40.
FOUND = "E-mails answered got worse: 52.5% in Dec 2025"
WITH_LILLE = '[[only]]\nwho = ["leads"]\nteam = ["Lille"]\n'
REPLIES: dict[str, Any] = {"page": "trends", "query": {"kpi": ["reply_rate"]}}
LEAD = {"email": TO, "groups": ["leads"]}


def test_a_month_goes_once_with_the_finding_as_subject_and_the_report(sender: Sender) -> None:
    asked = sender.ask()
    sender.look()
    (mail,) = sender.office.mails
    assert mail["To"] == TO
    assert mail["Subject"].startswith(FOUND)
    text = post_office.text(mail)
    stop = f"{HOME}/mail/stop/{asked.key}"
    assert FOUND in text
    assert f"{HOME}/?from=2025-01-01&to=2025-12-31" in text
    assert "To look at\n1. " in text
    assert stop in text
    assert mail["List-Unsubscribe"].strip() == f"<{stop}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert post_office.language(mail) == "en"
    assert mail.get_content_type() == "multipart/mixed"
    ((name, pdf),) = post_office.files(mail).items()
    assert name == "service-quality-2025-12.pdf"
    printed = papers.text(pdf)
    assert papers.squashed(FOUND) in printed
    assert papers.squashed("December 2025") in printed
    assert sender.kept.after == "2025-12"
    for later in ({"seconds": 10}, {"days": 1}):
        sender.look(**later)
    sender.restart()
    sender.look()
    assert len(sender.office.mails) == 1


def test_a_frenchman_reads_french_and_what_the_page_was_narrowed_to(sender: Sender) -> None:
    sender.ask(language="fr_FR", page="trends", query={"kpi": ["reply_rate"], "team": ["Lille"]})
    sender.look()
    (mail,) = sender.office.mails
    text = post_office.text(mail)
    assert post_office.language(mail) == "fr"
    # Accents, and no space is doubled where a long line is folded.
    assert mail["Subject"] == (
        "E-mails ayant reçu une réponse : 95,0 % en déc. 2025, n = 20 : chiffre indicatif, trop peu"
        " de cas pour juger"
    )
    assert "Équipe : Lille" in text
    assert f"{HOME}/trends?kpi=reply_rate&team=Lille&from=2024-01-01&to=2025-12-31" in text
    assert not [word for word in ("Open the page", "You asked", "To end") if word in text]
    ((name, pdf),) = post_office.files(mail).items()
    assert name == "service-quality-2025-12-Lille.pdf"
    assert papers.squashed("Rapport mensuel") in papers.text(pdf)


@pytest.mark.usefixtures("small_report")
def test_a_publish_that_completes_the_next_month_sends_it_and_late_changes_do_not(
    sender: Sender,
) -> None:
    sender.ask()
    sender.look()
    sender.publish("2026-01", "2026-01-26")  # not to its end
    sender.look(minutes=1)
    assert len(sender.office.mails) == 1
    sender.store.load("emails", ending("2026-03-05"), at=sender.now.replace(tzinfo=None, month=4))
    sender.look(minutes=1)
    assert len(sender.office.mails) == 2
    assert "Jan" in sender.office.mails[1]["Subject"]
    late = [row | {"replied_at": None} for row in emails("2026-01")]
    sender.store.load("emails", late, at=sender.now.replace(tzinfo=None, month=5))
    sender.look(days=1)
    assert len(sender.office.mails) == 2
    assert sender.kept.after == "2026-01"


@pytest.mark.usefixtures("small_report")
def test_a_month_waits_for_all_sources_of_the_page(sender: Sender) -> None:
    tickets = [
        {"ticket_id": f"{day}-{month}", "created_at": f"2025-{month:02d}-{day:02d} 10:00"}
        for month in (9, 10, 11)
        for day in range(1, 31)
    ]
    sender.store.load("tickets", tickets, at=sender.now.replace(tzinfo=None))
    sender.ask(after="2025-10")
    sender.ask(page="trends", query={"kpi": ["reply_rate"]})
    sender.look()
    months = {each.page: each.after for each in subscriptions.read(sender.folder)}
    assert months == {"overview": "2025-11", "trends": "2025-12"}


@pytest.mark.usefixtures("small_report")
def test_a_mail_server_that_is_down_is_tried_again_with_growing_pauses(sender: Sender) -> None:
    sender.ask()
    port = sender.office.port
    sender.settings('user = ""\n')
    text = sender.office.settings.replace(str(port), "9")
    (sender.folder / "mail.toml").write_text(text)
    sender.look()
    failed = sender.kept.attempt
    assert failed
    assert (failed.of, failed.state, failed.failures) == ("2025-12", FAILED, 1)
    assert "port 9, cannot be reached" in failed.reason
    assert failed.again == sender.now + timedelta(minutes=5)
    sender.look(minutes=4)
    assert sender.kept.attempt == failed
    sender.look(minutes=1)
    again = sender.kept.attempt
    assert again
    assert (again.failures, again.again) == (2, sender.now + timedelta(minutes=15))
    (sender.folder / "mail.toml").write_text(sender.office.settings)
    sender.restart()
    sender.look(minutes=15)
    assert len(sender.office.mails) == 1
    assert sender.kept.attempt
    assert sender.kept.attempt.state == SENT


@pytest.mark.usefixtures("small_report")
def test_a_server_that_refuses_is_quoted_and_tried_again(sender: Sender) -> None:
    sender.ask()
    sender.office.refusal = "451 mailbox is busy"
    sender.look()
    assert sender.kept.attempt
    assert "451 mailbox is busy" in sender.kept.attempt.reason
    sender.office.refusal = ""
    sender.look(minutes=5)
    assert len(sender.office.mails) == 1


class _Killed(BaseException):
    """The end of the program, wherever it is."""


@pytest.mark.usefixtures("small_report")
@pytest.mark.parametrize(("state", "mails"), [(BEGUN, 1), (SENT, 1)])
def test_a_program_that_is_killed_around_sending_sends_once(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, state: str, mails: int
) -> None:
    """Killed before it could write down that it begins, or that it has sent."""
    sender.ask()
    with monkeypatch.context() as patched:

        def killed(*_words: Any) -> None:
            raise _Killed

        writes = (subscriptions, "claim") if state == BEGUN else (Post, "_note")
        patched.setattr(*writes, killed)
        with pytest.raises(_Killed):
            sender.look()
    sender.restart()
    sender.look(hours=2)
    assert len(sender.office.mails) == mails
    assert sender.kept.settled("2025-12")


@pytest.mark.usefixtures("small_report")
def test_a_server_that_goes_silent_is_not_given_the_mail_twice(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender.ask()
    with monkeypatch.context() as patched:

        def silent(_smtp: object, _content: bytes) -> None:
            raise TimeoutError

        patched.setattr("smtplib.SMTP.data", silent)
        sender.look()
    kept = sender.kept.attempt
    assert kept
    assert (kept.state, "perhaps" in kept.reason) == (BEGUN, True)
    sender.look(days=2)
    assert not sender.office.mails


@pytest.mark.usefixtures("small_report")
def test_only_what_is_not_chance_is_sent_to_who_asked_for_that(sender: Sender) -> None:
    """Nantes fell in December; Lille is as it was: 19 of 20 each month."""
    sender.ask(signals=True)
    sender.ask(signals=True, query={"team": ["Lille"]})
    sender.look()
    (mail,) = sender.office.mails
    assert mail["Subject"].startswith(FOUND)
    assert "whenever something in it is not chance" in post_office.text(mail)
    states = {
        str(e.query): e.attempt and e.attempt.state for e in subscriptions.read(sender.folder)
    }
    assert states == {"{}": SENT, "{'team': ['Lille']}": NOTHING}


@pytest.mark.usefixtures("small_report")
def test_an_alert_says_what_is_not_chance_and_then_what_the_page_says(sender: Sender) -> None:
    sender.ask(signals=True, **REPLIES)
    sender.look()
    (mail,) = sender.office.mails
    assert mail["Subject"] == f"{FOUND}, 87.7% on average, and not by chance"
    first, second, *_rest = post_office.text(mail).split("\n\n")
    assert first == f"{mail['Subject']}."
    assert second.startswith("E-mails answered got worse, and not by chance: a month outside")


@pytest.mark.usefixtures("small_report")
def test_an_address_is_asked_first_where_nobody_signs_in(sender: Sender) -> None:
    asked = sender.ask(confirmed=False)
    sender.look()
    sender.look(hours=1)
    (mail,) = sender.office.mails
    assert "confirm" in mail["Subject"]
    assert f"{HOME}/mail/confirm/{asked.key}" in post_office.text(mail)
    assert not post_office.files(mail)
    assert subscriptions.confirm(sender.folder, asked.key, sender.now)
    sender.look(seconds=10)
    assert len(sender.office.mails) == 2
    assert sender.office.mails[1]["Subject"].startswith(FOUND)


def test_an_address_that_nobody_confirms_is_forgotten(sender: Sender) -> None:
    asked = sender.ask(confirmed=False)
    sender.look()
    sender.look(days=3, seconds=1)
    assert subscriptions.read(sender.folder) == []
    assert subscriptions.confirm(sender.folder, asked.key, sender.now) is None
    assert len(sender.office.mails) == 1


def test_nobody_s_mailbox_is_filled_with_questions(sender: Sender) -> None:
    for team in ("a", "b", "c"):
        sender.ask(confirmed=False, query={"team": [team]})
    with pytest.raises(UsageError, match="open one of them first"):
        sender.ask(confirmed=False, query={"team": ["d"]}, to=TO.upper())
    for number in range(97):
        sender.ask(confirmed=False, to=f"a{number}@example.com")
    with pytest.raises(UsageError, match="Too many"):
        sender.ask(confirmed=False, to="b@example.com")
    confirmed = sender.ask(query={"team": ["e"]})
    assert confirmed in subscriptions.read(sender.folder)


def test_a_reader_of_one_team_is_sent_no_other(sender: Sender) -> None:
    sender.sign_in(WITH_LILLE)
    sender.ask(claims=LEAD, **REPLIES)
    sender.look()
    (mail,) = sender.office.mails
    ((_name, pdf),) = post_office.files(mail).items()
    said = post_office.text(mail) + papers.text(pdf)
    assert papers.squashed("Only Team: Lille") in said
    assert "95.0%" in post_office.text(mail)  # 19 of 20, and not 21 of 40
    assert "Nantes" not in said
    assert "52.5" not in said


@pytest.mark.usefixtures("small_report")
def test_rules_that_came_later_hold_for_what_is_sent(sender: Sender) -> None:
    sender.sign_in()
    sender.ask(claims=LEAD, **REPLIES)
    sender.sign_in(WITH_LILLE)
    sender.look()
    assert "95.0%" in post_office.text(sender.office.mails[0])


@pytest.mark.usefixtures("small_report")
@pytest.mark.parametrize(
    ("claims", "before", "rules"),
    [
        # Its role is gone.
        (LEAD, "", '[roles]\nviewer = ["others"]\n'),
        # Another claim tells now who is who: a rule might be missed.
        (LEAD, "", '[roles]\nclaim = "teams"\nviewer = ["*"]\n'),
        # Nobody knew who it was, and now people are told apart; and the other way round.
        (None, "", ""),
        (LEAD, None, None),
    ],
)
def test_what_may_not_be_seen_now_is_not_sent(
    sender: Sender, claims: dict[str, object] | None, before: str | None, rules: str | None
) -> None:
    sender.ask(claims=claims)
    if rules is not None:
        sender.sign_in()
        path = sender.folder / "access.toml"
        head, _roles, tail = path.read_text().partition("[roles]")
        path.write_text(head + (rules or f"[roles]{tail}"))
    sender.look()
    assert sender.office.mails == []
    assert not sender.kept.settled("2025-12")


@pytest.mark.usefixtures("small_report")
def test_a_wrong_access_file_sends_nothing(sender: Sender) -> None:
    sender.ask()
    (sender.folder / "access.toml").write_text("[roles")
    with pytest.raises(UsageError):
        sender.look()
    assert sender.office.mails == []


@pytest.mark.usefixtures("small_report")
def test_an_access_file_that_is_gone_opens_nothing(sender: Sender) -> None:
    """Whoever asked while nobody signed in may be anyone: now that people do, it rests."""
    sender.ask()
    sender.sign_in()
    sender.look()
    (sender.folder / "access.toml").unlink()
    with pytest.raises(UsageError, match="is gone"):
        sender.look(minutes=1)
    assert sender.office.mails == []


@pytest.mark.usefixtures("small_report")
def test_who_ends_it_while_it_is_made_gets_nothing(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = sender.ask()
    send = delivery.send

    def sent(*words: Any) -> None:
        subscriptions.end(sender.folder, asked.key)
        send(*words)

    monkeypatch.setattr(delivery, "send", sent)
    sender.look()
    assert sender.office.mails == []
    assert subscriptions.read(sender.folder) == []


@pytest.mark.usefixtures("small_report")
def test_off_until_there_is_a_server_and_an_address(sender: Sender) -> None:
    sender.ask()
    (sender.folder / "mail.toml").unlink()
    sender.look()
    sender.settings()
    (sender.folder / "settings.toml").write_text('timezone = "Europe/Paris"\n')
    with pytest.raises(UsageError, match="app_address"):
        sender.look()
    assert sender.office.mails == []
    assert not sender.kept.attempt


@pytest.mark.usefixtures("small_report")
def test_an_address_of_a_domain_that_is_not_allowed_any_more_gets_nothing(sender: Sender) -> None:
    sender.ask()
    sender.settings('domains = ["example.org"]\n')
    sender.look()
    assert sender.office.mails == []
    assert sender.kept.attempt
    assert "lets no mail go" in sender.kept.attempt.reason


@pytest.mark.usefixtures("small_report")
def test_a_selection_without_any_value_has_nothing_to_say(sender: Sender) -> None:
    sender.ask(query={"team": ["Brest"]})
    sender.ask(query={"kpi": ["no_such_measure"]}, page="trends")
    sender.look()
    assert sender.office.mails == []


@pytest.mark.usefixtures("small_report")
def test_names_of_users_are_one_line_of_text(sender: Sender) -> None:
    hostile = "<b>x</b>\u2028Bcc: evil"
    sender.store.load(
        "emails",
        [
            row | {"team": hostile, "email_id": f"h{row['email_id']}"}
            for m in range(1, 13)
            for row in emails(f"2025-{m:02d}")
        ],
        at=sender.now.replace(tzinfo=None),
    )
    sender.ask(query={"team": [hostile]})
    sender.look()
    (mail,) = sender.office.mails
    assert mail["Bcc"] is None
    assert sender.office.envelopes[0].rcpt_tos == [TO]
    assert mail.get_body(("html",)) is None
    assert "<b>x</b>" in post_office.text(mail)


def test_a_report_is_made_once_for_all_who_want_the_same(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    monkeypatch.setattr(typeset, "pdf", lambda content: made.append(content) or b"%PDF-")
    sender.ask()
    sender.ask(to="mia@example.com")
    sender.look()
    assert [mail["To"] for mail in sender.office.mails] == [TO, "mia@example.com"]
    assert len(made) == 1
