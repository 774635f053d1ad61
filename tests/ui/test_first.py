"""The first page's own name leads to it, with what the address says."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit import config

from service_quality.ui.frame import first, page


@pytest.mark.parametrize("base", ["", "quality"])
def test_the_first_page_is_found_by_its_name(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "get_option", lambda _name: base)
    below = f"/{base}" if base else ""
    browser = TestClient(Starlette(routes=first.routes()), follow_redirects=False)
    answer = browser.get(f"{below}/overview?brand=Hotel+M%C3%BCller&brand=B&lang=fr")
    assert answer.is_redirect
    assert answer.headers["location"] == f"{below}/?brand=Hotel+M%C3%BCller&brand=B&lang=fr"
    assert browser.get(f"{below}/overview").headers["location"] == f"{below}/"


def test_it_is_the_first_of_the_navigation() -> None:
    assert Path(page.PAGES[0][0][0]).stem == first.NAME
