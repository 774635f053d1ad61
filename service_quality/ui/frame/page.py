"""What every page has: navigation, banner, filters, the finding on top, and the link to share."""

from __future__ import annotations

import html
from typing import Any, NoReturn

import streamlit as st

from service_quality.base import language as i18n
from service_quality.base import zone
from service_quality.base.access import Role
from service_quality.base.errors import UsageError
from service_quality.base.language import N_, _
from service_quality.findings.asking import ask
from service_quality.findings.coverage import data_to
from service_quality.findings.verdict import Verdict
from service_quality.measures.answers import Answers
from service_quality.ui.frame import address, language, links, phone, remembered, signin
from service_quality.ui.frame.choices import Choices, clear
from service_quality.ui.frame.data import Source, begin, could_show, pin, show_example
from service_quality.ui.parts.by_mail import by_mail
from service_quality.ui.parts.how import how
from service_quality.ui.parts.text import CSS, md, say

PAGES = (
    (
        ("pages/overview.py", N_("Overview")),
        ("pages/rankings.py", N_("Rankings")),
        ("pages/trends.py", N_("Trends")),
        ("pages/replies.py", N_("Replies")),
        ("pages/satisfaction.py", N_("Satisfaction")),
        ("pages/promises.py", N_("Promises")),
    ),
    (
        ("pages/upload.py", N_("Upload")),
        ("pages/data.py", N_("Data")),
        ("pages/definitions.py", N_("Definitions")),
    ),
)
# Pages that need more than the role of a viewer, and are not offered to those without it.
NEEDS = {"pages/upload.py": Role.PUBLISHER}
NAVIGATED = "navigated"
ALWAYS_NEWEST = ("upload", "data")  # pages that change the data, or list them
COPY = """<div class="share"><button type="button" id="copy-link">{copy}</button>
{pinning}<input id="page-link" readonly aria-label="{label}" value="{link}"></div>
<script>{{
const button = document.getElementById("copy-link"), field = document.getElementById("page-link");
const query = new URL(field.value, location.href).search;
field.value = location.origin + location.pathname + query;
document.documentElement.lang = "{language}";
field.onfocus = () => field.select();
const copy = async (pressed) => {{
  // Over plain http there is no clipboard object: select the field and copy the old way.
  try {{ await navigator.clipboard.writeText(field.value); }}
  catch (error) {{ field.select(); document.execCommand("copy"); }}
  pressed.textContent = "{done}";
}};
button.onclick = () => copy(button);
const pin = document.getElementById("copy-pinned");
if (pin) pin.onclick = () => {{
  const link = new URL(field.value);
  link.searchParams.set("asof", pin.dataset.asof);
  field.value = link;
  copy(pin);
}};
}}</script>"""
PIN = """<button type="button" id="copy-pinned" data-asof="{asof}" title="{why}">{copy}</button>
"""


def navigation() -> Any:
    """Show the pages in the sidebar and return the one to run; None to whom nothing is shown.

    Links of our own carry the filters and the focus brand from page to page.
    """
    chosen, groups = _register()
    st.html(CSS)
    if not signin.enter():
        return None
    links.follow([path for group in PAGES for path, _title in group])
    with st.sidebar:
        for i, group in enumerate(groups):
            if i:
                st.divider()
            for page, path in group:
                if _may_open(path):
                    st.page_link(page, label=page.title, query_params=address.shared())
        signin.account()
        language.switch()
        remembered.write()
        phone.menu_closes()
    return chosen


def _register() -> tuple[Any, list[list[tuple[Any, str]]]]:
    st.session_state[NAVIGATED] = True
    groups = [
        [
            (st.Page(path, title=_(title), default=path == PAGES[0][0][0]), path)
            for path, title in group
        ]
        for group in PAGES
    ]
    pages = [page for group in groups for page, _path in group] + [st.Page(links.ENTITY)]
    return st.navigation(pages, position="hidden"), groups


def _may_open(path: str) -> bool:
    return signin.may(NEEDS.get(path, Role.VIEWER))


def banner(source: Source) -> None:
    """Say that the example data is shown, or hidden in this browser; one click changes that."""
    if source.example:
        text = _("Example data: invented brands and figures, until you load your own.")
        offer, shown = _("Hide the example"), False
    elif could_show(source):
        text = _("The example data are hidden in this browser.")
        offer, shown = _("Show the example"), True
    else:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="example-banner"):
        say(text, "banner")
        st.button(offer, on_click=show_example, args=(shown,), type="tertiary")


