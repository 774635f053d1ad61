"""Rankings and the page of one entry by mail: their findings, their verdicts, their readers' rows.

In 2024 Nantes answered 200 of 240, in 2025 186; Lille 228 of 240 in both years.
"""

from __future__ import annotations

from typing import Any

import pytest

from service_quality.findings.mail import subscriptions
from service_quality.findings.mail.subscriptions import NOTHING, SENT
from tests import papers, post_office
from tests.findings.mail.conftest import HOME, MONTHS, Sender, emails

RANKING: dict[str, Any] = {"page": "rankings", "query": {"kpi": ["reply_rate"], "by": ["team"]}}
NANTES: dict[str, Any] = {"page": "entity", "query": {"who": ["team:Nantes"]}}
LILLE: dict[str, Any] = {"page": "entity", "query": {"who": ["team:Lille"]}}
OF_LILLE = '[[only]]\nwho = ["leads"]\nteam = ["Lille"]\n'


def answered_late(sender: Sender, year: str, answered: int) -> None:
    """Have Nantes answer at least so many of 20 in each month of a year."""
    rows = [row for m in MONTHS if m.startswith(year) for row in emails(m, answered=answered)]
    sender.store.load("emails", rows, at=sender.now.replace(tzinfo=None, hour=10))


def twice(sender: Sender) -> None:
    """Load every e-mail once more, under another id: 40 a month can be judged."""
    rows = [
        row | {"email_id": f"{row['email_id']} again"}
        for month in MONTHS
        for row in emails(month, answered=2 if month == MONTHS[-1] else None)
    ]
    sender.store.load("emails", rows, at=sender.now.replace(tzinfo=None, hour=10))


@pytest.mark.usefixtures("small_report")
def test_a_ranking_goes_with_its_finding_and_leads_back_to_its_year(sender: Sender) -> None:
    sender.ask(**RANKING)
    sender.look()
    (mail,) = sender.office.mails
    assert mail["Subject"].startswith("No one lost a place from 2024 to 2025. Lille leads on")
    text = post_office.text(mail)
    assert f"{HOME}/rankings?kpi=reply_rate&by=team&year=2025" in text
    assert "Rankings: E-mails answered · Rank by: Team" in text
    assert sender.kept.after == "2025-12"


@pytest.mark.usefixtures("small_report")
def test_a_score_that_did_not_change_for_sure_alerts_nobody_and_one_that_did_does(
    sender: Sender,
) -> None:
    # 200 against 186 of 240: z = 1.6, chance.
    sender.ask(**RANKING, signals=True)
    sender.look()
    assert sender.office.mails == []
    assert sender.kept.attempt
    assert sender.kept.attempt.state == NOTHING
    # 18 of 20 where it was fewer: 220 of 240, z = 2.8.
    answered_late(sender, "2025", 18)
    sender.ask(**RANKING, signals=True)
    sender.look(minutes=1)
    (mail,) = sender.office.mails
    assert mail["Subject"] == (
        "Nantes: 91.7% on “E-mails answered” in 2025, 83.3% a year before: more than chance"
        " (December 2025)"
    )


@pytest.mark.usefixtures("small_report")
def test_a_fall_that_is_proven_is_what_an_alert_says(sender: Sender) -> None:
    # All 20 a month: ahead of Lille's 19.
    answered_late(sender, "2024", 20)
    sender.ask(**RANKING, signals=True)
    sender.look()
    (mail,) = sender.office.mails
    fell = "Nantes fell from 1st to 2nd of 2 on “E-mails answered”, 2024 to 2025."
    assert mail["Subject"].startswith(f"{fell} That is more than chance")
    assert f"1. Nantes: {fell}" in post_office.text(mail).replace("\n", " ")


def test_one_entry_goes_with_its_own_finding_and_report(sender: Sender) -> None:
    twice(sender)
    sender.ask(**NANTES)
    sender.look()
    (mail,) = sender.office.mails
    # 4 of 40 in December.
    assert mail["Subject"].startswith("Nantes. E-mails answered got worse: 10.0% in Dec 2025")
    assert f"{HOME}/entity?who=team%3ANantes&from=2025-01-01&to=2025-12-31" in post_office.text(
        mail
    )
    ((name, pdf),) = post_office.files(mail).items()
    assert name == "service-quality-2025-12-Nantes.pdf"
    assert papers.squashed("10.0%") in papers.text(pdf)


@pytest.mark.usefixtures("small_report")
def test_whose_own_months_are_as_usual_alerts_nobody(sender: Sender) -> None:
    twice(sender)
    sender.ask(**LILLE, signals=True)
    sender.ask(**NANTES, signals=True)
    sender.look()
    states = {
        each.query["who"][0]: each.attempt.state
        for each in subscriptions.read(sender.folder)
        if each.attempt
    }
    assert states == {"team:Lille": NOTHING, "team:Nantes": SENT}


@pytest.mark.usefixtures("small_report")
def test_who_may_see_one_team_is_told_of_no_other(sender: Sender) -> None:
    sender.sign_in(OF_LILLE)
    lead = {"email": "lea@example.com", "groups": ["leads"]}
    for each in (RANKING, NANTES):
        sender.ask(**each, claims=lead)
    sender.look()
    (mail,) = sender.office.mails
    assert "Lille" in mail["Subject"]
    assert "Nantes" not in mail["Subject"] + post_office.text(mail)
    states = {e.page: e.attempt.state for e in subscriptions.read(sender.folder) if e.attempt}
    assert states == {"rankings": SENT}  # of Nantes there is no month for her
