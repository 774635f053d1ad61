"""Finds out in which encoding a text was written, and writes it again as UTF-8."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from pathlib import Path

from service_quality.ingest.read import letters

CHUNK = 1 << 26
SHOWN = 5
BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
UTF_8 = ("utf-8", "utf8", "utf-8-sig")
FEW_NULS = 0.01


@dataclass(frozen=True)
class Encoding:
    """How a text is written; `binary` when it is none.

    `mixed`: lines that are no UTF-8 stand among those that are, and are read by `name`; `lines`
    are the first of them. `nuls`: bytes of nothing, to be left out; `escapes`: they stand before
    quotes within cells, as a backslash would, and the quotes are doubled instead.
    """

    name: str
    mixed: bool = False
    lines: tuple[int, ...] = ()
    nuls: int = 0
    escapes: bool = False
    binary: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the file can be read as it stands."""
        name = self.name.replace("_", "-").lower()
        return name in UTF_8 and not self.mixed and not self.nuls


def decide(head: bytes) -> Encoding:
    """Return the encoding of a text from its first bytes, cut anywhere."""
    for bom, name in BOMS.items():
        if head.startswith(bom):
            return Encoding(name) if name == "utf-16" else _eight_bits(head, name)
    if utf_16 := _utf_16(head):
        return Encoding(utf_16)
    return _eight_bits(head, "utf-8")


def to_utf8(path: Path, target: Path, encoding: Encoding) -> Path:
    """Write a text as UTF-8 with one kind of line end; return the copy."""
    if encoding.mixed:
        return _mixed_to_utf8(path, target, encoding)
    with (
        path.open(encoding=encoding.name, errors="replace") as source,
        target.open("w", encoding="utf-8", newline="\n") as copy,
    ):
        while chunk := source.read(CHUNK):
            copy.write(_without_nuls(chunk, encoding))
    return target


def _eight_bits(head: bytes, unicode: str) -> Encoding:
    nuls, before_quotes = head.count(b"\x00"), head.count(b'\x00"')
    escapes = before_quotes > 0.9 * nuls and not re.search(rb"(^|[,;\t|\r\n])\x00", head)
    if nuls > len(head) * FEW_NULS and not escapes:
        return Encoding(unicode, binary=True)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return replace(_not_utf_8(head, nuls), escapes=escapes)
    return Encoding(unicode, nuls=nuls, escapes=escapes)


def _not_utf_8(head: bytes, nuls: int) -> Encoding:
    """Return a Western encoding; one among lines of UTF-8 where some of these are there too."""
    wrong, right, other = [], 0, []
    for number, line in enumerate(head.splitlines(), 1):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            right += 1
        except UnicodeDecodeError:
            wrong.append(number)
            other.append(line)
    name = letters.best(b"\n".join(other))
    return Encoding(name, right > 0, tuple(wrong[:SHOWN]) if right else (), nuls)


def _utf_16(head: bytes) -> str | None:
    """Return UTF-16 without a byte-order mark: nearly every second byte of its letters is NUL."""
    sample = head[: 1 << 12]
    half = len(sample) // 2
    if half < 4:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > half * 0.6 and even < half * 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.6 and odd < half * 0.1 else None


def _mixed_to_utf8(path: Path, target: Path, encoding: Encoding) -> Path:
    with path.open("rb") as source, target.open("w", encoding="utf-8", newline="") as copy:
        while lines := source.read(1 << 20) + source.readline():
            try:
                text = lines.decode("utf-8")
            except UnicodeDecodeError:
                text = "".join(_decode(line, encoding) for line in lines.splitlines(keepends=True))
            copy.write(_without_nuls(text, encoding).replace("\r\n", "\n").replace("\r", "\n"))
    return target


def _without_nuls(text: str, encoding: Encoding) -> str:
    if encoding.escapes:
        text = text.replace('\x00"', '""')
    return text.replace("\x00", "")


def _decode(line: bytes, encoding: Encoding) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode(encoding.name, errors="replace")
