"""The running app answers the command line: only one process at a time can hold a warehouse.

The app listens at a local address and writes it, with a key, into a file of the data folder that
only its own user can read. Who has the key asks in JSON and is answered in JSON. Nobody waits for
ever: both sides give up on one that says nothing, and the app says every few seconds that it is
still at work.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import struct
import threading
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge
from pathlib import Path
from typing import Any

from service_quality.base.errors import WarehouseInUseError
from service_quality.base.language import _

FILE_NAME = "running.json"
HERE = "127.0.0.1"  # no one from elsewhere
WAITING = 16  # calls that may wait to be taken
SECONDS_FOR_KEY = 5.0
SECONDS_FOR_ANSWER = 30.0
SECONDS_OF_WORK = 5.0  # after which the app says that it is still at work
AT_WORK = b""

Message = dict[str, Any]
Answer = Callable[[Message], Message]


def serve(folder: Path, answer: Answer) -> None:
    """Answer whoever asks about the warehouse in `folder`, each in a thread, until the end."""
    key = secrets.token_bytes(32)
    listener = socket.create_server((HERE, 0), backlog=WAITING)
    known = {"address": listener.getsockname(), "key": key.hex(), "process": os.getpid()}
    path = folder / FILE_NAME
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(known, file)
    threading.Thread(target=_listen, args=(listener, key, answer), daemon=True).start()


def ask(folder: Path, question: Message) -> Message | None:
    """Return what the app that runs on `folder` answers; None where none does.

    WarehouseInUseError, which names the app's process, where it is there and says nothing.
    """
    try:
        known = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        address, key = tuple(known["address"]), bytes.fromhex(known["key"])
        with _line(socket.create_connection(address, SECONDS_FOR_ANSWER)) as line:
            _wait_at_most(line, SECONDS_FOR_ANSWER)
            answer_challenge(line, key)
            deliver_challenge(line, key)
            line.send_bytes(json.dumps(question).encode())
            while (message := line.recv_bytes()) == AT_WORK:
                pass
            answer: Message = json.loads(message)
            return answer
    except (BlockingIOError, TimeoutError) as error:
        raise WarehouseInUseError(
            _(
                "The app (process {process}) that holds the warehouse has not answered for"
                " {seconds} seconds. Try again later, or stop it and start it again."
            ).format(process=known.get("process", "–"), seconds=f"{SECONDS_FOR_ANSWER:.0f}")
        ) from error
    except (OSError, EOFError, ValueError, KeyError, TypeError, AuthenticationError):
        # The file is that of an app which has ended: whoever holds the warehouse is another.
        return None


def _line(accepted: socket.socket) -> Connection:
    accepted.setblocking(True)
    return Connection(accepted.detach())


def _wait_at_most(line: Connection, seconds: float) -> None:
    """Have reading from and writing to a line fail where the other side does nothing so long."""
    limit = struct.pack("ll", int(seconds), int(seconds % 1 * 1e6))
    with socket.socket(fileno=os.dup(line.fileno())) as same:
        same.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        same.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)


def _listen(listener: socket.socket, key: bytes, answer: Answer) -> None:
    while True:
        try:
            accepted, _address = listener.accept()
        except OSError:
            continue  # a call that was hung up
        line = _line(accepted)
        threading.Thread(target=_reply, args=(line, key, answer), daemon=True).start()


def _reply(line: Connection, key: bytes, answer: Answer) -> None:
    with line:
        try:
            _wait_at_most(line, SECONDS_FOR_KEY)
            deliver_challenge(line, key)
            answer_challenge(line, key)
            question = json.loads(line.recv_bytes())
            done = threading.Event()
            words = threading.Thread(target=_say_at_work, args=(line, done), daemon=True)
            words.start()
            answered = json.dumps(_answered(answer, question)).encode()
            done.set()
            words.join()
            line.send_bytes(answered)
        except (OSError, EOFError, ValueError, AuthenticationError):
            logging.getLogger(__name__).info("A stranger without the key, or one who has hung up")


def _answered(answer: Answer, question: Message) -> Message:
    """Return the answer, or where the program fails a sentence: its log is not seen from there."""
    try:
        return answer(question)
    except (Exception, SystemExit) as error:
        logging.getLogger(__name__).exception("A command could not be answered")
        why = (str(error).splitlines() or [""])[0].rstrip(".") or type(error).__name__
        sentence = _("The app could not do this: {error}. Its log says more.").format(error=why)
        return {"status": 2, "out": "", "err": f"service-quality: {sentence}\n"}


def _say_at_work(line: Connection, done: threading.Event) -> None:
    """Say every few seconds that the answer is being worked on, until it is there."""
    while not done.wait(SECONDS_OF_WORK):
        try:
            line.send_bytes(AT_WORK)
        except OSError:
            return  # hung up: the answer will find the same
