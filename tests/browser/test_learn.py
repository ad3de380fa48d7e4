"""What a learner meets: copies in learn/ that answer nothing before it is asked."""
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from driver import Lab, Notebook

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import learn  # noqa: E402

LESSONS = [path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]


@pytest.fixture(scope="module")
def laid(tmp_path_factory):
    folder = tmp_path_factory.mktemp("learn")
    learn.lay(learn=folder)
    with Lab(folder) as lab:
        yield lab


def said(notebook):
    return notebook.page.locator(".jp-Notebook").inner_text()


# A few in the page; tests/project/test_learn.py reads the files of all.
@pytest.mark.parametrize("lesson", LESSONS[::5])
def test_no_answer_stands_under_its_question(browser, laid, lesson):
    notebook = Notebook(browser, laid, f"{lesson}.ipynb")
    assert "Predict" in said(notebook) and "Measured" not in said(notebook)
    assert notebook.page.locator(".jp-OutputArea-output").count() == 0
    notebook.close()


def test_work_of_a_learner_survives_the_next_start(browser, laid, tmp_path):
    notebook = Notebook(browser, laid, f"{LESSONS[0]}.ipynb")
    assert notebook.run_all() == []
    assert "Measured" in said(notebook)
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    notebook.close()
    work = (laid.root / f"{LESSONS[0]}.ipynb").read_bytes()
    assert b"Measured" in work

    # The course goes on: a new edition of the lesson, laid where the learner works.
    folder, editions = tmp_path / "learn", tmp_path / "notebooks"
    learn.lay(learn=folder)
    (folder / f"{LESSONS[0]}.ipynb").write_bytes(work)
    shutil.copytree(ROOT / "notebooks", editions, ignore=shutil.ignore_patterns(".*"))
    book = nbformat.read(editions / f"{LESSONS[0]}.ipynb", as_version=4)
    book.cells[0].source += "\n\nA new edition."
    nbformat.write(book, editions / f"{LESSONS[0]}.ipynb")
    opened = learn.lay(editions, folder)[LESSONS[0]]
    assert (folder / f"{LESSONS[0]}.ipynb").read_bytes() == work
    assert opened.name == f"{LESSONS[0]}_edition_2.ipynb"
    assert "A new edition." in opened.read_text(encoding="utf-8")
