"""Print the path of a Chromium for the browser tests; download one if none is here.

Prints nothing if there is none, and the browser tests are then skipped; with the variable
CI set that is an error instead, so that no run passes there without them.
"""
import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
PLACES = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
]


def find():
    """Path of the first Chromium there is: $CHROMIUM, the PATH, usual places, Playwright's."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not Path(named).is_file():
            sys.exit(f"CHROMIUM names no file: {named!r}. Give the path of a Chromium or Chrome.")
        return named
    for path in [*map(shutil.which, NAMES), *PLACES]:
        if path and Path(path).is_file():
            return path
    try:
        with sync_playwright() as playwright:
            own = playwright.chromium.executable_path
    except Exception as error:  # its driver needs libraries that a bare system may lack
        print(f"Playwright does not start here: {error}", file=sys.stderr)
        return None
    return own if Path(own).is_file() else None


def main():
    path = find()
    if path is None:
        print("No Chromium found; trying to download Playwright's.", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"],
                       stdout=sys.stderr, check=False)
        path = find()
    if path is None:
        print("There is no Chromium for the browser tests. Install Chromium or Chrome, "
              "or set CHROMIUM to its path.", file=sys.stderr)
        sys.exit(1 if os.environ.get("CI") else 0)
    sys.stdout.write(path)


if __name__ == "__main__":
    main()
