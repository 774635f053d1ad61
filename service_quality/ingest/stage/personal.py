"""Recognises personal columns, by name and content: they are left out unless someone opts in."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from service_quality.base.errors import RefusedError, UsageError
from service_quality.base.language import N_, _
from service_quality.definitions.datasets import Column, Dataset
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ingest.recognise.names import normal
from service_quality.ingest.stage.staged import Staged
from service_quality.warehouse.engine import Cursor
from service_quality.warehouse.schema import place

LEFT_OUT, HASHED, KEPT = "left_out", "hashed", "kept"
SAMPLE, PLACES = 2_000, 20  # so many values, from so many places in the file
SHARE = 0.5  # of the values that look personal, from which on the column is
CONTACT = "contact_id"
BLOCK = 64  # bytes of SHA-256, which an HMAC pads its key to

WHY = {
    "email": N_("its values are e-mail addresses"),
    "phone": N_("its values are phone numbers"),
    "ip": N_("its values are IP addresses"),
    "name": N_("it names people"),
    "text": N_("it holds free text"),
    "said": N_("you said so"),
}
EMAIL = re.compile(
    r"[^<>@]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>,;]+@[^\s@<>,;]+\.[a-z]{2,}", re.IGNORECASE
)
# A message's own id looks like an address and is none.
MESSAGE_ID = re.compile(r"\b(message|mail|email) id\b")
PHONE = re.compile(r"(\+|00)?[\d(][\d\s().\-/]{6,}\d")
# What can be nothing else, whatever the column is called.
SURELY_PHONE = re.compile(r"\+\d[\d\s().\-/]{6,}\d|0\d([ .-]\d\d){4}")
NAME = re.compile(r"[^\W\d_][^\W\d_’'.-]*([\s,’'.-]+[^\W\d_]+){0,4}\.?")
PHONE_WORDS = re.compile(r"\b(phone|telephone|tel|mobile|portable|handy|fax|whatsapp|gsm)\b")
PERSON_WORDS = re.compile(
    r"\b(((first|last|full|customer|client|contact|caller|agent|user|employee) name)|surname"
    r"|requester|assignee|assigned to|agent|technician|submitter|reporter|caller|author"
    r"|prenom|nom (complet|de famille|du client|client)|demandeur|appelant|technicien|auteur"
    r"|conseiller|conseillere|vorname|nachname|kundenname|bearbeiter)\b"
)
# Of several people, so that no name of one stands there.
GROUP_WORDS = re.compile(r"\b(group|groupe|team|equipe|department|service|queue|gruppe|id)\b")
TEXT_WORDS = re.compile(
    r"\b(subject|title|description|comment|comments|message|body|note|notes|feedback|remark"
    r"|sujet|objet|titre|commentaire|commentaires|remarque|texte|text|verbatim|betreff)\b"
)
LONG_TEXT, LONG_WORDS, FEW = 60, 3, 5


@dataclass(frozen=True)
class Personal:
    """A personal column of a file, why it is one (a key of `WHY`), and what is `done` with it.

    `reason` is that of whoever wants it kept as it is.
    """

    column: str
    header: str
    why: str
    done: str
    reason: str = ""


def treat(
    cursor: Cursor, staged: Staged, words: Instructions, key: Callable[[], bytes]
) -> tuple[Personal, ...]:
    """Return the personal columns of the staged rows; those to be hashed are from here on.

    Ids, of rows or of contacts, are kept as a keyed hash: rows still find each other. Others are
    left out, unless the words, of a person today or last time, say otherwise; `key` gives the
    data folder's own. Raises UsageError where a column is to be kept without a reason,
    RefusedError where one is needed and personal.
    """
    found = _find(cursor, staged, words)
    for each in found:
        if each.done == HASHED:
            _hash(cursor, each.column, key())
    return found


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


def recognise(header: str, values: Sequence[str], *, is_id: bool = False) -> str | None:
    """Return what makes a column personal, a key of `WHY`; None where nothing does.

    `values` are some of its cells, none of them empty. Ids hold no names and no free text.
    """
    if not values:
        return None
    words = normal(header)

    def most(fits: Callable[[str], object]) -> bool:
        return sum(bool(fits(value.strip())) for value in values) >= SHARE * len(values)

    if most(EMAIL.fullmatch) and not MESSAGE_ID.search(words):
        return "email"
    if most(_is_ip):
        return "ip"
    if most(SURELY_PHONE.fullmatch) or (PHONE_WORDS.search(words) and most(PHONE.fullmatch)):
        return "phone"
    if is_id:
        return None
    if PERSON_WORDS.search(words) and not GROUP_WORDS.search(words) and most(NAME.fullmatch):
        return "name"
    return "text" if _is_free_text(words, values) else None


def _find(cursor: Cursor, staged: Staged, words: Instructions) -> tuple[Personal, ...]:
    of = staged.plan.dataset
    if of.register:  # the company's own words
        return ()
    found = []
    for mapped in staged.plan.columns:
        column = mapped.column
        if column.kind != "text" or not column.stored:
            continue
        is_id = column.name in (of.id_column, CONTACT)
        values = _sample(cursor, column.name, staged.rows)
        why = recognise(mapped.header, values, is_id=is_id)
        if column.name in words.hashed:
            found.append(Personal(column.name, mapped.header, why or "said", HASHED))
        elif why:
            done = _done(of, column, mapped.header, why, words)
            reason = words.keep[column.name].strip() if done == KEPT else ""
            found.append(Personal(column.name, mapped.header, why, done, reason))
    return tuple(found)


def _done(of: Dataset, column: Column, header: str, why: str, words: Instructions) -> str:
    if column.name in words.keep:
        if not words.keep[column.name].strip():
            raise UsageError(
                _("{column}: say why it is kept, --keep {column}=REASON.").format(
                    column=column.name
                )
            )
        return KEPT
    if column.name in (of.id_column, CONTACT):
        return HASHED
    if column.needed:
        raise RefusedError(
            _(
                "{column} is needed, and “{header}” is personal: {why}. Map another column, or "
                "keep it as a keyed hash (--hash {column}), or as it is, with a reason "
                "(--keep {column}=REASON)."
            ).format(column=column.name, header=header, why=_(WHY[why]))
        )
    return LEFT_OUT


def _sample(cursor: Cursor, name: str, rows: int) -> list[str]:
    # Runs of rows here and there: what lies between them is not read.
    run = SAMPLE // PLACES
    starts = [max(rows, SAMPLE) * place // PLACES for place in range(PLACES)]
    here = " or ".join(f"{place()} between {start:d} and {start + run - 1:d}" for start in starts)
    found = cursor.execute(f"select {name} from temp.staged where ({here}) and {name} is not null")
    return [value for (value,) in found.fetchall()]


def _is_ip(value: str) -> bool:
    if value.count(".") != 3 and ":" not in value:
        return False
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _is_free_text(words: str, values: Sequence[str]) -> bool:
    """Whether cells are written by hand: nearly all differ, and they are long, or named so."""
    if len(values) < FEW or len(set(values)) < SHARE * len(values):
        return False
    if median(len(value) for value in values) >= LONG_TEXT:
        return True
    return bool(TEXT_WORDS.search(words)) and median(len(v.split()) for v in values) >= LONG_WORDS


def _hash(cursor: Cursor, name: str, key: bytes) -> None:
    """Put the HMAC-SHA-256 of a column's cells in their place, case and blanks around aside."""
    padded = key.ljust(BLOCK, b"\0")
    cursor.execute(
        f"update temp.staged set {name} = keyed_hash({name}, $inner, $outer)",
        {
            "inner": bytes(byte ^ 0x36 for byte in padded),
            "outer": bytes(byte ^ 0x5C for byte in padded),
        },
    )
