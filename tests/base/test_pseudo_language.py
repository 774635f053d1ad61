"""In a language that wraps every text in brackets, no page shows a text without them.

What is left outside may only be data: names of brands and files, ids, numbers and dates.
"""

from __future__ import annotations

import csv
import gettext
import json
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Any

import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from service_quality.base import language
from service_quality.definitions import kpis
from service_quality.uploads import example
from tests.pages.conftest import (
    PAGES,
    OpenPage,
    components_looked_for_once,
    empty_folder,
    example_folder,
    open_page,
)
from tests.pages.reading import texts_of_html

__all__ = ["components_looked_for_once", "empty_folder", "example_folder", "open_page"]

# Fields of Streamlit's messages that a reader sees or hears.
SEEN = {"label", "placeholder", "help", "options", "delta", "delta_description", "alt", "title"}
SEEN |= {"formatted_options", "raw_options"}
MARKDOWN = {"markdown", "alert", "metric", "exception", "text"}
WRAPPED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{2,}")
# Babel's months and weekdays, the units and signs of formats, and what ids are made of.
DATES = {language.month_name(n) for n in range(1, 13)}
DATES |= {language.weekday_name(n, full=full) for n in range(1, 8) for full in (False, True)}
DATES |= {language.day(date(2000, n, 2)).split()[1] for n in range(1, 13)}
# Languages are named in their own words.
ALLOWED = DATES | {"Service quality"} | set(language.LANGUAGES.values())


class Pseudo(gettext.NullTranslations):
    """Translates every text to itself in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


@pytest.fixture
def _pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "catalogue", lambda _locale: Pseudo())


@pytest.fixture(scope="session")
def data_values() -> set[str]:
    """Every cell of the example files, and the names of the files."""
    found = {"example", "default", *(path.name for path in example.sample_files())}
    for path in example.sample_files():
        if path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    found |= {v for k, v in row.items() if not k.endswith("_at") and v}
    return found | set(kpis.catalogue()) | {"Lille", "Lyon", "Nantes", "Toulouse"}


@pytest.mark.usefixtures("_pseudo")
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("folder", ["example_folder", "empty_folder"])
def test_every_text_is_wrapped(
    page: str,
    folder: str,
    open_page: OpenPage,
    data_values: set[str],
    request: pytest.FixtureRequest,
) -> None:
    at = open_page(page, request.getfixturevalue(folder))
    assert not at.exception
    texts = list(_texts(at))
    assert len(texts) > 10
    bare = {text for text in texts if _left_outside(text, data_values)}
    assert not bare


def _left_outside(text: str, data_values: set[str]) -> bool:
    text = unescape(text)
    if text.replace("<br>", " ") in data_values:  # a long one stands on several lines
        return False
    while WRAPPED.search(text):
        text = WRAPPED.sub(" ", text)
    for part in re.split(r"\s·\s|\s+\d+=?\s+|<br>|: ", text.strip()):
        bare = part.strip(" .,;:()|<>0123456789=%")
        if data_values & {part, bare} or all(word in ALLOWED for word in WORD.findall(bare)):
            continue
        return True
    return False


def _texts(at: AppTest) -> Iterator[str]:
    for block in (at.main, at.sidebar):
        yield from _texts_of(block)


def _texts_of(node: Any) -> Iterator[str]:
    for child in getattr(node, "children", {}).values():
        yield from _texts_of(child)
    proto = getattr(node, "proto", None)
    kind = getattr(node, "type", "")
    if kind == "html":
        yield from texts_of_html(proto.body)
    elif kind == "plotly_chart":
        yield from _texts_of_figure(json.loads(proto.spec or proto.figure.spec))
        yield proto.alt
    elif isinstance(proto, Message):
        yield from _fields(proto, kind)


def _fields(message: Message, kind: str) -> Iterator[str]:
    for field, value in message.ListFields():
        values = value if field.is_repeated else [value]
        if field.type == field.TYPE_STRING:
            if field.name in SEEN or (field.name == "body" and kind in MARKDOWN):
                yield from values
            elif field.name == "columns" and value.startswith("{"):
                for column in json.loads(value).values():
                    yield from filter(None, (column.get("label"), column.get("help")))
        elif field.type == field.TYPE_MESSAGE:
            for inner in values:
                if isinstance(inner, Message):
                    yield from _fields(inner, kind)


def _texts_of_figure(figure: dict[str, Any]) -> Iterator[str]:
    for trace in figure["data"]:
        for key in ("text", "hovertext"):
            found = trace.get(key) or []
            for part in [found] if isinstance(found, str) else found:
                # A heat map has a list of texts for each of its rows.
                yield from [part] if isinstance(part, str) else part
    layout = figure["layout"]
    for axis in ("xaxis", "yaxis"):
        yield from layout.get(axis, {}).get("ticktext") or []
    yield from (note["text"] for note in layout.get("annotations") or [])
