"""The French catalogue is whole where it must be, and keeps what its texts need."""

from __future__ import annotations

import ast
import gettext
import re
import warnings
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from service_quality.base import language
from service_quality.definitions import kpis
from service_quality.findings import comparisons

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "service_quality" / "base" / "locale" / "fr" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"\{\w+\}")
# What must be French at once: the sentences of the findings, the methods and the query headers.
WHOLE = ("service_quality/findings/", "queries/kpis/")
SPACELESS = re.compile(
    r"[^\u202f\s\d/%(…-][;?!]|[a-zàâçéèêîôûù»)}]:(?!\w)| [:;?!»]|« |\w'\w|\} %|\d %"
)
MOST_WITHOUT = 0.1


def _read() -> Catalog:
    return read_po((FOLDER / "service_quality.po").open("rb"))


CATALOGUE = _read()
MESSAGES = [message for message in CATALOGUE if message.id]


def _pairs(message: Message) -> list[tuple[str, str]]:
    """Return each text beside its translation: a plural has two."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return list(zip(message.id, message.string, strict=True))


def _done(message: Message) -> bool:
    return not message.fuzzy and all(text for _msgid, text in _pairs(message))


TRANSLATED = [message for message in MESSAGES if _done(message)]


def test_every_sentence_of_the_findings_is_french() -> None:
    """Read from the sources, so that a text that `make messages` has not yet seen counts too."""
    known = {m.id for m in TRANSLATED} | {m.id[0] for m in TRANSLATED if isinstance(m.id, tuple)}
    mapping = [("**.py", "python"), ("**.sql", "service_quality.definitions.texts:extract_query")]
    options = {pattern: {} for pattern, _method in mapping}
    lacking = []
    for folder in WHOLE:
        for _file, _line, text, *_rest in extract_from_dir(str(ROOT / folder), mapping, options):
            if text not in known:
                lacking.append(text)
    assert not lacking, "run `make messages`, then fill these in the .po: docs/translating.md"


def test_most_of_the_rest_is_french() -> None:
    left = [message.id for message in MESSAGES if not _done(message)]
    if left:
        warnings.warn(f"{len(left)} texts have no French yet", stacklevel=1)
    assert len(left) <= MOST_WITHOUT * len(MESSAGES)


def test_placeholders_are_those_of_the_text() -> None:
    for message in TRANSLATED:
        for text, translated in _pairs(message):
            wanted = Counter(PLACEHOLDER.findall(text))
            assert set(PLACEHOLDER.findall(translated)) == set(wanted), text


def test_spaces_and_signs_are_french() -> None:
    for message in TRANSLATED:
        for text, translated in _pairs(message):
            if text != translated:
                assert not SPACELESS.search(PLACEHOLDER.sub("{x}", translated)), translated
            assert text[:1].isspace() == translated[:1].isspace(), text
            assert text[-1:].isspace() == translated[-1:].isspace(), text


def test_the_compiled_catalogue_is_the_one_that_was_written() -> None:
    with (FOLDER / "service_quality.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.gettext("no such text") == "no such text"
    for message in TRANSLATED:
        if isinstance(message.id, str):
            assert compiled.gettext(message.id) == message.string, "run `make messages`"
        else:
            one, many = message.id
            for n, text in ((0, 0), (1, 0), (2, 1)):
                found = compiled.ngettext(one, many, n)
                assert found == message.string[text], "run `make messages`"


@pytest.mark.parametrize(
    "path",
    [*ROOT.glob("service_quality/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "app.py"],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_no_text_stands_where_it_is_not_collected(path: Path) -> None:
    for joined in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(joined, ast.JoinedStr):
            calls = [node for node in ast.walk(joined) if isinstance(node, ast.Call)]
            for call in calls:
                name = call.func.id if isinstance(call.func, ast.Name) else ""
                written = call.args and isinstance(call.args[0], ast.Constant)
                assert not (name in ("_", "N_", "ngettext") and written), f"line {call.lineno}"


# What a reader sees


def test_a_finding_is_said_in_french() -> None:
    kpi = kpis.catalogue()["reply_rate"]
    with language.using("fr-FR"):
        found = comparisons.compare(kpi, {"value": 0.6823, "n": 1280}, {"value": 0.8113, "n": 900})
        sentence = comparisons.trend(found, "2025")
    expected = (
        "E-mails ayant reçu une réponse : 68,2 % (2025), contre 81,1 % un an plus tôt (−12,9 pts) ;"
        " l’indicateur se dégrade."
    )
    assert re.sub(r"[\u202f\u00a0]", " ", sentence) == expected


def test_zero_is_singular_in_french() -> None:
    with language.using("fr"):
        assert language.ngettext("{n} row is ready.", "{n} rows are ready.", 0).startswith(
            "{n} ligne "
        )


def test_units_are_french() -> None:
    with language.using("fr"):
        assert language.duration(3 * 1440 + 240) == "3\u00a0j\u00a04\u00a0h"
