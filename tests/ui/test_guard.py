"""Which names the app answers to, wherever it is bound: a page of another site needs a name."""

from __future__ import annotations

import socket

import pytest

from service_quality.ui.frame import guard

LISTED = ["figures.example.com", "*.corp.example"]


@pytest.mark.parametrize(
    ("host", "by_default", "listed"),
    [
        ("localhost:8501", True, False),
        ("127.0.0.1", True, False),
        ("10.20.30.40:8501", True, False),  # nobody can have an address point elsewhere
        ("[2001:db8::1]:8501", True, False),
        ("Server42.corp.example", True, True),
        ("server42", True, False),
        ("server42.local.:8501", True, False),
        ("figures.example.com", False, True),
        ("Figures.Example.com.:443", False, True),
        ("other.corp.example", False, True),
        ("corp.example", False, False),
        ("evil.example", False, False),
        ("server42.evil.example:8501", False, False),
        ("localhost.evil.example", False, False),
        ("127.0.0.1.evil.example", False, False),
        ("evil.example@localhost", False, False),
        ("localhost/evil", False, False),
        ("localhost:x", False, False),
        ("", False, False),
    ],
)
def test_hosts(host: str, by_default: bool, listed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "server42.corp.example")
    (default,), (with_list,) = guard.middleware([]), guard.middleware(LISTED)
    assert guard.is_known(host, default.kwargs["hosts"]) is by_default
    assert guard.is_known(host, with_list.kwargs["hosts"]) is listed


def test_any_name_where_someone_says_so() -> None:
    assert guard.is_known("evil.example", ["*"])
