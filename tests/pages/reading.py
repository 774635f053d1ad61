"""Reads what a page of a simulated app shows."""

from __future__ import annotations

import re
from html import unescape

from streamlit.testing.v1 import AppTest

TAG = re.compile(r"<(?:style|script)>.*?</(?:style|script)>|<[^>]+>", re.DOTALL)
ATTRIBUTE = re.compile(r'(?:alt|aria-label)="([^"]*)"')


def texts_of_html(body: str) -> list[str]:
    """Return the texts that HTML shows or reads out, styles and scripts left out."""
    shown = [unescape(part).strip() for part in TAG.sub("\n", body).split("\n")]
    read_out = [unescape(part) for part in ATTRIBUTE.findall(body)]
    return [part for part in (*shown, *read_out) if part]


def bodies(at: AppTest) -> list[str]:
    """Return the HTML parts of a page."""
    return [element.proto.body for element in at.get("html")]


def finding(at: AppTest) -> str:
    """Return the sentence in the largest type."""
    found = [body for body in bodies(at) if 'class="finding"' in body]
    assert len(found) == 1, found
    return texts_of_html(found[0])[0]


def scorecard(at: AppTest) -> dict[str, dict[str, str]]:
    """Return the lines of the scorecard by measure: now, change, promised, verdict and n."""
    table = next(body for body in bodies(at) if 'class="score"' in body)
    found = {}
    for row in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", table):
        head, *cells = re.split(r"<td class=\"(\w+)[ \w]*\">", row)
        values = [" ".join(texts_of_html(re.sub("<img[^>]*>", "", cell))) for cell in cells[1::2]]
        found[texts_of_html(head)[0]] = dict(zip(cells[::2], values, strict=True))
    return found


def last_line(at: AppTest) -> str:
    """Return the line on what the page does not say."""
    found = [body for body in bodies(at) if 'class="last"' in body]
    return texts_of_html(found[0])[0] if found else ""


def everything(at: AppTest) -> str:
    """Return all texts of the page's HTML parts."""
    return "\n".join(text for body in bodies(at) for text in texts_of_html(body))
