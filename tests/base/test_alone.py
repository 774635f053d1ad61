"""Two processes that change the small files of a data folder at once: nothing is undone."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service_quality.base import audit, settings
from service_quality.findings.mail import subscriptions
from service_quality.findings.mail.subscriptions import Subscription

ROOT = Path(__file__).parents[2]
EACH = 15
CHANGE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from service_quality.base import audit, settings
from service_quality.findings.mail import subscriptions
from service_quality.findings.mail.subscriptions import Subscription
from service_quality.uploads import secret_key

home, who = Path(sys.argv[1]), sys.argv[2]
now = datetime(2026, 1, 15, 12, tzinfo=UTC)
print("ready", flush=True)
sys.stdin.readline()
key = secret_key.of(home)
print(key.hex())
for n in range(int(sys.argv[3])):
    to = f"{who}{n}@example.com"
    new = Subscription(to, "overview", {}, "en_GB", False, now, confirmed=True)
    subscriptions.add(home, new, now)
    settings.change_status_words(home, {f"{who} {n}": "open"})
    audit.write(home, now, who, audit.CHANGED_SETTINGS, "x" * 20_000)
    found = subscriptions.claim(home, f"shared {n}", "2025-12", now)
    print(found)
"""


@pytest.mark.slow
def test_two_processes_at_once_undo_nothing(tmp_path: Path) -> None:
    """Who gets mails, what statuses mean, the log, the key; and a mail is one process's to send."""
    now = datetime(2026, 1, 15, 12, tzinfo=UTC)
    for n in range(EACH):
        to, key = f"all{n}@example.com", f"shared {n}"
        shared = Subscription(to, "trends", {}, "en_GB", False, now, confirmed=True, key=key)
        subscriptions.add(tmp_path, shared, now)
    pipe = subprocess.PIPE
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CHANGE, str(tmp_path), who, str(EACH)],
            stdin=pipe,
            stdout=pipe,
            text=True,
            cwd=ROOT,
        )
        for who in ("ada", "zoe")
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert said[0][0] == said[1][0]
    claims = zip(said[0][1:], said[1][1:], strict=True)
    assert [sorted(each) for each in claims] == [["False", "True"]] * EACH
    addresses = {each.to for each in subscriptions.read(tmp_path)}
    everyone = ("all", "ada", "zoe")
    assert addresses == {f"{who}{n}@example.com" for who in everyone for n in range(EACH)}
    assert len(settings.load(tmp_path).status_words) == 2 * EACH
    assert len((tmp_path / audit.FILE_NAME).read_text().splitlines()) == 2 * EACH
