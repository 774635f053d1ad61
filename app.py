"""The app: page set-up, navigation and one place where errors become sentences."""

import gc
import logging

import streamlit as st

from service_quality import ui
from service_quality.errors import ServiceQualityError
from service_quality.i18n import _


@st.cache_resource(show_spinner=False)
def settle() -> None:
    """Take what the imports made out of every later garbage collection, once."""
    gc.collect()
    gc.freeze()


st.set_page_config(page_title="Service quality", page_icon="📈", layout="wide")
ui.speak()
settle()

page = ui.navigation()
try:
    page.run()
except ServiceQualityError as error:
    st.error(ui.md(error))
except Exception:
    logging.getLogger("service_quality").exception("The page %s failed", page.title)
    st.error(_("This page could not be shown. The program's log says why."))
