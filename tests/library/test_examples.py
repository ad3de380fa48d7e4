"""Every public function and class of the plain modules has an example, and it holds."""

import doctest
import importlib
import inspect
from pathlib import Path

import numpy as np
import pytest

import lessons_lib

PLAIN = sorted(
    path.stem
    for path in Path(lessons_lib.__file__).parent.glob("*.py")
    if not path.stem.startswith("_")
)


def public(module):
    """What a module defines, and not only imports, under a name without underscore."""
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_")
        and callable(value)
        and getattr(value, "__module__", "") == module.__name__
    }


def documented():
    found = []
    for stem in PLAIN:
        module = importlib.import_module(f"lessons_lib.{stem}")
        found += [pytest.param(module, name, id=f"{stem}.{name}") for name in public(module)]
    return found


@pytest.mark.parametrize(("module", "name"), documented())
def test_example_holds(module, name):
    docstring = inspect.getdoc(getattr(module, name)) or ""
    assert "\nExamples\n--------\n" in docstring, "add an example to the docstring"
    # Its own copy: what an example assigns stays out of the module.
    names = {**vars(module), "np": np}
    example = doctest.DocTestParser().get_doctest(docstring, names, name, module.__file__, 0)
    assert example.examples, "the example must have a line that begins with >>>"
    said = []
    failed, _ = doctest.DocTestRunner(verbose=False).run(example, out=said.append)
    assert not failed, "".join(said)
