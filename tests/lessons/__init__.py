"""What the tests of all lessons need to know of each.

EXPLORER is the module in lessons_lib/explorers; SAYS, a pattern of what its status line says; NOT_REPEATED, settings that
it need not repeat; needed(), what its `explorer` is called with, if anything. OTHER holds at least two sets of other settings
for the notebook, as different from its own as can be; a path of a picture among them is one of `folder` in
tests/project/test_adapting.py.
"""

import importlib
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def known():
    """The modules of this folder by the names of their notebooks, in order."""
    stems = {path.stem[:2]: path.stem for path in (FOLDER.parents[1] / "notebooks").glob("*.ipynb")}
    found = sorted(path.stem for path in FOLDER.glob("lesson_*.py"))
    return {stems[name[-2:]]: importlib.import_module(f"tests.lessons.{name}") for name in found}
