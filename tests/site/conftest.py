"""The reading site, built once, and a browser to read it with."""
import functools
import http.server
import subprocess
import sys
import threading
from pathlib import Path
from typing import NamedTuple

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(items):
    # As in tests/browser: after Playwright, no other test can start an event loop.
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


class Site(NamedTuple):
    """A built site: its pages, and what they were made from."""

    html: Path
    source: Path

    @functools.cache
    def page(self, name):
        return BeautifulSoup((self.html / name).read_text(encoding="utf-8"), "html.parser")

    def pages(self):
        """Names of all pages; not the theme's own files."""
        names = (path.relative_to(self.html).as_posix() for path in self.html.rglob("*.html"))
        return sorted(name for name in names if not name.startswith("_static/"))

    def lessons(self):
        return sorted((self.source / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="session")
def build(tmp_path_factory):
    """A function that builds a site in a folder of its own; a warning of Sphinx is an error."""

    def run(**where):
        folder = tmp_path_factory.mktemp("site")
        given = "".join(f", {key}=pathlib.Path({str(path)!r})" for key, path in where.items())
        program = ("import pathlib, sys; sys.path.insert(0, 'docs'); import build; "
                   f"sys.exit(build.main({str(folder)!r}{given}))")
        ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, text=True,
                             capture_output=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return Site(folder / "html", folder / "source")

    return run


@pytest.fixture(scope="session")
def site(build):
    return build()


@pytest.fixture(scope="session")
def url(site):
    """The address at which the site is served."""
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Quiet, directory=site.html)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser(browser):
    """One context: what all pages share is fetched once."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    yield context
    context.close()
