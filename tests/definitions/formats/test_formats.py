"""The files of formats: each is tested, wrong ones say what would be right, texts are translated."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from service_quality.base.errors import FormatFileError
from service_quality.definitions import formats
from service_quality.definitions import texts as i18n_extract
from service_quality.ingest.read.table import Table
from service_quality.ingest.recognise.by_format import find

HERE = Path(__file__).parent
GOOD = """\
title = "Counter"
kind = "tickets"
signature = ["Slip", ["Came in", "Arrivé le"]]
note = "Two\\nlines."

[columns]
ticket_id = "Slip"
created_at = ["Came in", "Arrivé le"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "counter.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", formats.all_formats())
def test_every_format_has_a_test(name: str) -> None:
    texts = [path.read_text("utf-8") for path in HERE.glob("test_*.py") if path != Path(__file__)]
    of_agents = name == "chatwoot_agents"  # refused: there is no outcome to name it
    assert of_agents or any(f'"{name}"' in text for text in texts)


@pytest.mark.parametrize("name", formats.all_formats())
def test_a_file_with_a_format_s_own_headers_is_that_format(name: str) -> None:
    """No two formats take each other's exports, whatever other columns stand between."""
    of = formats.all_formats()[name]
    headers = [names[-1] for names in of.signature]
    headers += [names[-1] for names in of.columns.values() if names[-1] not in headers]
    mixed = [h for header in headers for h in (header, f"Our own {header}")]
    found = find(Table(Path("x.csv"), "x.csv", "csv", tuple(mixed), ()), None)
    assert found is not None
    assert found.format.id == name
    assert set(of.columns) <= set(found.mapping)
    assert not set(found.mapping.values()) & {h for h in mixed if h.startswith("Our own")}


def test_a_format_is_read_as_it_is_written(tmp_path: Path) -> None:
    found = formats.load(written(tmp_path, GOOD))
    assert (found.id, found.kind, found.least) == ("counter", "tickets", 2)
    assert found.columns["created_at"] == ("Came in", "Arrivé le")
    assert found.note == "Two lines."


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (GOOD.replace('title = "Counter"\n', ""), "title is missing; it should be a text"),
        (GOOD.replace('"tickets"', '"slips"'), r"kind = 'slips' should be one of .*tickets"),
        (GOOD.replace("ticket_id", "ticket"), r"columns = 'ticket' should be columns of tickets"),
        (GOOD.replace('"Slip", [', '5, ["x", '), "signature = 5 should be a list of headers"),
        (GOOD.replace('["Slip", ["Came in", "Arrivé le"]]', "[]"), "signature = .* should be"),
        ("leest = 2\n" + GOOD, "unknown key leest; known: .*least"),
        ("least = 3\n" + GOOD, "least = 3 should be from 1 to 2"),
        ("first = 1\n" + GOOD, "first = 1 should be true or false"),
        ("cells = '('\n" + GOOD, "cells = .* should be a regular expression"),
        ('never = ["x"]\n' + GOOD, "because = '' should be a sentence"),
        (
            GOOD + "[durations]\nsolved_at = { since = 'created_at' }",
            "durations.solved_at = .*since",
        ),
        (
            GOOD
            + "[durations]\nsolved_at = { since = 'created_at', header = 'x', unit = 'years' }",
            "durations.solved_at.unit = 'years' should be one of seconds, minutes",
        ),
        (GOOD + "[", "not valid TOML"),
    ],
)
def test_a_wrong_file_says_what_would_be_right(tmp_path: Path, wrong: str, told: str) -> None:
    with pytest.raises(FormatFileError, match=f"counter.toml: {told}"):
        formats.load(written(tmp_path, wrong))


def test_translators_get_the_texts_as_they_are_shown() -> None:
    texts = [
        text
        for *_rest, text, _comments in i18n_extract.extract_format(
            io.BytesIO(GOOD.encode()), None, None, None
        )
    ]
    assert texts == ["Two lines."]
