"""What a channel's webhook is sent, and what becomes of one that fails."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from service_quality.findings.mail import letters
from service_quality.findings.mail.letters import Letter
from service_quality.findings.mail.subscriptions import FAILED, SENT
from tests.findings.mail.conftest import HOME, Sender
from tests.findings.mail.test_post import FOUND
from tests.post_office import Channel, channel

LETTER = Letter(
    month="2025-12",
    sentence="<!channel> @here fell.",
    below="",
    look=[("A & B", "*worse*")],
    of="Overview",
    signals=False,
    link="https://q.example.org/?from=2025-01-01&to=2025-12-31",
    stop="",
)


@pytest.fixture
def hook(sender: Sender) -> Iterator[Channel]:
    """A webhook that an administrator entered."""
    with channel() as here:
        sender.settings('channels = ["127.0.0.1"]\n')
        sender.ask(to=here.url, channel=True)
        yield here


def test_the_finding_goes_to_the_channel_once_with_a_link(sender: Sender, hook: Channel) -> None:
    sender.look()
    sender.restart()
    sender.look(hours=2)
    (body,) = hook.bodies
    assert set(body) == {"text"}
    lines = body["text"].replace("\u00a0", " ").split("\n")
    assert lines[0].startswith(FOUND)
    assert lines[1].startswith("1. E-mails answered: ")
    assert f"{HOME}/?from=2025-01-01&to=2025-12-31" in lines
    assert not sender.office.mails
    assert sender.kept.attempt
    assert sender.kept.attempt.state == SENT


def test_a_channel_that_fails_is_tried_again(sender: Sender, hook: Channel) -> None:
    hook.status = 503
    sender.look()
    failed = sender.kept.attempt
    assert failed
    assert (failed.state, failed.reason) == (FAILED, "It was refused: 503 –.")
    hook.status = 200
    sender.look(minutes=5)
    assert len(hook.bodies) == 2
    assert sender.kept.after == "2025-12"


def test_no_redirect_is_followed(sender: Sender, hook: Channel) -> None:
    hook.status = 307
    sender.look()
    assert len(hook.bodies) == 1
    assert sender.kept.attempt
    assert sender.kept.attempt.state == FAILED


def test_a_channel_that_is_gone_is_not_reached_and_one_that_is_not_named_is_not_tried(
    sender: Sender,
) -> None:
    with channel() as here:
        sender.settings('channels = ["127.0.0.1"]\n')
        sender.ask(to=here.url, channel=True)
    sender.look()
    assert sender.kept.attempt
    assert "cannot be reached" in sender.kept.attempt.reason
    sender.settings('channels = ["hooks.example.com"]\n')
    sender.look(minutes=5)
    assert sender.kept.attempt
    assert "does not name this channel's host" in sender.kept.attempt.reason
    assert here.url.rpartition("/")[2] not in sender.kept.attempt.reason


def test_nobody_is_called_and_nothing_is_markup_by_what_users_wrote() -> None:
    text = letters.channel("hooks.slack.com", LETTER)["text"]
    assert "<" not in text
    assert "&lt;!channel&gt; @\u2060here fell (December 2025)" in text
    assert "1. A &amp; B: *worse*" in text


def test_teams_is_sent_a_card_of_plain_text() -> None:
    body = letters.channel("acme.webhook.office.com", LETTER)
    (attached,) = body["attachments"]
    card = attached["content"]
    assert (body["type"], card["type"]) == ("message", "AdaptiveCard")
    runs = [block["inlines"][0]["text"] for block in card["body"]]
    assert runs[:2] == ["<!channel> @here fell (December 2025)", "1. A & B: *worse*"]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert card["actions"][0]["url"] == LETTER.link
    assert json.dumps(body)
