"""Runs the samples of proxies in docs/ by the programs themselves."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
# Access by what a proxy says, which names the publisher of the samples.
ACCESS = """\
[proxy]
addresses = ["127.0.0.1", "::1"]
user = "X-Forwarded-Email"
[roles]
publisher = ["ann@example.com"]
"""
NGINX = """\
{user} daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/site.conf;
}}
"""


def sample(name: str) -> str:
    """Return a sample of docs/, for this machine's name and someone who has signed in."""
    text = (DOCS / name).read_text(encoding="utf-8").replace("figures.example.com", "localhost")
    return text.replace('X-Forwarded-Email ""', 'X-Forwarded-Email "ann@example.com"')


def nginx(site: str, port: int, folder: Path) -> list[str]:
    """Write a site's settings for nginx, with a certificate of its own; return what runs it."""
    for program in ("nginx", "openssl"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    key, certificate = folder / "figures.key", folder / "figures.pem"
    make = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost".split()
    make += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(make, check=True, capture_output=True)
    site = site.replace("listen 443", f"listen {port}").replace("/etc/ssl/", f"{folder}/")
    (folder / "site.conf").write_text(site, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    whole = NGINX.format(user=user, folder=folder)
    (folder / "nginx.conf").write_text(whole, encoding="utf-8")
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    """Run a proxy until the end, from when it listens."""
    environment = {**os.environ, "XDG_DATA_HOME": str(folder), "HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        end = time.monotonic() + 30
        while socket.socket().connect_ex(("localhost", port)):
            if process.poll() is not None or time.monotonic() > end:
                pytest.fail((folder / "log").read_text(errors="replace"))
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(10)
