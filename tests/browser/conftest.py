"""One JupyterLab for all browser tests."""
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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Side by side (--dist loadscope): a file is one process's work.

    So is each lesson of test_lessons.py.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByLesson(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file, _, test = nodeid.partition("::")
            if not file.endswith("browser/test_lessons.py"):
                return file
            return f"{file}{test[test.find('['):]}"

    return ByLesson(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.fixture(scope="session")
def lab(browser):
    with driver.Lab(NOTEBOOKS) as lab:
        yield lab


def _scratch(browser, lab, kind):
    opened = []

    def open_scratch(*sources, **options):
        name = f"{kind}_{len(opened)}.ipynb"
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(book, lab.root / name)
        opened.append(driver.Notebook(browser, lab, name, **options))
        return opened[-1]

    yield open_scratch
    for notebook in opened:
        notebook.close()


@pytest.fixture
def scratch(browser, lab):
    """A function that writes a notebook of code cells beside the lessons, and opens it."""
    yield from _scratch(browser, lab, "scratch")


@pytest.fixture(scope="module")
def shared_scratch(browser, lab):
    """The same for notebooks that all tests of a file share."""
    yield from _scratch(browser, lab, "shared")
