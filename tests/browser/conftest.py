"""One JupyterLab and one Chromium for all browser tests."""
import os
import sys
from pathlib import Path

import nbformat
import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import driver  # noqa: E402

NOTEBOOKS = HERE.parents[1] / "notebooks"


def pytest_collection_modifyitems(items):
    # Playwright keeps an event loop running in this thread, and later tests that start one
    # would fail: browser tests come last.
    items.sort(key=lambda item: HERE in item.path.parents)
    # Side by side (--dist loadgroup): a file is one process's work, unless it says otherwise.
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


def cannot_run(reason):
    # Where nobody watches, a skip would pass for a success.
    (pytest.fail if os.environ.get("CI") else pytest.skip)(str(reason))


@pytest.fixture(scope="session")
def browser():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        cannot_run(error)
    with sync_playwright() as playwright:
        try:
            browser = driver.launch(playwright)
        except driver.NoChromium as error:
            cannot_run(error)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(browser):
    with driver.Lab(NOTEBOOKS) as lab:
        yield lab


@pytest.fixture
def scratch(browser, lab):
    """A function that writes a notebook of code cells beside the lessons, and opens it."""
    opened = []

    def open_scratch(*sources):
        name = f"scratch_{len(opened)}.ipynb"
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(book, lab.root / name)
        opened.append(driver.Notebook(browser, lab, name))
        return opened[-1]

    yield open_scratch
    for notebook in opened:
        notebook.close()
