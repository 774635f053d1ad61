"""Cuts the text of one record into cells, forgiving quotes that somebody forgot to escape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

# A cell that goes on for longer was never closed.
MOST_LINES = 1_000
MOST_LETTERS = 1 << 21

# Gives the record's line i with its end, None beyond the last one.
Take = Callable[[int], str | None]


@dataclass(frozen=True)
class Dialect:
    """How cells are told apart.

    `escape` is the quote itself where it is doubled, a backslash, or the other quote where that
    one is doubled. `wrapped`: each record stands in one cell, and separators of another kind may
    follow it. `gap`: cells are separated by that many blanks or more; 0: not so.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    wrapped: bool = False
    gap: int = 0

    @property
    def plain(self) -> bool:
        """Whether DuckDB reads it as we do."""
        return self.escape == self.quote and not self.wrapped and not self.gap


@dataclass(frozen=True, slots=True)
class Parsed:
    """One record; `quotes` are the places of quotes that opened or closed a cell.

    `odd`: a quote stood where none should; `closed`: no cell was still open at the end.
    """

    cells: list[str]
    lines: int
    quotes: list[int]
    odd: bool
    closed: bool


def parse(
    take: Take,
    dialect: Dialect,
    literal: frozenset[int] = frozenset(),
    *,
    one_line: bool = False,
    width: int | None = None,
) -> Parsed:
    """Return one record; a quote at a `literal` place is a letter.

    A quote closes its cell only before a delimiter or the line's end, so that a quote that
    somebody forgot to escape stays a letter. With a `width`, one that is wider and has several
    lines is given up as not closed: it can neither fit nor be short any more.
    """
    reader = _Reader(take, dialect, literal, one_line=one_line)
    cells: list[str] = []
    at: int | None = 0
    while at is not None:
        start = reader.past_blanks(at)
        more, at = reader.quoted(start) if reader.opens(start) else reader.bare(at)
        cells += more
        if width is not None and len(cells) > width and reader.lines > 1:
            reader.closed, at = False, None
    return Parsed(cells, reader.lines, reader.quotes, reader.odd, reader.closed)


class _Reader:
    """The text of one record, of which a quoted cell takes line after line while it goes on.

    Only the last line is held, for a cell that is never closed takes a thousand of them: places
    are those within it, and in the whole record they are `_before` further.
    """

    def __init__(
        self, take: Take, dialect: Dialect, literal: frozenset[int], *, one_line: bool
    ) -> None:
        self.text = (take(0) or "").removeprefix("\ufeff")
        self.lines, self.odd, self.closed = 1, False, True
        self.quotes: list[int] = []
        self._take, self._dialect, self._literal, self._one_line = take, dialect, literal, one_line
        self._before, self._stop = 0, len(self.text.rstrip("\r\n"))

    def past_blanks(self, at: int) -> int:
        """Return where the blanks from `at` on end; they may stand around quotes."""
        while self._dialect.delimiter != " " and self.text[at : at + 1] == " ":
            at += 1
        return at

    def opens(self, at: int) -> bool:
        """Whether a quoted cell begins here."""
        quote = self._dialect.quote
        return bool(quote) and self.text.startswith(quote, at) and not self._is_letter(at)

    def _is_letter(self, at: int) -> bool:
        return self._before + at in self._literal

    def bare(self, at: int) -> tuple[list[str], int | None]:
        """Return cells without quotes, and where the next one begins; None: nowhere.

        All of them before the next quote at once: a record can have a hundred thousand.
        """
        quote, delimiter = self._dialect.quote, self._dialect.delimiter
        following = self.text.find(quote, at, self._stop) if quote else -1
        if following < 0:
            return self.text[at : self._stop].split(delimiter), None
        end = self.text.rfind(delimiter, at, following)
        if end < 0:  # the quote stands within this cell
            end = self.text.find(delimiter, at, self._stop)
            if end < 0:
                return [self.text[at : self._stop]], None
        return self.text[at:end].split(delimiter), end + len(delimiter)

    def quoted(self, start: int) -> tuple[list[str], int | None]:
        """Return a cell in quotes, and where the next one begins; None: nowhere."""
        quote, escape = self._dialect.quote, self._dialect.escape
        self.quotes.append(self._before + start)
        parts: list[str] = []
        since: list[str] = []  # the last quote: what stands in the lines before this one
        inside = start + 1
        while True:
            here = self.text.find(quote, inside)
            if here < 0:
                since.append(self.text[inside:])
                inside = 0
                if self._next_line():
                    continue
                self.odd, self.closed = True, False
                return ["".join([*parts, "".join(since).rstrip("\r\n")])], None
            parts += since
            since.clear()
            after = self.past_blanks(here + 1)
            if escape == "\\" and _escaped(self.text, inside, here):
                parts.append(self.text[inside : here - 1] + quote)
                inside = here + 1
            elif escape == quote and self.text.startswith(quote, here + 1):
                parts.append(self.text[inside : here + 1])
                inside = here + 2
            elif not self._is_letter(here) and self._ends(after):
                self.quotes.append(self._before + here)
                cell = _unescaped("".join([*parts, self.text[inside:here]]), self._dialect)
                return [cell], self._next(after)
            else:
                self.odd = True
                parts.append(self.text[inside : here + 1])
                inside = here + 1

    def _ends(self, at: int) -> bool:
        return at >= self._stop or self.text.startswith(self._dialect.delimiter, at)

    def _next(self, at: int) -> int | None:
        return None if at >= self._stop else at + len(self._dialect.delimiter)

    def _next_line(self) -> bool:
        """Go on to the next line; return whether there is one."""
        letters = self._before + len(self.text)
        many = self.lines >= MOST_LINES or letters > MOST_LETTERS
        more = None if self._one_line or many else self._take(self.lines)
        if more is None:
            return False
        self.text, self.lines, self._before = more, self.lines + 1, letters
        self._stop = len(self.text.rstrip("\r\n"))
        return True


def _unescaped(cell: str, dialect: Dialect) -> str:
    """Return a quoted cell without the escapes that are not of its own quote."""
    if dialect.escape == "\\":
        return cell.replace("\\\\", "\\")
    if dialect.escape != dialect.quote:
        return cell.replace(2 * dialect.escape, dialect.escape)
    return cell


def _escaped(text: str, start: int, at: int) -> bool:
    """Whether the letter at `at` stands behind an odd number of backslashes."""
    before = at
    while before > start and text[before - 1] == "\\":
        before -= 1
    return (at - before) % 2 == 1
