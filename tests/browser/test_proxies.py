"""Behind a proxy: the samples of docs/, each by the program itself, and a proxy that says who."""

from __future__ import annotations

import http.client
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests import proxies
from tests.browser.conftest import NewPage
from tests.browser.driving import App, free_port, serve
from tests.factories import Store

TICKETS = [{"ticket_id": f"{n}", "created_at": f"2025-0{1 + n % 6}-03 10:00"} for n in range(24)]
CADDY = "{{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}}\n{site}"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app below a path, to which a proxy on this machine says who is there."""
    data = tmp_path_factory.mktemp("data")
    store = Store(data)
    store.load("tickets", TICKETS)
    store.warehouse.close()
    (data / "access.toml").write_text(proxies.ACCESS, encoding="utf-8")
    with serve(data, data / "terminal.log", below="quality") as running:
        yield running


def ask(app: App, path: str, source: str = "127.0.0.1", **headers: str) -> int:
    """Return the status of a request from an address of this machine."""
    port = urlsplit(app.url).port
    line = http.client.HTTPConnection("127.0.0.1", port, 10, source_address=(source, 0))
    line.putrequest("GET", path)
    for name, values in headers.items():
        for value in values.split(" & "):
            line.putheader(name.replace("_", "-"), value)
    line.endheaders()
    status = line.getresponse().status
    line.close()
    return status


def test_only_the_proxy_s_own_address_may_say_who_it_is(app: App) -> None:
    media, health = "/quality/media/none", "/quality/_stcore/health"
    assert ask(app, health) == 200
    assert ask(app, media) == 403
    assert ask(app, media, X_Forwarded_Email="nobody@example.com") == 403
    assert ask(app, media, X_Forwarded_Email="ann@example.com") == 404  # let in: there is no such
    twice = "ann@example.com & boss@example.com"
    assert ask(app, media, X_Forwarded_Email=twice) == 403  # one of them is not the proxy's
    # A proxy adds whom it speaks for; who speaks to the app is told by the address alone.
    behind = {"X_Forwarded_Email": "ann@example.com", "X_Forwarded_For": "10.9.8.7"}
    assert ask(app, media, **behind) == 404
    try:
        stranger = {"X_Forwarded_Email": "ann@example.com", "X_Forwarded_For": "127.0.0.1"}
        assert ask(app, media, "127.0.0.2", **stranger) == 403
    except OSError:
        pytest.skip("this machine has no second address of its own")
    assert ask(app, health, "127.0.0.2") == 403
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Version": "13"}
    upgrade |= {"Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAAAA=="}
    assert ask(app, "/quality/_stcore/stream", "127.0.0.2", **upgrade) == 403
    assert ask(app, "/quality/_stcore/stream", **upgrade) == 101


def session(app: App, who: str, before: str = "") -> str:
    """Return the session that someone gets over a websocket who asks for an earlier one."""
    address = f"ws://127.0.0.1:{urlsplit(app.url).port}/quality/_stcore/stream"
    asked = [Subprotocol(each) for each in ("streamlit", "none", before) if each]
    headers = {"X-Forwarded-Email": f"{who}@example.com"}
    with connect(address, subprotocols=asked, additional_headers=headers) as line:
        line.send(BackMsg(rerun_script=ClientState()).SerializeToString())
        while (said := ForwardMsg.FromString(line.recv(60))).WhichOneof("type") != "new_session":
            pass
        return str(said.new_session.initialize.session_id)


def test_a_session_goes_on_for_nobody_else(app: App) -> None:
    hers = session(app, "ann")
    assert session(app, "bob", hers) != hers
    assert session(app, "ann", hers) == hers


def nginx(app: App, port: int, folder: Path) -> list[str]:
    """Write the sample's settings for nginx; return what runs it."""
    return proxies.nginx(sample("nginx.conf", app), port, folder)


def caddy(app: App, port: int, folder: Path) -> list[str]:
    """Write the sample's settings for Caddy, which certifies itself; return what runs it."""
    if not shutil.which("caddy"):
        pytest.skip("caddy is not installed")
    own = f"https://localhost:{port} {{\n\ttls internal"
    site = sample("Caddyfile", app).replace("localhost {", own, 1)
    (folder / "Caddyfile").write_text(CADDY.format(site=site), encoding="utf-8")
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


def sample(name: str, app: App) -> str:
    """Return a sample of docs/, for the running app and someone who has signed in."""
    here = urlsplit(app.url).netloc.replace("localhost", "127.0.0.1")
    return proxies.sample(name).replace("127.0.0.1:8501", here)


@pytest.mark.parametrize("write", [nginx, caddy], ids=["nginx", "caddy"])
def test_the_sample_passes_on_pages_websockets_and_large_files(
    write: Callable[[App, int, Path], list[str]], app: App, new_page: NewPage, tmp_path: Path
) -> None:
    port = free_port()
    with proxies.running(write(app, port, tmp_path), port, tmp_path):
        page = new_page(
            f"https://localhost:{port}/quality/trends?kpi=ticket_volume",
            ignore_https_errors=True,
            # What a browser says of itself is not what the proxy says.
            extra_http_headers={"X-Forwarded-Email": "boss@example.com"},
        )
        expect(page.get_by_text("Tickets received: 20").first).to_be_visible(timeout=60_000)
        expect(page.get_by_text("ann@example.com · publisher")).to_be_visible()
        page.get_by_role("link", name="Upload").first.click()
        rows = "".join(f"{n},2025-06-04 10:00,{'x' * 40}\n" for n in range(60_000))
        large = ("ticket_id,created_at,team\n" + rows).encode()
        assert len(large) > 3_000_000
        page.locator('input[type="file"]').set_input_files(
            {"name": "june.csv", "mimeType": "text/csv", "buffer": large}
        )
        expect(page.get_by_text("60,000 rows are ready.")).to_be_visible(timeout=60_000)
