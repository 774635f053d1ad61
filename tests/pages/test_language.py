"""The language of a page: the browser's, unless the address or the reader says another."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

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


def _choices() -> None:
    import streamlit as st

    from service_quality.base.language import _
    from service_quality.ui.frame import language

    language.speak()
    st.selectbox("one", ["backlog"], key="one", format_func=lambda _id: _("Backlog"))
    st.multiselect("some", ["b"], ["b"], key="some", format_func=lambda _id: _("Backlog"))
    st.checkbox("box", key="box")
    language.switch()


def test_what_is_chosen_is_shown_anew_by_its_label_in_the_other_language() -> None:
    at = AppTest.from_function(_choices).run()
    assert not at.selectbox[0].proto.set_value
    at.button(key="speak-fr").click().run()
    assert not at.exception
    assert at.selectbox[0].proto.set_value
    assert at.selectbox[0].proto.raw_value == "Encours"
    assert at.multiselect[0].proto.raw_values == ["Encours"]
    # A run in the same language tells nothing: what the reader does meanwhile stands.
    with language.using("fr"):  # the simulated browser sends back the options it was shown
        at.checkbox[0].check().run()
    assert not at.selectbox[0].proto.set_value
    assert at.selectbox[0].value == "backlog"
