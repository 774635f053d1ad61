"""The third step of an upload: what each column means, and which measures the file then feeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from service_quality.base import language
from service_quality.base.language import _, ngettext
from service_quality.definitions.datasets import Column
from service_quality.ingest.columns import examples
from service_quality.ingest.recognise import feeds
from service_quality.ingest.recognise.guesses import Guess
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.ingest.recognise.recognition import Recognition
from service_quality.ui.frame import address
from service_quality.ui.loading.path import Path
from service_quality.ui.loading.steps import Reading
from service_quality.ui.loading.understood import answered, in_words, offer
from service_quality.ui.parts.text import caption, md, say

STEP = 3
SAMPLES = 3
LOOKED_AT = 50  # values of a column, for the ways in which its dates could be read
MOST_UNUSED = 40  # columns shown unasked; beyond, one is looked for by name
MOST_FED = 4
NOT_USED = ""


@dataclass(frozen=True)
class Columns:
    """What the columns of a file mean so far.

    `meaning` gives the column of ours by header, `guessed` those of them that nobody has confirmed.
    """

    found: Reading
    recognition: Recognition
    instructions: Instructions
    meaning: dict[str, str]
    guessed: dict[str, Guess]

    @property
    def titles(self) -> dict[str, str]:
        """The titles of our columns, by name."""
        return {column.name: _(column.title) for column in self.found.dataset.columns}


def mapped(path: Path, found: Reading) -> Instructions | None:
    """Let the reader change what columns mean; return what was decided, None while that is open."""
    columns = _understood(path, found)
    ticks = {header: _tick(columns, guess) for header, guess in columns.guessed.items()}
    lacking = _lacking(columns)
    settled = not lacking and set(ticks.values()) <= path.answers.ticked
    if not path.opens(STEP, _("What each column means"), _line(columns), settled=settled):
        return columns.instructions
    _feeds(path, columns)
    for text in lacking:
        st.warning(md(text))
    answered(path.answers, columns.titles)
    _rows(path, columns, ticks)
    _constants(path, columns)
    settled = not lacking and set(ticks.values()) <= path.answers.ticked
    if not lacking and not settled:
        caption(_("Tick what was guessed, or choose something else, to go on."))
    path.goes_on(STEP, ready=settled)
    return None


def _understood(path: Path, found: Reading) -> Columns:
    """Return what each header means: as recognised, as guessed where one lacks, as was answered."""
    instructions = path.answers.added_to(found.instructions)
    guessed = _best_guesses(found.recognised(instructions))
    mapping = instructions.mapping | {guess.column: header for header, guess in guessed.items()}
    instructions = replace(instructions, mapping=mapping)
    recognition = found.recognised(instructions)
    headers = found.table.headers
    by_header = {header: name for name, header in recognition.mapping.items() if header in headers}
    longest = sorted(headers, key=len, reverse=True)
    for name, expression in recognition.mapping.items():
        if expression not in headers:  # a sum or a wait stands at the last header that it names
            last = next((header for header in longest if expression.endswith(header)), None)
            by_header |= {last: name} if last else {}
    return Columns(found, recognition, instructions, by_header, guessed)


def _best_guesses(recognition: Recognition) -> dict[str, Guess]:
    """Return the best guess for each column that the file lacks, by header."""
    first: dict[str, Guess] = {}
    for group in recognition.missing:
        options = [guess for name in group for guess in recognition.guesses.get(name, ())]
        best = next((guess for guess in options if guess.header not in first), None)
        if best:
            first[best.header] = best
    return first


def _tick(columns: Columns, guess: Guess) -> str:
    text = _("Yes, “{header}” is {column}")
    return text.format(header=guess.header, column=columns.titles[guess.column])


def _lacking(columns: Columns) -> list[str]:
    """Return a sentence for each column without which the rows are of no use."""
    text = _("Which column is {columns}? The rows are of no use without it.")
    either = _(" or ")
    return [
        text.format(columns=either.join(map(language.quoted, (columns.titles[n] for n in group))))
        for group in columns.recognition.missing
    ]


def _line(columns: Columns) -> str:
    used, of = len(columns.meaning), len(columns.found.table.headers)
    text = ngettext("{used} of {n} column is used.", "{used} of {n} columns are used.", of)
    fed = feeds.feeds(columns.found.dataset, _given(columns))
    words = _("Feeds: {measures}.").format(measures=_some(fed)) if fed else ""
    return f"{text.format(used=language.number(used), n=language.number(of))} {words}".strip()


def _some(measures: Sequence[str]) -> str:
    """Return the titles of a few measures, and how many more there are."""
    titles = [feeds.title(each) for each in measures[:MOST_FED]]
    if more := len(measures) - len(titles):
        titles.append(_("{n} more").format(n=language.number(more)))
    return ", ".join(titles)


def _given(columns: Columns) -> set[str]:
    """Return our columns that the file gives so far, constants included."""
    mapped = {name for name, header in columns.recognition.mapping.items() if header}
    return mapped | {*columns.instructions.constants, *columns.recognition.constants}


def _feeds(path: Path, columns: Columns) -> None:
    """Say which measures the file will feed and which not, with a button where a column could."""
    if columns.found.dataset.register:
        return
    given = _given(columns)
    say(feeds.sentence_of_feeds(feeds.feeds(columns.found.dataset, given)))
    headers = [header for header in columns.found.table.headers if header not in columns.meaning]
    not_fed = feeds.not_fed(columns.recognition, given, headers)
    words = [word for each in not_fed for word in each.say]
    if words:
        caption(_("Could feed more. Use:"))
        offer(path.answers, words, columns.titles)
    if not_fed:
        text = _("Not: {measures}. Why?")
        with st.expander(text.format(measures=_some([each.kpi for each in not_fed]))):
            for each in not_fed:
                caption(feeds.sentence_of_not_fed(each, columns.titles))


def _rows(path: Path, columns: Columns, ticks: Mapping[str, str]) -> None:
    """Show each header with its meaning and three of its values; those not used stand apart."""
    headers = columns.found.table.headers
    caption(_("Column in the file → what it means → three of its values"))
    for header in headers:
        if header in columns.meaning:
            _row(path, columns, header, ticks.get(header, ""))
    unused = [header for header in headers if header not in columns.meaning]
    if not unused:
        return
    text = ngettext("{n} column is not used", "{n} columns are not used", len(unused))
    asking = bool(columns.recognition.missing)
    with st.expander(text.format(n=language.number(len(unused))), expanded=asking):
        shown = unused
        if len(unused) > MOST_UNUSED:
            wanted = st.selectbox(
                _("Look for a column"),
                unused,
                index=None,
                format_func=md,
                key=f"unused-{path.file_id}",
                placeholder=_("Choose a column"),
            )
            shown = [wanted] if wanted else []
        for header in shown:
            _row(path, columns, header, "")


def _row(path: Path, columns: Columns, header: str, tick: str) -> None:
    """Show one header: what it means can be changed, and how its values are written."""
    at = columns.found.table.places[header]
    left, middle, right = st.columns([3, 3, 4], vertical_alignment="center")
    with left:
        say(header, "signs")
    name = columns.meaning.get(header, NOT_USED)
    key = f"means-{path.file_id}-{columns.found.dataset.kind}-{at}"
    address.bind(key, name)

    def change() -> None:
        chosen = st.session_state[key]
        if name:
            path.answers.add(f"--map {name}=")
        if chosen:
            path.answers.add(f"--map {chosen}={header}")

    middle.selectbox(
        _("What “{header}” means").format(header=header),
        [NOT_USED, *columns.titles],
        key=key,
        format_func=lambda each: columns.titles.get(each, _("not used")),
        on_change=change,
        label_visibility="collapsed",
    )
    with right:
        caption(" · ".join(list(dict.fromkeys(columns.found.table.values(header)))[:SAMPLES]))
    if tick:
        _to_tick(path, columns.guessed[header], tick, at)
    if name:
        _details(path, columns, header, columns.found.dataset.column(name))


def _to_tick(path: Path, guess: Guess, tick: str, at: int) -> None:
    caption(_("A guess, because {why}").format(why=guess.why))
    right = st.checkbox(md(tick), tick in path.answers.ticked, key=f"right-{path.file_id}-{at}")
    (path.answers.ticked.add if right else path.answers.ticked.discard)(tick)


def _details(path: Path, columns: Columns, header: str, column: Column) -> None:
    """Let the reader say how a column's dates are written, and which of its marks are no answer."""
    answers, name = path.answers, column.name
    if column.kind in ("time", "month"):
        _dates(path, columns, header, name)
    if column.kind in ("number", "scale", "integer"):
        codes = ", ".join(columns.instructions.no_answer.get(name, ()))
        key = f"codes-{path.file_id}-{name}"
        given = st.text_input(
            _("Marks that mean no answer"), codes, key=key, placeholder=_("such as 99")
        )
        if given.strip() != codes:
            answers.add(f"--no-answer {name}={','.join(c.strip() for c in given.split(','))}")
            st.rerun()


