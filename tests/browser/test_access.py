"""Who may do what, with a real provider of OpenID Connect and in a real browser."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from service_quality.base import access
from service_quality.findings.mail import subscriptions
from tests.browser.conftest import NewPage
from tests.browser.driving import App, free_port, serve, settle
from tests.browser.provider import CLIENT, PASSWORD, SECRET, provide
from tests.factories import Store

PEOPLE = {"lea": ["lille"], "paul": ["loaders"], "nora": ["others"]}
COOKIE_SECRET = "of the tests, and more than long enough"
ACCESS = """\
address = "{app}"
[provider]
client_id = "{client}"
client_secret = "{secret}"
server_metadata_url = "{provider}"
cookie_secret = "{cookie}"
scope = "openid email profile groups"
[roles]
viewer = ["readers", "lille"]
publisher = ["Paul@example.com"]
[[only]]
who = ["lille"]
team = ["Lille"]
"""
TICKETS = [
    {"ticket_id": f"{team}{n}", "created_at": f"2025-0{1 + n % 6}-03 10:00", "team": team}
    for team in ("Lille", "Nantes")
    for n in range(12)
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app below a path that people sign in to, with two teams' tickets."""
    data, port = tmp_path_factory.mktemp("data"), free_port()
    store = Store(data)
    store.load("tickets", TICKETS)
    store.warehouse.close()
    url = f"http://localhost:{port}/quality"
    with provide(url, PEOPLE) as provider:
        text = ACCESS.format(
            app=url,
            client=CLIENT,
            secret=SECRET,
            provider=provider.metadata_url,
            cookie=COOKIE_SECRET,
        )
        (data / "access.toml").write_text(text, encoding="utf-8")
        (data / "mail.toml").write_text('host = "localhost"\nport = 9\nsender = "q@example.com"\n')
        with serve(data, data / "terminal.log", port, below="quality") as running:
            yield running


def sign_in(page: Page, name: str) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Login").fill(name)
    page.get_by_label("Login").press("Enter")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("input[type=password]").press("Enter")
    expect(page.get_by_text(f"{name}@example.com").first).to_be_visible()
    settle(page)


def stay_out(page: Page) -> None:
    """See that the page shows nothing of the app but the way in."""
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    shown = page.locator("body").inner_text()
    assert not [word for word in ("Lille", "Overview", "Tickets") if word in shown]


def put(page: Page) -> tuple[int, str]:
    """Send a file by hand from a reader's browser, with their cookies; return what is answered."""
    answered = page.evaluate(
        """async (path) => {
            const form = new FormData();
            form.append("file", new Blob(["a,b"]), "a.csv");
            const token = document.cookie.match(/_streamlit_xsrf=([^;]*)/)?.[1] ?? "";
            const headers = {"X-Xsrftoken": token};
            const answer = await fetch(path, {method: "PUT", body: form, headers});
            return [answer.status, await answer.text()];
        }""",
        f"/quality/_stcore/upload_file/nobody/{uuid.uuid4()}",
    )
    return answered[0], answered[1]


def over_websocket(page: Page, *messages: BackMsg) -> bytes:
    """Send messages by hand over a websocket of a reader's browser; return all that comes back."""
    pieces = page.evaluate(
        """async (messages) => {
            const address = `ws://${location.host}/quality/_stcore/stream`;
            // With this the server takes the cookie for that of whoever sends.
            const token = document.cookie.match(/_streamlit_xsrf=([^;]*)/)?.[1];
            const line = new WebSocket(address, token ? ["streamlit", token] : ["streamlit"]);
            line.binaryType = "arraybuffer";
            const got = [];
            line.onmessage = (event) => got.push(...new Uint8Array(event.data));
            await new Promise((done) => { line.onopen = done; });
            for (const each of messages) line.send(new Uint8Array(each));
            await new Promise((done) => setTimeout(done, 3000));
            line.close();
            return got;
        }""",
        [list(each.SerializeToString()) for each in messages],
    )
    return bytes(pieces)


def cookie(app: App, iat: float, secret: str = COOKIE_SECRET) -> Any:
    """Return the cookie of a sign-in of Vera's at a moment, made with the app's secret."""
    said = {"sub": "vera", "email": "vera@example.com", "groups": ["readers"], "iat": int(iat)}
    whole = json.dumps(
        said
        | {"origin": app.url.removesuffix("/quality"), "is_logged_in": True, "provider": "default"}
    )
    signed = create_signed_value(secret, USER_COOKIE_NAME, whole).decode()
    return {"name": USER_COOKIE_NAME, "value": signed, "url": app.url}


def test_a_stranger_gets_nothing_but_the_way_in(app: App, new_page: NewPage) -> None:
    page = new_page("trends?kpi=ticket_volume")
    stay_out(page)
    assert put(page) == (403, "Not allowed")
    assert page.evaluate("async () => (await fetch('/quality/media/x')).status") == 403
    # By hand: each page's script asked for by itself, git and an emptied cache.
    asked = [BackMsg(rerun_script=ClientState(page_name=name)) for name in ("trends", "upload")]
    told = over_websocket(page, *asked, BackMsg(load_git_info=True), BackMsg(clear_cache=True))
    assert b"Please sign in" in told
    assert not [word for word in (b"Lille", b"Tickets", b"git_info") if word in told]


