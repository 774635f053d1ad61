"""The language of a page: the browser's, unless the address or the reader says another."""

from __future__ import annotations

import pytest

from service_quality.base import language
from tests.pages.conftest import PAGES, OpenPage
from tests.pages.reading import everything, finding


def _speaking(at) -> str:
    (other,) = [button for button in at.button if (button.key or "").startswith("speak-")]
    return {"speak-en": "fr", "speak-fr": "en"}[other.key]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_speaks_french(open_page: OpenPage, page: str) -> None:
    at = open_page(page, lang="fr")
    assert not at.exception
    assert _speaking(at) == "fr"
    assert 'lang = "fr"' in "".join(e.proto.body for e in at.get("html"))
    assert finding(at) != finding(open_page(page))


def test_the_switch_is_remembered_and_links_carry_no_language(open_page: OpenPage) -> None:
    at = open_page("replies", lang="fr", kpi="reply_time")
    assert "La moitié a une réponse en" in finding(at)
    assert "lang=" not in "".join(e.proto.body for e in at.get("html"))
    with language.using("fr"):  # the simulated browser sends back the options it was shown
        at.button(key="speak-en").click().run()
    assert "Half are answered within" in finding(at)
    assert "lang" not in at.query_params
    assert at.query_params["kpi"] in ("reply_time", ["reply_time"])
    assert at.session_state["language"] == "en"


def test_an_unknown_language_is_no_language(open_page: OpenPage) -> None:
    at = open_page("replies", lang="<b>")
    assert _speaking(at) == "en"
    assert "<b>" not in everything(at)
