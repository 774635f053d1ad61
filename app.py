"""The app: how it is served, page set-up, navigation, one place where errors become sentences.

The server imports this file once, for `app`; every run of a page executes it.
"""

import gc
import importlib
import logging
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from service_quality.base import mail, settings
from service_quality.base.access import exposed
from service_quality.base.errors import ServiceQualityError
from service_quality.base.language import _
from service_quality.ui.frame import first, gate, guard, health, letterbox, signin, waiting
from service_quality.uploads import dropped
from service_quality.warehouse import temporary

LOG = logging.getLogger("service_quality")
LOOK_SECONDS = 5.0
QUIET_SECONDS = 10.0  # since anyone waited for a page: whoever reads may soon choose something
SWEEP_SECONDS = 60.0
# What Streamlit needs to know an icon when a page first has one.
SOON = ("streamlit.emojis",)
# Tables and charts of any page, and the panel of Rankings.
LATER = (
    *("pandas.io.formats.style", "pyarrow.compute"),
    *("service_quality.ui.figures.drawn", "scipy.optimize"),
)
PRIVATE = 0o077  # what the app writes, only its own user can read


def show() -> None:
    """Show the page that was asked for."""
    # Here, and not above: Streamlit's caches want to be made while it runs.
    from service_quality.ui.frame import language
    from service_quality.ui.frame.page import navigation
    from service_quality.ui.parts import text

    st.set_page_config(page_title="Service quality", page_icon="📈", layout="wide")
    language.speak()
    try:
        if page := navigation():
            page.run()
    except ServiceQualityError as error:
        st.error(text.md(error))
    except Exception:
        LOG.exception("A page failed")
        st.error(_("This page could not be shown. The program's log says why."))


@asynccontextmanager
async def serving(_app: st.App) -> AsyncIterator[None]:
    """Open the warehouse at the start: the inbox and the command line wait for no visitor."""
    threading.Thread(target=keep_ready, daemon=True).start()
    threading.Thread(target=sweep, daemon=True).start()
    yield
    temporary.leave()


def keep_ready() -> None:
    """Open the warehouse as soon as it is sound and free, and keep the first answers ready.

    What the first page asks is asked while its browser is still on the way, and again whenever the
    data have changed. While nobody waits for a page, what the others wait for longest is imported,
    and what they open with is asked.
    """
    from service_quality.ui.frame.ready import Ready

    ready, logged = Ready(), ""
    while True:
        try:
            ready.look()
            have(SOON)
            if waiting.nobody(QUIET_SECONDS):
                have(LATER)
                ready.look_ahead(lambda: waiting.nobody(QUIET_SECONDS))
        except Exception as error:  # pages open all the same, and the next look may succeed
            if repr(error) != logged:  # an error of Python's may have no words
                logged = repr(error)
                told = isinstance(error, (ServiceQualityError, OSError))
                LOG.warning(str(error) or logged, exc_info=not told)
        time.sleep(LOOK_SECONDS)


def have(modules: Sequence[str]) -> None:
    """Import what is missing, and take what it made out of every later garbage collection."""
    if missing := [module for module in modules if module not in sys.modules]:
        for module in missing:
            importlib.import_module(module)
        gc.collect()
        gc.freeze()


def sweep() -> None:
    """Remove what was dropped in sessions that have ended, every minute."""
    while True:
        time.sleep(SWEEP_SECONDS)
        if runtime.exists():
            dropped.sweep(runtime.get_instance().is_active_session)


if get_script_run_ctx(suppress_warning=True):
    with waiting.for_a_page():
        show()
else:
    os.umask(PRIVATE)
    gate.keep_peers()
    try:
        home = settings.data_folder()
        access = signin.access()
    except ServiceQualityError as error:
        raise SystemExit(f"service-quality: {error}") from None
    temporary.use(home)
    gate.bind_sessions(access)
    for sentence in filter(None, (gate.open_to_all(), exposed(home), mail.exposed(home))):
        LOG.warning(sentence)
    most_bytes = st.get_option("server.maxUploadSize") * 1024 * 1024
    guarded = guard.middleware(st.get_option("server.allowedHosts"))
    held = [Middleware(gate.Gate), Middleware(dropped.ToDisk, most_bytes=most_bytes)]
    secrets = access.secrets() if access else None
    app = st.App(
        __file__,
        lifespan=serving,
        routes=[*first.routes(), *letterbox.routes()],
        middleware=[Middleware(health.Health), *guarded, *held],
        secrets=secrets,
    )
