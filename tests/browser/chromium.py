"""Finds a Chrome or Chromium for the browser tests; run as a script, it installs one if need be.

The shell without windows comes first: it draws the same pages with a third less of the processor.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
APT = "apt-get install -qqy --no-install-recommends -o DPkg::Lock::Timeout=300"
# Fonts come along: without any, a page measures and photographs as empty boxes. Not every system
# with apt-get has the shell.
PACKAGES = {
    "apt-get": (
        "apt-get update -qq",
        f"{APT} {SHELL} fonts-dejavu-core",
        f"{APT} chromium fonts-dejavu-core",
    ),
    "dnf": ("dnf install -qy chromium dejavu-sans-fonts",),
    "apk": ("apk add --quiet chromium font-dejavu",),
}


def find() -> str | None:
    """Return the path of a browser that starts, or None; `CHROMIUM` in the environment wins."""
    return next((path for path in _candidates() if _starts(path)), None)


def install() -> None:
    """Install Chromium by the system's packages or, where that fails, by playwright's download."""
    manager = next((name for name in PACKAGES if shutil.which(name)), None)
    root = as_root()
    if manager is not None and root is not None:
        quiet = ("env", "DEBIAN_FRONTEND=noninteractive")
        for command in PACKAGES[manager]:
            if find() is None:
                subprocess.run([*root, *quiet, *command.split()], stdout=sys.stderr, check=False)
    if find() is None:
        download = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(download, stdout=sys.stderr, check=False)


def _candidates() -> Iterator[str]:
    found = (os.environ.get("CHROMIUM"), *(shutil.which(name) for name in NAMES), *MAC)
    yield from (path for path in found if path)
    # Last, because asking playwright starts its driver.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        downloaded = playwright.chromium.executable_path
    yield downloaded


def _starts(path: str) -> bool:
    # Ubuntu's chromium-browser is a stub that only says "install the snap".
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and "Chrom" in answer.stdout


def as_root() -> tuple[str, ...] | None:
    """Return the words that make a command run as root, or None where that needs a password."""
    if os.geteuid() == 0:
        return ()
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True).returncode == 0:
        return (sudo, "-n")
    return None


def main() -> None:
    """Print the browser's path; exit with what to do where there is none."""
    path = find()
    if path is None:
        print("No Chrome or Chromium found: installing Chromium", file=sys.stderr)
        install()
        path = find()
    if path is None:
        sys.exit("No browser for the tests: install Chromium, or set CHROMIUM to a browser's path")
    print(path)


if __name__ == "__main__":
    main()