def test_a_viewer_reads_their_rows_and_comes_back_to_the_link(app: App, new_page: NewPage) -> None:
    page = new_page("trends?kpi=ticket_volume")
    sign_in(page, "lea")
    expect(page.get_by_text("Tickets received: 10").first).to_be_visible()
    assert "kpi=ticket_volume" in page.url
    expect(page.get_by_role("link", name="Data")).to_be_visible()
    expect(page.get_by_role("link", name="Upload")).to_have_count(0)
    page.goto(f"{app.url}/upload")
    expect(page.get_by_text("This needs the role of publisher")).to_be_visible()
    expect(page.locator("input[type=file]")).to_have_count(0)
    assert put(page) == (403, "Not allowed")
    # By hand: the page's own script, and another team's rows.
    upload = ClientState(page_name="upload")
    came = over_websocket(page, BackMsg(rerun_script=upload))
    assert (b"role of publisher" in came, b"file_uploader" in came) == (True, False)
    by_team = ClientState(page_name="trends", query_string="kpi=ticket_volume&by=team")
    came = over_websocket(page, BackMsg(rerun_script=by_team))
    assert (b"Tickets received" in came, b"Nantes" in came) == (True, False)
    page.goto(f"{app.url}/data")
    expect(page.get_by_text("export.csv").first).to_be_visible()
    expect(page.get_by_role("button", name="Withdraw this upload")).to_have_count(0)
    expect(page.get_by_text("Who did what")).to_have_count(0)


def test_who_has_no_role_is_told_so(app: App, new_page: NewPage) -> None:
    page = new_page()
    sign_in(page, "nora")
    expect(page.get_by_text("nora@example.com, who has no role here")).to_be_visible()
    expect(page.get_by_role("link", name="Overview")).to_have_count(0)
    assert put(page) == (403, "Not allowed")


def test_a_publisher_uploads_by_their_own_name_until_they_sign_out(
    app: App, new_page: NewPage
) -> None:
    page = new_page("upload")
    sign_in(page, "paul")
    assert put(page)[0] == 400  # allowed, but there is no such session
    csv = b"ticket_id,created_at,team\nx1,2025-06-04 10:00,Nantes\n"
    page.locator('input[type="file"]').set_input_files(
        {"name": "june.csv", "mimeType": "text/csv", "buffer": csv}
    )
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published: 1 new row.")).to_be_visible()
    page.get_by_role("link", name="Data").first.click()
    expect(page.get_by_text("Who did what")).to_be_visible()
    whole = [json.loads(line) for line in (app.data / "audit.jsonl").read_text().splitlines()]
    assert [
        (each["what"], each["of"][:8]) for each in whole if each["by"] == "paul@example.com"
    ] == [
        ("signed in", ""),
        ("uploaded", "june.csv"),
    ]
    kept = page.context.cookies()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    stay_out(page)
    # A copy of the cookie opens nothing any more.
    thief = new_page("no-such-page")
    thief.context.add_cookies(kept)
    thief.goto(app.url)
    expect(thief.get_by_text("Your session has ended")).to_be_visible()
    assert put(thief) == (403, "Not allowed")


def test_a_session_ends_and_nobody_makes_one_up(app: App, new_page: NewPage) -> None:
    page = new_page()
    for made, shown in (
        (cookie(app, time.time() - 3600), "vera@example.com"),
        (cookie(app, time.time() - 11 * 3600), "Your session has ended"),
        (cookie(app, time.time(), secret="another, and more than long enough"), "Please sign in"),
    ):
        page.context.clear_cookies()
        page.context.add_cookies([made])
        page.goto(app.url)
        expect(page.get_by_text(shown).first).to_be_visible()
    assert SECRET not in app.log.read_text()
    assert COOKIE_SECRET not in app.log.read_text()


def test_a_reader_gets_mails_of_their_own_rows_and_ends_them_without_signing_in(
    app: App, new_page: NewPage
) -> None:
    page = new_page()
    sign_in(page, "lea")
    page.get_by_role("button", name="By mail").click()
    page.get_by_role("button", name="Send it to lea@").click()
    expect(page.get_by_text("lea@example.com gets this page")).to_be_visible()
    (asked,) = subscriptions.read(app.data)
    assert asked.claims == {"email": "lea@example.com", "groups": ["lille"]}
    person = subscriptions.reader(asked, access.load(app.data), datetime.now(UTC))
    assert person
    assert person.only == ((("team", ("Lille",)),),)
    stranger = new_page(f"{app.url}/trends")
    stay_out(stranger)
    stranger.goto(f"{app.url}/mail/stop/{asked.key}")
    stranger.get_by_role("button", name="End these mails").click()
    expect(stranger.get_by_text("no more of these mails are sent")).to_be_visible()
    assert subscriptions.read(app.data) == []
