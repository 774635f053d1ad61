"""A visitor of the running app without a browser: the messages that one sends, by real sockets."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from urllib3.filepost import encode_multipart_formdata
from websockets.sync.client import ClientConnection, connect

SECONDS = 60.0


class Visitor:
    """One session on one page: what the last run wrote, and what the visitor has entered."""

    def __init__(self, url: str, page: str, token: str, line: ClientConnection) -> None:
        self.session = ""
        self.elements: list[Any] = []
        self._address = urlsplit(url).netloc
        self._page, self._query = page, ""
        self._token = token
        self._line = line
        self._entered: dict[str, WidgetState] = {}

    @property
    def said(self) -> str:
        """All that the last run wrote, as one text."""
        return "\n".join(map(str, self.elements))

    def run(self, *triggers: WidgetState) -> None:
        """Have the page run with what was entered, and wait for its end."""
        message = BackMsg()
        message.rerun_script.page_name = self._page
        message.rerun_script.query_string = self._query
        message.rerun_script.widget_states.widgets.extend([*self._entered.values(), *triggers])
        self._line.send(message.SerializeToString())
        while (answer := self._hear()).WhichOneof("type") != "script_finished":
            self._take(answer)
        # A run that asked for another is followed by it.
        if answer.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self._wait()

    def go(self, page: str, **query: str) -> None:
        """Go to another page with these choices, and wait for it."""
        self._page, self._query, self._entered = page, urlencode(query), {}
        self.run()

    def _wait(self) -> None:
        while (answer := self._hear()).WhichOneof("type") != "script_finished":
            self._take(answer)

    def _take(self, answer: ForwardMsg) -> None:
        if answer.WhichOneof("type") == "new_session":
            self.session = answer.new_session.initialize.session_id
            self.elements = []
        elif answer.WhichOneof("type") == "delta":
            self.elements.append(answer.delta)

    def _hear(self) -> ForwardMsg:
        return ForwardMsg.FromString(self._line.recv(SECONDS))

    def drop(self, path: Path) -> int:
        """Send a file as the uploader does, and enter it; return the status of the request."""
        urls = self.urls(path.name)
        content = path.read_bytes()
        body, kind = encode_multipart_formdata({"file": (path.name, content, "text/csv")})
        status = self.put(urls.upload_url, body, kind)
        entered = WidgetState(id=self._one("file_uploader").id)
        info = entered.file_uploader_state_value.uploaded_file_info.add()
        info.name, info.size, info.file_id = path.name, len(content), urls.file_id
        info.file_urls.CopyFrom(urls)
        self._entered[entered.id] = entered
        return status

    def put(self, url: str, body: Any, kind: str, *, chunked: bool = False) -> int:
        """Send a form to where the app wants it, with the visitor's token; return the status."""
        request = http.client.HTTPConnection(self._address, timeout=SECONDS)
        headers = {
            "Content-Type": kind,
            "X-Xsrftoken": self._token,
            "Cookie": f"_streamlit_xsrf={self._token}",
        }
        request.request("PUT", url, body, headers, encode_chunked=chunked)
        status = request.getresponse().status
        request.close()
        return status

    def urls(self, name: str) -> FileURLs:
        """Ask where a file of this name may be put."""
        asked = BackMsg()
        asked.file_urls_request.request_id = "1"
        asked.file_urls_request.file_names.append(name)
        asked.file_urls_request.session_id = self.session
        self._line.send(asked.SerializeToString())
        while (answer := self._hear()).WhichOneof("type") != "file_urls_response":
            self._take(answer)
        return answer.file_urls_response.file_urls[0]

    def click(self, label: str) -> None:
        """Press the button of this label."""
        self.run(WidgetState(id=self._one("button", label).id, trigger_value=True))

    def _one(self, kind: str, label: str | None = None) -> Any:
        found = [
            getattr(each.new_element, kind)
            for each in self.elements
            if each.HasField("new_element") and each.new_element.WhichOneof("type") == kind
        ]
        return next(each for each in found if label in (None, each.label))


def token_of(url: str) -> str:
    """Return the token that the app gives to whoever asks."""
    line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=SECONDS)
    line.request("GET", "/_stcore/health")
    found = re.search(r"_streamlit_xsrf=([^;]+)", line.getresponse().headers["Set-Cookie"] or "")
    line.close()
    assert found
    return found[1].strip('"')


@contextmanager
def visit(url: str, page: str) -> Iterator[Visitor]:
    """Open a page of the app, as its first run shows it."""
    token = token_of(url)
    address = f"ws://{urlsplit(url).netloc}/_stcore/stream"
    headers = {"Cookie": f"_streamlit_xsrf={token}"}
    words: list[Any] = ["streamlit", token]
    line = connect(
        address,
        subprotocols=words,
        additional_headers=headers,
        max_size=None,
        open_timeout=SECONDS,
    )
    with line:
        visitor = Visitor(url, page, token, line)
        visitor.run()
        yield visitor
