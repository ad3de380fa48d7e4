"""The learner's own copies: without outputs, never overwritten once they are changed."""
import re
import subprocess
import sys

import nbformat
import pytest

from tests.project.files import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import learn  # noqa: E402


@pytest.fixture
def lessons(tmp_path):
    """Two lessons with outputs, and the folder to lay their copies in."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in ("00_start", "01_next"):
        edit(folder / f"{name}.ipynb", f"first edition of {name}")
    return folder, tmp_path / "learn"


def edit(path, source):
    """A new edition of a lesson."""
    output = nbformat.v4.new_output("stream", name="stdout", text="Measured: 35")
    cells = [nbformat.v4.new_markdown_cell(source),
             nbformat.v4.new_code_cell("print(35)", outputs=[output], execution_count=1, id="a")]
    cells[0].id = "b"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def text(path):
    return path.read_text(encoding="utf-8")


def test_copies_have_no_outputs(lessons):
    made = learn.lay(*lessons)
    assert list(made) == ["00_start", "01_next"]
    for name, path in made.items():
        assert path == lessons[1] / f"{name}.ipynb"
        copy = nbformat.read(path, as_version=4)
        assert f"first edition of {name}" in copy.cells[0].source
        assert copy.cells[1].outputs == [] and copy.cells[1].execution_count is None
        assert "Measured" not in text(path)


def test_laying_twice_changes_nothing(lessons):
    made = learn.lay(*lessons)
    before = {path: path.stat().st_mtime_ns for path in made.values()}
    assert learn.lay(*lessons) == made
    assert {path: path.stat().st_mtime_ns for path in made.values()} == before


def test_an_untouched_copy_is_renewed(lessons):
    learn.lay(*lessons)
    edit(lessons[0] / "00_start.ipynb", "second edition")
    made = learn.lay(*lessons)
    assert "second edition" in text(made["00_start"])
    assert sorted(p.name for p in lessons[1].glob("*.ipynb")) == ["00_start.ipynb", "01_next.ipynb"]


def test_a_changed_copy_is_never_overwritten(lessons):
    first = learn.lay(*lessons)["00_start"]
    first.write_text(text(first).replace("print(35)", "my own work"), encoding="utf-8")
    mine = text(first)
    assert learn.lay(*lessons)["00_start"] == first and text(first) == mine

    edit(lessons[0] / "00_start.ipynb", "second edition")
    second = learn.lay(*lessons)["00_start"]
    assert second.name == "00_start_edition_2.ipynb" and "second edition" in text(second)
    assert learn.lay(*lessons)["00_start"] == second and text(first) == mine

    # The new edition is renewed as long as it is untouched, and then kept as well.
    edit(lessons[0] / "00_start.ipynb", "third edition")
    assert learn.lay(*lessons)["00_start"] == second and "third edition" in text(second)
    second.write_text(text(second) + " ", encoding="utf-8")
    edit(lessons[0] / "00_start.ipynb", "fourth edition")
    third = learn.lay(*lessons)["00_start"]
    assert third.name == "00_start_edition_3.ipynb" and "fourth edition" in text(third)
    assert text(first) == mine and "third edition" in text(second)


def test_starting_over_is_deleting_the_file(lessons):
    first = learn.lay(*lessons)["01_next"]
    first.write_text("spoilt", encoding="utf-8")
    first.unlink()
    assert "first edition" in text(learn.lay(*lessons)["01_next"])


@pytest.mark.parametrize("lost", ["", "not json", "{}"])
def test_without_the_record_nothing_is_overwritten(lessons, lost):
    first = learn.lay(*lessons)["00_start"]
    first.write_text("my own work", encoding="utf-8")
    (lessons[1] / learn.RECORD).write_text(lost, encoding="utf-8")
    made = learn.lay(*lessons)["00_start"]
    assert text(first) == "my own work" and "first edition" in text(made)


def test_a_lesson_is_chosen_by_its_number(lessons):
    made = learn.lay(*lessons)
    assert learn.choose(made, "01").name == "01_next.ipynb"
    assert learn.choose(made, "").name == "00_start.ipynb"
    with pytest.raises(SystemExit, match="LESSON=9 is not one of the lessons: 00_start, 01_next"):
        learn.choose(made, "9")


def test_no_copy_of_a_lesson_shows_an_answer_before_its_question(tmp_path):
    for path in learn.lay(learn=tmp_path / "learn").values():
        book = nbformat.read(path, as_version=4)
        assert all(cell.get("outputs", []) == [] for cell in book.cells)
        solutions = [c for c in book.cells if "solution" in c.metadata.get("tags", [])]
        assert len(solutions) == 3
        assert all(c.metadata["jupyter"]["source_hidden"] for c in solutions)


def test_make_lab_opens_the_copy_that_is_asked_for(tmp_path):
    """What make would run, with all that it needs at hand."""
    for lesson, name in (("", "00_start_here"), ("LESSON=03", "03_landscape_kmeans")):
        ran = subprocess.run(["make", "--dry-run", "lab", *lesson.split()], cwd=ROOT, text=True,
                             capture_output=True, check=True)
        number = re.search(r"tools/learn\.py (\d\d)", ran.stdout)[1]
        assert name.startswith(number)
