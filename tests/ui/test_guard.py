"""Which names the app answers to, by the address that it is bound to."""

from __future__ import annotations

import pytest

from service_quality.ui.frame import guard


@pytest.mark.parametrize(
    ("address", "hosts", "names"),
    [
        ("localhost", [], ["localhost", "127.0.0.1"]),
        ("0.0.0.0", [], ["*"]),  # nobody has said by which names it is known
        (None, [], ["*"]),
        ("0.0.0.0", ["figures.example.com"], ["figures.example.com"]),
        ("localhost", ["figures.example.com"], ["figures.example.com"]),  # behind a proxy
    ],
)
def test_hosts(address: str | None, hosts: list[str], names: list[str]) -> None:
    _headers, trusted, _gate = guard.middleware(address, hosts)
    assert trusted.kwargs["allowed_hosts"] == names
