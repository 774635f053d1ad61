"""The instructions on a file's headers at the last upload: offered again for the same headers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service_quality.base import language, voice
from service_quality.base.language import _
from service_quality.definitions.datasets import Dataset, all_datasets
from service_quality.ingest.recognise.instructions import DEFAULT_SOURCE, Instructions
from service_quality.ingest.recognise.names import folded
from service_quality.warehouse.engine import Cursor, rows

PARTS = ("mapping", "constants", "no_answer", "dates", "units", "drop")


@dataclass(frozen=True)
class Last:
    """The last upload of the same headers: its file, moment and instructions."""

    file: str
    at: datetime
    instructions: Instructions


def fingerprint(headers: Sequence[str]) -> str:
    """Return what the same headers have in common, whatever their order, case and accents."""
    # In lower case first, so that the hashes of earlier uploads stay what they are.
    same = sorted({folded(header.casefold()) for header in headers})
    return hashlib.sha256(json.dumps(same).encode()).hexdigest()


def of(cursor: Cursor, headers: Sequence[str]) -> Last | None:
    """Return the newest published upload of these headers; None where there is none."""
    found = rows(
        cursor,
        "select file, uploaded_at, words from uploads"
        " where status = 'published' and headers = $headers order by position desc limit 1",
        {"headers": fingerprint(headers)},
    )
    if not found:
        return None
    instructions = Instructions.from_json(found[0]["words"])
    return Last(found[0]["file"], found[0]["uploaded_at"], _lasting(instructions))


def together(last: Instructions, today: Instructions) -> Instructions | None:
    """Join the instructions of last time and of today; None where they contradict each other."""
    if today.kind not in (None, last.kind) or today.format not in (None, last.format):
        return None
    parts = {}
    for part in PARTS:
        before, now = getattr(last, part), getattr(today, part)
        if any(before.get(name, value) != value for name, value in now.items()):
            return None
        parts[part] = before | now
    if set(today.constants) & set(last.mapping) or set(today.mapping) & set(last.constants):
        return None
    return replace(
        today, kind=last.kind, source=today.source or last.source, format=last.format, **parts
    )


def with_opted(last: Last | None, today: Instructions) -> Instructions:
    """Return the instructions with those of last time on personal columns that are the same."""
    if last is None:
        return today
    before = last.instructions
    same = {
        name for name, header in before.mapping.items() if today.mapping.get(name, header) == header
    } - {*today.keep, *today.hashed}
    return replace(
        today,
        keep=today.keep | {name: why for name, why in before.keep.items() if name in same},
        hashed=(*today.hashed, *(name for name in before.hashed if name in same)),
        agents=today.agents or before.agents,
    )


def sentence(last: Last) -> str:
    """Return the sentence on whose instructions were used."""
    return _("Understood as in the upload of {month} ({file}): {words}.").format(
        month=language.month(last.at.date()),
        file=last.file,
        words=", ".join(
            f"{_called(last, name)} = {value}"
            for said in (last.instructions.mapping, last.instructions.constants)
            for name, value in said.items()
            if value
        ),
    )


def _called(last: Last, name: str) -> str:
    column = all_datasets()[last.instructions.kind or ""].by_name.get(name)
    return voice.name(name, _(column.title)) if column else name


def _lasting(instructions: Instructions) -> Instructions:
    """Return the instructions that are as true next month: a day given for all rows is not."""
    dataset: Dataset = all_datasets()[instructions.kind or ""]
    moments = {"observed_until", "year"}
    moments |= {c.name for c in dataset.columns if c.kind in ("time", "month")}
    constants = {n: v for n, v in instructions.constants.items() if n not in moments}
    source = None if instructions.source == DEFAULT_SOURCE else instructions.source
    return replace(instructions, constants=constants, source=source)
