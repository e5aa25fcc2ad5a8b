"""Find a Chromium for the browser tests: $CHROMIUM, the system's, Playwright's, apt when root; else say what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing outside this machine is ever reached
)
REMEDY = "No Chromium was found. Install it (Debian: apt install chromium) or name it: CHROMIUM=/path/to/chromium make test"


class NoChromium(Exception):
    """There is no Chromium on this machine."""


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def find() -> str:
    """Return the path of a Chromium.

    Raises:
        NoChromium: There is none; the message is one line that says what to do.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        path = shutil.which(named)
        if path is None:
            raise NoChromium(f"CHROMIUM={named} is not a program. {REMEDY}")
        return path
    path = next((found for name in NAMES if (found := shutil.which(name))), None) or _of_playwright()
    if path is None:
        raise NoChromium(REMEDY)
    return path


def install() -> str:
    """Return the path of a Chromium, installed by apt when there is none and we are root.

    Raises:
        NoChromium: There is none and it could not be installed.
    """
    try:
        return find()
    except NoChromium:
        if os.geteuid() != 0 or shutil.which("apt-get") is None or os.environ.get("CHROMIUM"):
            raise
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], check=False, **quiet)
    return find()


if __name__ == "__main__":
    try:
        sys.stdout.write(install() + "\n")
    except NoChromium as error:
        sys.exit(str(error))