class Page(Choices):
    """One page being written: its place for the finding, and all that its link must say.

    `title` is what stands over the finding and in the browser's tab.
    """

    def __init__(self, name: str, title: str) -> None:
        source, unknown = _begin(name)
        banner(source)
        _other_zone(source)
        _as_it_was(source)
        self._top = st.columns([4, 3], vertical_alignment="center")
        self.title, self._line = title, self._top[0].empty()
        with self._line:
            say(title, "small")
        dropped = st.container()
        above = st.container(horizontal=True, key=phone.CHIPS)
        self._head = st.container()
        super().__init__(name, source, dropped, above)
        self._say_dropped([unknown] if unknown else [], {"asof": []})
        if source.pinned:
            self.state["asof"] = [source.pinned]

    def finding(self, sentence: str, below: str = "", *verdicts: Verdict | None) -> None:
        """Show the answer in one sentence, in the largest type, and a line below it.

        `verdicts` are what it rests on: they open under "How do we know?".
        """
        # What the browser's tab, its history and a bookmark say.
        st.set_page_config(page_title=f"{self.title} · {sentence}")
        with self._head:
            say(sentence, "finding", "h1")
            with st.container(horizontal=True, key="below"):
                say(below)
                how(*verdicts)

    def end(self, *not_said: str) -> None:
        """Close the page: what it does not say, the data's date and the link to this view."""
        say(" ".join(words for words in not_said if words), "last")
        as_of = self.as_of()
        with self._line:
            say(f"{self.title} · {as_of}" if as_of else self.title, "small")
        with self._top[1], st.container(horizontal=True, wrap=False, key="share"):
            by_mail(self.name, self.state, self.source)
            pinnable = not (self.source.example or self.source.pinned or self.name in ALWAYS_NEWEST)
            asof = pin(self.source) if pinnable else ""
            shared = _copy_link(address.link(self.state), asof)
            st.html(shared, unsafe_allow_javascript=True)

    def nothing(self, missing: str, *, loaded: bool = False) -> NoReturn:
        """Say what is missing, offer the way there and stop."""
        self.finding(missing)
        with st.container(horizontal=True):
            if loaded:
                st.button(_("Clear all filters"), key="clear-here", on_click=clear, type="primary")
            elif _may_open("pages/upload.py"):
                st.page_link("pages/upload.py", label=_("Upload a file"), icon="⬆️")
        self.end()
        st.stop()

    def as_of(self) -> str:
        """Return how far the data that the page shows reach, and from how many uploads."""
        return data_to(ask(Answers.sources), ask(Answers.uploads), self._kinds, self._sources)


def start(name: str, title: str) -> Page:
    """Begin a page; UsageError for whoever may not open it."""
    _through_the_app()
    signin.require(NEEDS.get(f"pages/{name}.py", Role.VIEWER))
    return Page(name, title)


def _through_the_app() -> None:
    # Until a first session has called st.navigation, Streamlit runs the page of a link by itself,
    # without app.py: turn that off and begin again.
    if NAVIGATED not in st.session_state:
        _register()
        st.rerun()


def _begin(page: str) -> tuple[Source, str]:
    """Return what a page shows, and what to say where its link asks for data that never were."""
    pinned = address.params().get("asof", [])
    if not pinned or page in ALWAYS_NEWEST:
        return begin(), ""
    try:
        return begin(pinned[0]), ""
    except UsageError as error:
        return begin(), " ".join((str(error), _("Shown are the newest.")))


def _other_zone(source: Source) -> None:
    """Warn where the settings name another time zone than the data were loaded in."""
    timezone = source.answers.settings.timezone
    if not source.example and (sentence := zone.difference(source.folder, timezone)):
        st.warning(md(sentence))


def _as_it_was(source: Source) -> None:
    """Say that a pinned link shows earlier data, and what else has changed since it was made."""
    if not source.pinned:
        return
    _version, *then = source.pinned.split(".")
    _version, *now = pin(source).split(".")
    sentences = [_("These are the data as they were; later uploads are not in them.")]
    if uploads := source.answers.uploads():
        last = i18n.moment(uploads[-1]["uploaded_at"])
        sentences = [
            _("These are the data of {moment}; later uploads are not in them.").format(moment=last)
        ]
    names = (_("settings"), _("definitions of measures"))
    pairs = zip(names, then, now, strict=True) if len(then) == len(now) else ()
    if changed := [name for name, before, today in pairs if before != today]:
        text = _("Changed since: {what}; figures can differ from those seen then.")
        sentences.append(text.format(what=", ".join(changed)))
    with st.container(horizontal=True, vertical_alignment="center", key="pinned-banner"):
        say(" ".join(sentences), "banner")
        newest = _("Show the newest data")
        st.button(newest, on_click=clear, args=("asof",), type="tertiary")


def _copy_link(link: str, asof: str) -> str:
    pinning = ""
    if asof:
        why = _("The link opens these data, whatever is loaded later")
        pinning = PIN.format(
            asof=asof,
            why=html.escape(why, quote=True),
            copy=html.escape(_("Pinned link")),
        )
    words = {"copy": _("Copy link"), "done": _("Link copied"), "label": _("Link to this view")}
    escaped = {name: html.escape(text, quote=True) for name, text in words.items()}
    spoken = i18n.current_language()
    return COPY.format(
        pinning=pinning, link=html.escape(link, quote=True), language=spoken, **escaped
    )
