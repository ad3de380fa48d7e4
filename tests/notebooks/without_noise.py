"""Where the package noise could not be built, the cell that compares with it is not run.

Loaded by name (``-p tests.notebooks.without_noise``) when nbval runs the notebooks.
"""
import importlib.util
import os

import pytest


def pytest_collection_modifyitems(items):
    if importlib.util.find_spec("noise") or os.environ.get("CI"):
        return
    for item in items:
        if "import noise" in getattr(item, "cell", {}).get("source", ""):
            item.add_marker(pytest.mark.skip(reason="the package noise is not installed"))
