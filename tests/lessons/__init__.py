"""What the tests of all lessons need to know of each: its explorer, what that says, other settings."""

import importlib
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def known():
    """The modules of this folder by the names of their notebooks, in order."""
    stems = {path.stem[:2]: path.stem for path in (FOLDER.parents[1] / "notebooks").glob("*.ipynb")}
    found = sorted(path.stem for path in FOLDER.glob("lesson_*.py"))
    return {stems[name[-2:]]: importlib.import_module(f"tests.lessons.{name}") for name in found}
