"""What all tests share: a hypothesis profile, the comparison with reference pictures, Chromium."""

import os
import re

import numpy as np
import pytest
from hypothesis import settings
from PIL import Image

from tests.browser.driver import NoChromium, launch

# Derandomized: a test that passes here passes everywhere, and a failure can be repeated.
settings.register_profile("steady", derandomize=True, deadline=None, database=None,
                          max_examples=50)
settings.load_profile("steady")


@pytest.fixture
def same_picture(request, tmp_path):
    """Compare a picture with ``reference/<name>.png`` beside the test file.

    The mean absolute difference of the grey levels may be up to `tolerance`: letters come
    out a little different with other versions of FreeType. REWRITE_REFERENCES=1 in the
    environment writes the references anew; look at them before you commit them.
    """
    folder = request.path.parent / "reference"

    def compare(name, rgb, tolerance):
        path = folder / f"{name}.png"
        if os.environ.get("REWRITE_REFERENCES"):
            folder.mkdir(exist_ok=True)
            Image.fromarray(rgb).save(path, optimize=True)
        with Image.open(path) as file:
            expected = np.asarray(file.convert("RGB"))
        assert rgb.shape == expected.shape
        difference = np.abs(rgb.astype(float) - expected).mean()
        if difference > tolerance:
            Image.fromarray(rgb).save(tmp_path / path.name)
            pytest.fail(f"{path.name} differs from its reference by {difference:.3f} grey levels "
                        f"on average, {tolerance} are allowed; the new picture is in {tmp_path}")

    return compare


@pytest.fixture
def match():
    """Assert that what a check says begins with a pattern, and show all of it if it does not."""

    def compare(pattern, text):
        assert re.match(pattern, text), text

    return compare


def cannot_run(reason):
    # Where nobody watches, a skip would pass for a success.
    (pytest.fail if os.environ.get("CI") else pytest.skip)(str(reason))


@pytest.fixture(scope="session")
def browser():
    """Chromium, once in a process: a second Playwright would be refused."""
    try:
        from playwright.sync_api import sync_playwright

        playwright = sync_playwright().start()
    except Exception as error:  # not installed, or a library that its driver needs is missing
        cannot_run(error)
    try:
        browser = launch(playwright)
    except NoChromium as error:
        playwright.stop()
        cannot_run(error)
    yield browser
    browser.close()
    playwright.stop()
