"""Handouts leak nothing, answers are right, slides are whole."""

import filecmp
import re
import sys
import zipfile
from pathlib import Path

import nbformat
import numpy as np
import pytest

from lessons_lib import figures

REPOSITORY = Path(__file__).resolve().parents[2]
LESSONS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
sys.path.insert(0, str(REPOSITORY / "tools"))
import handout  # noqa: E402
import slide_pages  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
lessons = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("build")
    handout.build(folder)
    return folder


def read(path):
    return nbformat.read(path, as_version=4)


def solutions(notebook):
    return [cell for cell in notebook.cells if "solution" in cell.metadata.get("tags", [])]


@lessons
def test_no_solution_is_left(path, built):
    made, original = read(built / "handout" / path.name), read(path)
    assert solutions(original) and not solutions(made)
    text = "\n".join(cell.source for cell in made.cells)
    elsewhere = "\n".join(cell.source for cell in original.cells if cell not in solutions(original))
    for cell in solutions(original):
        for line in cell.source.splitlines():
            assert line.strip() in elsewhere or line.strip() not in text, line
    assert "solution_" not in text
    assert all(
        not cell.outputs and cell.execution_count is None
        for cell in made.cells
        if cell.cell_type == "code"
    )
    assert len(re.findall(r"^answer_\d = \.\.\.", text, re.M)) == len(solutions(original)) == 3


@lessons
def test_answers_stand_in_place_of_blanks(path, built):
    """tests/project/test_adapting.py runs both."""
    made, key = read(built / "handout" / path.name), read(built / "answers" / path.name)
    assert not solutions(key) and "= ..." not in "\n".join(cell.source for cell in key.cells)
    assert len(made.cells) == len(key.cells)
    filled = [one for one, other in zip(made.cells, key.cells) if one.source != other.source]
    assert len(filled) == 3  # else the two are the same


def test_the_archive_holds_the_handouts(built):
    with zipfile.ZipFile(built / "handout" / "lessons.zip") as archive:
        assert archive.namelist() == [path.name for path in LESSONS]
        for path in LESSONS:
            assert archive.read(path.name) == (built / "handout" / path.name).read_bytes()


def test_building_twice_changes_nothing(built, tmp_path):
    handout.build(tmp_path)
    names = [str(p.relative_to(built)) for p in built.rglob("*") if p.is_file()]
    assert sorted(names) == sorted(
        str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()
    )
    assert filecmp.cmpfiles(built, tmp_path, names, shallow=False)[1:] == ([], [])


@lessons
def test_every_cell_has_a_slide_type(path):
    for cell in read(path).cells:
        assert cell.metadata.get("slideshow", {}).get("slide_type") in handout.TYPES, cell.id


@lessons
def test_slides_ask_no_other_host_and_show_no_code(path, built):
    page = (built / "slides" / f"{path.stem}.html").read_text(encoding="utf-8")
    assert not re.search(r"<(?:script|link|iframe)[^>]*(?:src|href)=.(?:https?:)?//", page)
    assert all(
        source.startswith("data:") for source in re.findall(r"<img[^>]*src=.([^\"']*)", page)
    )
    assert "hl-ipython3" not in page and "check.check_" not in page
    assert len(re.findall("<section", page)) >= 10
    assert "<aside class=\"notes\"" in page
    assert (built / "slides" / "reveal" / "dist" / "reveal.js").is_file()


@lessons
def test_no_answer_stands_on_a_slide_before_its_guess(path):
    made, _ = slide_pages.Slides().preprocess(read(path), {})
    shown = [cell for cell in made.cells if cell.metadata.slideshow.slide_type != "notes"]
    after = {
        later.metadata.slideshow.slide_type
        for cell, later in zip(shown, shown[1:])
        if cell.source.startswith("**Predict.**")
    }
    assert after and after <= {"slide", "subslide", "fragment"}


def test_a_filmstrip_is_shown_frame_by_frame():
    frames = figures.panels(
        {name: np.full((300, 600, 3), 40 * i, np.uint8) for i, name in enumerate("abcd")},
        alt="Four.",
        columns=1,
    )
    output = nbformat.v4.new_output(
        "display_data", {"text/html": frames._repr_html_(), "text/plain": repr(frames)}
    )
    cells = [
        nbformat.v4.new_markdown_cell("## Look", metadata={"slideshow": {"slide_type": "slide"}}),
        nbformat.v4.new_code_cell(outputs=[output], metadata={"slideshow": {"slide_type": "-"}}),
    ]
    made, _ = slide_pages.Slides().preprocess(nbformat.v4.new_notebook(cells=cells), {})
    pages = [cell.outputs[0].data["text/html"] for cell in made.cells if cell.cell_type == "code"]
    assert [re.search(r'alt="(Part \d of 4)\. Four\."', page)[1] for page in pages] == [
        f"Part {i} of 4" for i in (1, 2, 3, 4)
    ]
    table = nbformat.v4.new_output(
        "display_data", {"text/html": "<table></table>", "text/plain": "a  b"}
    )
    cells[1].outputs = [table]  # HTML that is no figure
    made, _ = slide_pages.Slides().preprocess(nbformat.v4.new_notebook(cells=cells), {})
    assert made.cells[-1].outputs[0].data["text/plain"] == "a  b"


def test_types_that_are_suggested():
    sources = [
        "# Title",
        "Text.",
        "Last words.\n\n## Next question?",
        "## Exercises\n\n**1. Warm up.** Do it.",
        "**2. Apply.** Again.",
        "A hint.",
        "A word.\n\n## Take away",
    ]
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(source) for source in sources]
    )
    handout.suggest(book)
    assert [cell.metadata["slideshow"]["slide_type"] for cell in book.cells] == [
        "slide", "notes", "notes", "slide", "subslide", "skip", "notes"]


def test_a_solution_without_its_blank_is_refused():
    cell = nbformat.v4.new_code_cell(
        "solution_1 = 3\ncheck.check_1(solution_1)", metadata={"tags": ["solution"]}
    )
    with pytest.raises(ValueError, match="holds the blank 'answer_1 = ...'"):
        handout.answered(nbformat.v4.new_notebook(cells=[cell]))
    cell.source = "solution_1 = 3"
    with pytest.raises(
        ValueError, match="must be the check of its solution; it is 'solution_1 = 3'"
    ):
        handout.answered(
            nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("answer_1 = ..."), cell])
        )
