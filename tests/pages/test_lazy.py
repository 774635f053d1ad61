"""What is closed on a page is built when a reader opens it, and stays built after that."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from service_quality.ui.parts import lazy

    lazy.popover("Table", "table", lambda: st.write("ten rows"))
    lazy.expander("New", "new", lambda: st.text_input("Words", key="words"))
    lazy.expander("Open", "open", lambda: st.write("at once"), expanded=True)


def test_what_is_closed_is_not_built() -> None:
    at = AppTest.from_function(page).run()
    assert [each.value for each in at.markdown] == ["at once"]
    assert not at.text_input


def test_what_is_opened_is_built_and_forgets_nothing_when_it_is_closed() -> None:
    at = AppTest.from_function(page)
    at.session_state["table"] = at.session_state["new"] = True
    at.run()
    assert [each.value for each in at.markdown] == ["ten rows", "at once"]
    at.text_input[0].set_value("half a promise")
    at.session_state["table"] = at.session_state["new"] = False
    at.run()
    assert at.text_input[0].value == "half a promise"
