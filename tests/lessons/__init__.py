"""All that is tested of one lesson stands in the folder of its name.

What the tests of all lessons need to know of it stands there in settings.py: SAYS, a pattern of
what its explorer's status line says; NOT_REPEATED, settings that it need not repeat; needed(), what
its `explorer` is called with, if anything. OTHER holds at least two sets of other settings for the
notebook, as different from its own as can be; a path of a picture among them is one of `folder` in
tests/project/test_adapting.py.
"""

import importlib
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
NAMES = [path.stem for path in sorted(NOTEBOOKS.glob("*.ipynb"))]


def module(lesson, name):
    """Module `name` of a lesson's folder; None if it is not there."""
    if (Path(__file__).parent / lesson / f"{name}.py").exists():
        return importlib.import_module(f"tests.lessons.{lesson}.{name}")


def known():
    """The settings of all lessons that have some, by the names of their notebooks, in order."""
    found = {lesson: module(lesson, "settings") for lesson in NAMES}
    return {lesson: settings for lesson, settings in found.items() if settings}
