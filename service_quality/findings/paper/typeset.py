"""Sets a report's content into a PDF that can be read aloud (PDF/UA-1), by the one template."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

Form = Literal["png", "svg"]
HERE = Path(__file__).parent
FONTS = HERE / "fonts"
STANDARD: Final = "ua-1"  # enforced: a picture without words for it, say, is an error
SHARPNESS = 200  # dots an inch of a picture
PLACEHOLDER = "□"
PLAIN = 0x250  # Latin letters with all their marks, which the fonts have
MOST_TRIED = 2000  # other characters of one report that are tried


def pdf(content: dict[str, Any]) -> bytes:
    """Return the PDF of a report's content; values reach the template as data, never as markup."""
    text = json.dumps(content, ensure_ascii=False)
    return _compiled("report.typ", legible(text))


def picture(content: dict[str, Any], form: Form) -> bytes:
    """Return one chart by itself, with its title and the line below it."""
    text = json.dumps(content, ensure_ascii=False)
    return _compiled("chart.typ", legible(text), form)


def legible(text: str) -> str:
    """Return a text in which each character that no font has is a box: it would be no PDF else."""
    unusual = {c for c in text if ord(c) >= PLAIN or not (c.isprintable() or c in "\n ")}
    missing = {ord(c): PLACEHOLDER for c in sorted(unusual) if not _can_be_set(c)}
    return text.translate(missing)


@lru_cache(maxsize=MOST_TRIED)
def _can_be_set(character: str) -> bool:
    import typst

    try:
        _compiled("character.typ", json.dumps(character))
    except typst.TypstError:
        return False
    return True


def _compiled(template: str, data: str, form: Form | Literal["pdf"] = "pdf") -> bytes:
    import typst  # who makes no report does not wait for it

    made: bytes = typst.compile(
        HERE / template,
        font_paths=[FONTS],
        format=form,
        ppi=SHARPNESS,
        pdf_standards=[STANDARD] if form == "pdf" else [],
        sys_inputs={"data": data},
    )
    return made
