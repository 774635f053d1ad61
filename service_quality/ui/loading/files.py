"""The first step of an upload: files are dropped, one of them is gone through at a time."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from service_quality.base import language
from service_quality.base.language import _, ngettext
from service_quality.ui.frame import address
from service_quality.ui.loading import file_answers
from service_quality.ui.loading.offers import offers
from service_quality.ui.loading.path import STEP
from service_quality.ui.parts.text import caption, md
from service_quality.uploads import dropped

KEPT, CHOSEN, UPLOADER = "dropped-files", "dropped-file", "dropped"

STYLE = """<style>
[data-testid=stFileUploaderDropzone] [data-testid=stMarkdownContainer] p,
[data-testid=stFileUploaderDropzoneInstructions] span {{font-size: 0 !important;}}
[data-testid=stFileUploaderDropzone] [data-testid=stMarkdownContainer] p::after
{{content: {choose}; font-size: 1rem;}}
[data-testid=stFileUploaderDropzoneInstructions] span::after {{content: {drop}; font-size: .9rem;}}
[data-testid=stFileChipName] + div {{display: none;}}
</style>"""


@dataclass(frozen=True)
class Dropped:
    """A file that someone dropped; it lies on disk as long as the session lives."""

    id: str
    name: str
    path: Path
    size: int = 0


def chosen() -> Dropped | None:
    """Let the reader drop files; return the one whose steps are shown, None where there is none."""
    files = [file for file in st.session_state.get(KEPT, ()) if file.path.exists()]
    with st.expander(md(_title(files)), expanded=not files):
        st.file_uploader(
            _("CSV, Excel or Parquet, one or several"),
            accept_multiple_files=True,
            key=UPLOADER,
            on_change=_take,
        )
        _in_the_readers_language()
        gigabytes = int(st.get_option("server.maxUploadSize")) / 1024
        limit = _("Up to {limit} GB a file. Nothing is kept before you publish it.")
        caption(limit.format(limit=language.number(gigabytes)))
    if not files:
        if STEP in address.params():
            text = _(
                "This page was opened anew, and dropped files do not outlast that: drop yours"
                " again. What was published before stays published."
            )
            st.info(md(text))
        offers()
        return None
    return files[0] if len(files) == 1 else _one_of(files)


def following(file: Dropped) -> None:
    """Offer the next file that was dropped and is not published."""
    others = [each for each in st.session_state.get(KEPT, ()) if each.id != file.id]
    waiting = [each for each in others if not file_answers.of(each.id).done]
    if waiting:
        text = _("Next: {file}").format(file=waiting[0].name)
        key = f"next-{file.id}"
        st.button(md(text), key=key, type="primary", on_click=_choose, args=(waiting[0].id,))


def _in_the_readers_language() -> None:
    """Write over what Streamlit's uploader says in English; sizes stand in our own words."""
    words = {"choose": _("Choose files"), "drop": _("or drop them here")}
    st.html(
        STYLE.format(**{name: json.dumps(text, ensure_ascii=False) for name, text in words.items()})
    )


def _title(files: list[Dropped]) -> str:
    if not files:
        return _("1 · Drop your files")
    if len(files) == 1:
        text = _("✓ 1 · {file}, {size} · drop another")
        return text.format(file=files[0].name, size=language.size(files[0].size))
    text = ngettext("✓ 1 · {n} file · drop others", "✓ 1 · {n} files · drop others", len(files))
    return text.format(n=language.number(len(files)))


def _one_of(files: list[Dropped]) -> Dropped:
    """Let the reader choose among several files; the first that is not published is shown."""
    by_id = {file.id: file for file in files}
    open_ones = [file.id for file in files if not file_answers.of(file.id).done]
    if st.session_state.get(CHOSEN) not in by_id:
        st.session_state[CHOSEN] = next(iter(open_ones or by_id))
    names = {
        file.id: f"✓ {file.name}" if file_answers.of(file.id).done else file.name for file in files
    }
    key = "file-shown"
    address.bind(key, st.session_state[CHOSEN])
    st.radio(
        _("File"),
        list(by_id),
        key=key,
        format_func=lambda file_id: md(names[file_id]),
        horizontal=True,
        on_change=lambda: _choose(st.session_state[key]),
    )
    return by_id[st.session_state[CHOSEN]]


def _choose(file_id: str) -> None:
    st.session_state[CHOSEN] = file_id
    address.write(**{STEP: None})


def _take() -> None:
    """Remember what lies in the uploader: it forgets its files when another page is opened."""
    before = {file.id for file in st.session_state.get(KEPT, ())}
    st.session_state[KEPT] = [_keep(file) for file in st.session_state[UPLOADER]]
    if new := [file.id for file in st.session_state[KEPT] if file.id not in before]:
        st.session_state[CHOSEN] = new[0]
    address.write(**{STEP: None})


def _keep(file: Any) -> Dropped:
    context = get_script_run_ctx()
    path = dropped.path_of(context.session_id if context else "", file.file_id)
    if not path.exists():  # served by something else than `app`, such as a test
        if "upload-folder" not in st.session_state:
            st.session_state["upload-folder"] = tempfile.TemporaryDirectory(prefix="upload-")
        path = Path(st.session_state["upload-folder"].name) / file.file_id
        with path.open("wb") as target:
            shutil.copyfileobj(file, target)
    return Dropped(file.file_id, file.name, path, path.stat().st_size)
