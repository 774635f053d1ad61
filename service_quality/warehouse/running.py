"""The running app answers the command line: only one process at a time can hold a warehouse.

The app listens at a local address and writes it, with a key, into a file of the data folder that
only its own user can read. Who has the key asks in JSON and is answered in JSON.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import threading
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

FILE_NAME = "running.json"
HERE = ("127.0.0.1", 0)  # no one from elsewhere, at any free port
WAITING = 16  # calls that may wait to be taken

Message = dict[str, Any]
Answer = Callable[[Message], Message]


def serve(folder: Path, answer: Answer) -> None:
    """Answer whoever asks about the warehouse in `folder`, each in a thread, until the end."""
    key = secrets.token_bytes(32)
    listener = Listener(HERE, backlog=WAITING, authkey=key)
    known = {"address": listener.address, "key": key.hex(), "process": os.getpid()}
    path = folder / FILE_NAME
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(known, file)
    threading.Thread(target=_listen, args=(listener, answer), daemon=True).start()


def ask(folder: Path, question: Message) -> Message | None:
    """Return what the app that runs on `folder` answers; None where none does."""
    try:
        known = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        with Client(tuple(known["address"]), authkey=bytes.fromhex(known["key"])) as line:
            line.send_bytes(json.dumps(question).encode())
            answer: Message = json.loads(line.recv_bytes())
            return answer
    except (OSError, EOFError, ValueError, KeyError, AuthenticationError):
        # The file is that of an app which has ended: whoever holds the warehouse is another.
        return None


def _listen(listener: Listener, answer: Answer) -> None:
    while True:
        try:
            line = listener.accept()
        except (OSError, EOFError, AuthenticationError):
            continue  # a stranger without the key, or a call that was hung up
        threading.Thread(target=_reply, args=(line, answer), daemon=True).start()


def _reply(line: Connection, answer: Answer) -> None:
    with line:
        try:
            line.send_bytes(json.dumps(answer(json.loads(line.recv_bytes()))).encode())
        except (OSError, EOFError):
            logging.getLogger(__name__).info("Whoever asked has hung up")
