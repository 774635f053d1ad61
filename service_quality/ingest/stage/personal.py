"""What becomes of personal columns and cells: left out or masked unless someone opts in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from service_quality.base import language, voice
from service_quality.base.dimensions import DIMENSIONS
from service_quality.base.errors import RefusedError, UsageError
from service_quality.base.language import N_, _, ngettext
from service_quality.definitions.datasets import Column, Dataset
from service_quality.ingest.columns.mapping import Mapped
from service_quality.ingest.recognise.instructions import NAMES, PSEUDONYMS, Instructions
from service_quality.ingest.stage import identifying
from service_quality.ingest.stage.issues import Issue
from service_quality.ingest.stage.staged import Staged
from service_quality.warehouse.engine import Cursor
from service_quality.warehouse.schema import place

LEFT_OUT, HASHED, KEPT = "left_out", "hashed", "kept"
SAMPLE, PLACES = 2_000, 20  # so many values, from so many places in the file
CONTACT = "contact_id"
BLOCK = 64  # bytes of SHA-256, which an HMAC pads its key to

WHY = {
    "email": N_("its values are e-mail addresses"),
    "phone": N_("its values are phone numbers"),
    "account": N_("its values are numbers of bank accounts or cards"),
    "identity": N_("its values are identity numbers of people"),
    "birth": N_("its values are dates of birth"),
    "address": N_("its values are postal addresses"),
    "ip": N_("its values are IP addresses"),
    "name": N_("it names people"),
    "text": N_("it holds free text"),
    "said": N_("you said so"),
}


@dataclass(frozen=True)
class Personal:
    """A personal column of a file, why it is one (a key of `WHY`), and what is `done` with it.

    `reason` is that of whoever wants it kept as it is. `asks`: how the people are to be shown that
    it names is still a person's choice.
    """

    column: str
    header: str
    why: str
    done: str
    reason: str = ""
    asks: bool = False


def treat(
    cursor: Cursor, staged: Staged, instructions: Instructions, key: Callable[[], bytes]
) -> tuple[Personal, ...]:
    """Return the personal columns of the staged rows; those to be hashed are from here on.

    Ids, of rows or of contacts, are kept as a keyed hash: rows still find each other. Others are
    left out, unless the instructions, of today or of last time, say otherwise; `key` gives the
    data folder's own. Raises UsageError where a column is to be kept without a reason,
    RefusedError where one is needed and personal.
    """
    found = _find(cursor, staged, instructions)
    for each in found:
        if each.done == HASHED:
            _hash(cursor, each.column, key())
    return found


def names_people(column: str, why: str) -> bool:
    """Whether figures would be cut by people: whether they may is a choice, `--agents`."""
    return why == "name" and column in DIMENSIONS


def mask(
    cursor: Cursor, staged: Staged, found: tuple[Personal, ...], key: Callable[[], bytes]
) -> tuple[Issue, ...]:
    """Mask what identifies a person in single cells of the columns that are kept; say how many.

    A contact of whom only some cells are addresses is hashed there. Each text is looked at once,
    however often it stands in a column.
    """
    of, treated = staged.plan.dataset, {each.column for each in found}
    texts = [mapped.column.name for mapped in _texts(staged)]
    names = [name for name in texts if name not in {*treated, of.id_column}]
    issues = []
    for name, cells in _doubtful(cursor, [] if of.register else names).items():
        if masks := identifying.masks(cells):
            issues.append(_masked(cursor, name, masks, key))
    return tuple(issues)


def _doubtful(cursor: Cursor, names: Sequence[str]) -> dict[str, list[str]]:
    """Return for each column its texts that may have to be masked; all are read in one go."""
    if not names:
        return {}
    columns, each = ", ".join(names), ", ".join(f"({name})" for name in names)
    found = cursor.execute(
        f"select {columns} from (select {columns} from staged group by grouping sets ({each}))"
        f" where regexp_matches(coalesce({columns}), $candidate)",
        {"candidate": identifying.CANDIDATE},
    ).fetchall()
    return {
        name: [row[at] for row in found if row[at] is not None] for at, name in enumerate(names)
    }


def _masked(cursor: Cursor, name: str, masks: Mapping[str, str], key: Callable[[], bytes]) -> Issue:
    cells = {"cells": list(masks)}
    count = f"select count(*) from staged where {_among(name)}"
    n = cursor.execute(count, cells).fetchall()[0][0]
    if name == CONTACT:
        _hash(cursor, name, key(), list(masks))
    else:
        cursor.execute(
            f"update staged as s set {name} = m.hidden from (select"
            " unnest($cells) as cell, unnest($hidden) as hidden) as m where s."
            f"{name} = m.cell",
            {**cells, "hidden": list(masks.values())},
        )
    text = ngettext(
        "{column}: {n} cell held an e-mail address, a phone number or a bank account; it is"
        " masked.",
        "{column}: {n} cells held an e-mail address, a phone number or a bank account; they are"
        " masked.",
        n,
    )
    sentence = text.format(column=name, n=language.number(n))
    return Issue(name, "masked", n, (), sentence, rejects=False)


def sentence(found: Personal, title: str) -> str:
    """Return in a sentence what was done with a column of this title, and why."""
    text = {
        LEFT_OUT: _("{column} (“{header}”) is left out: {why}."),
        HASHED: _("{column} (“{header}”) is kept as a keyed hash: {why}."),
        KEPT: _("{column} (“{header}”) is kept as it is, although {why}. Reason: {reason}"),
    }[found.done]
    return text.format(column=title, header=found.header, why=why(found), reason=found.reason)


def why(found: Personal) -> str:
    """Return in words why a column is personal."""
    return _(WHY[found.why])


def _find(cursor: Cursor, staged: Staged, instructions: Instructions) -> tuple[Personal, ...]:
    of = staged.plan.dataset
    if of.register:  # the company's own words
        return ()
    found = []
    for mapped, values in _samples(cursor, staged):
        column = mapped.column
        is_id = column.name == of.id_column
        why = identifying.of_column(mapped.header, values, is_id=is_id)
        if column.name in instructions.hashed:
            found.append(Personal(column.name, mapped.header, why or "said", HASHED))
        elif why:
            done = _done(of, column, mapped.header, why, instructions)
            reason = _reason(column.name, instructions) if done == KEPT else ""
            asks = done == LEFT_OUT and names_people(column.name, why) and not instructions.agents
            found.append(Personal(column.name, mapped.header, why, done, reason, asks))
    return tuple(found)


def _done(of: Dataset, column: Column, header: str, why: str, instructions: Instructions) -> str:
    if column.name in instructions.keep:
        if not instructions.keep[column.name].strip():
            text = _("{column}: say why it is kept, --keep {column}=REASON.")
            raise UsageError(text.format(column=column.name))
        return KEPT
    if column.name in (of.id_column, CONTACT):
        return HASHED
    if names_people(column.name, why) and instructions.agents in (NAMES, PSEUDONYMS):
        return KEPT if instructions.agents == NAMES else HASHED
    if column.needed:
        text = _("{column} is needed, and “{header}” is personal: {why}. Map another column.")
        words = _(
            "Or keep it as a keyed hash (--hash {column}), or as it is, with a reason "
            "(--keep {column}=REASON)."
        )
        name = voice.name(column.name, _(column.title))
        raise RefusedError(
            text.format(column=name, header=header, why=_(WHY[why]))
            + voice.typed(words.format(column=column.name))
        )
    return LEFT_OUT


def _reason(name: str, instructions: Instructions) -> str:
    return instructions.keep.get(name, "").strip() or _("agents are to be shown by name")


def _texts(staged: Staged) -> list[Mapped]:
    # (What was read beside another column holds only what that one let through, such as a band.)
    columns = [m for m in staged.plan.columns if not m.column.beside]
    return [m for m in columns if m.column.kind == "text" and m.column.stored]


def _samples(cursor: Cursor, staged: Staged) -> list[tuple[Mapped, list[str]]]:
    """Return the columns of texts, each with some of its cells, none of them empty.

    They are of runs of rows here and there: what lies between them is not read.
    """
    texts = _texts(staged)
    if not texts:
        return []
    run = SAMPLE // PLACES
    starts = [max(staged.rows, SAMPLE) * at // PLACES for at in range(PLACES)]
    here = " or ".join(f"{place()} between {start:d} and {start + run - 1:d}" for start in starts)
    names = ", ".join(mapped.column.name for mapped in texts)
    rows = cursor.execute(f"select {names} from staged where {here}").fetchall()
    return [
        (mapped, [row[at] for row in rows if row[at] is not None])
        for at, mapped in enumerate(texts)
    ]


def _among(name: str) -> str:
    # As a subquery, which is a join: there may be many.
    return f"{name} in (select unnest($cells))"


def _hash(cursor: Cursor, name: str, key: bytes, cells: list[str] | None = None) -> None:
    """Put the HMAC-SHA-256 of a column's cells in their place, case and blanks around aside.

    Where people read it, a short label stands for it: `P-1f3a90c2`, the same in every file.
    """
    padded = key.ljust(BLOCK, b"\0")
    hashed = f"keyed_hash({name}, $inner, $outer)"
    if name in DIMENSIONS:
        hashed = f"'P-' || left({hashed}, 8)"
    only = f" where {_among(name)}" if cells is not None else ""
    cursor.execute(
        f"update staged set {name} = {hashed}{only}",
        {
            "inner": bytes(byte ^ 0x36 for byte in padded),
            "outer": bytes(byte ^ 0x5C for byte in padded),
            **({"cells": cells} if cells is not None else {}),
        },
    )
