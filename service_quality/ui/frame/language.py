"""The reader's language: the browser's, unless a link or the reader says another.

What the reader chose is remembered by the browser: new pages and later visits speak it too.
"""

from __future__ import annotations

from datetime import date

import streamlit as st

from service_quality.base import language as i18n
from service_quality.base import voice
from service_quality.ui.frame import address, remembered

CHOSEN, SPOKEN = "language", "language-spoken"


def speak() -> None:
    """Use the language of `?lang=fr`, else the one that was chosen, else the browser's."""
    for wanted in address.params().get("lang", ())[:1]:
        if wanted in i18n.LANGUAGES:
            st.session_state[CHOSEN] = wanted
    browsers = st.context.locale
    chosen = st.session_state.get(CHOSEN) or remembered.recall(CHOSEN)
    chosen = chosen if chosen in i18n.LANGUAGES else None
    # A reader in Canada stays one: only another language takes the place of the browser's.
    same = chosen is None or i18n.known_locale(browsers).partition("_")[0] == chosen
    i18n.set_locale(browsers if same else chosen)
    voice.speak_on_page()
    spoken = i18n.current_language()
    if st.session_state.get(SPOKEN, spoken) != spoken:
        _choices_anew()
    st.session_state[SPOKEN] = spoken


def _choices_anew() -> None:
    """Have the browser show what is chosen in the new language, and send that back.

    It knows a choice by its label only, and one of another language is none of the options. What
    is set here it is told anew.
    """
    for key, value in st.session_state.items():
        if _is_choice(value):
            st.session_state[key] = value


def _is_choice(value: object) -> bool:
    """Whether a value may be one that was chosen; what buttons and files hold can not be set."""
    if isinstance(value, list | tuple):
        return value != [] and all(part is None or _is_choice(part) for part in value)
    return isinstance(value, str | int | date) and not isinstance(value, bool)


def switch() -> None:
    """Offer the other languages, by their own names; links never carry the choice."""
    with st.container(horizontal=True):
        for language, name in i18n.LANGUAGES.items():
            if language != i18n.current_language():
                st.button(
                    name,
                    key=f"speak-{language}",
                    on_click=_choose,
                    args=(language,),
                    type="tertiary",
                    icon=":material/translate:",
                )


def _choose(language: str) -> None:
    st.session_state[CHOSEN] = language
    remembered.remember(CHOSEN, language)
    address.write(lang=None)