def _dates(path: Path, columns: Columns, header: str, name: str) -> None:
    """Let the reader choose what an example is, where the values leave a choice."""
    ways = examples.readings(columns.found.table.values(header)[:LOOKED_AT])
    if not ways:
        return
    way = columns.instructions.dates.get(name, "")
    key = f"dates-{path.file_id}-{name}"
    address.bind(key, way if way in ways else "")
    st.selectbox(
        _("Dates of “{header}”").format(header=header),
        ["", *ways],
        key=key,
        format_func=lambda word: _of_way(ways, word),
        on_change=lambda: path.answers.add(f"--dates {name}={st.session_state[key]}"),
    )


def _of_way(ways: Mapping[str, tuple[str, date]], word: str) -> str:
    if not word:
        return _("as the values tell")
    example, at = ways[word]
    return _("{example} is {day}").format(example=example, day=language.day(at))


def _constants(path: Path, columns: Columns) -> None:
    """Let the reader give one value for all rows to a column that the file lacks."""
    lacking = [
        column.name
        for column in columns.found.dataset.stored
        if column.name not in columns.meaning.values() and not column.beside
    ]
    if not lacking:
        return
    with st.expander(_("One value for all rows, for what the file lacks")):
        with st.form(f"constant-{path.file_id}", border=False):
            left, right = st.columns(2)
            name = left.selectbox(
                _("Column"), lacking, format_func=lambda each: columns.titles[each]
            )
            value = right.text_input(_("Value for all rows"), placeholder="1-5")
            saved = st.form_submit_button(_("Set"))
        if saved and value.strip():
            path.answers.add(f"--set {name}={value.strip()}")
            st.rerun()
        for each, given in columns.instructions.constants.items():
            caption(in_words(f"--set {each}={given}", columns.titles))
