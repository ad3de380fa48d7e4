"""course.toml is the one list of lessons; a remix is a course of its own."""

import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / "tools"), str(REPOSITORY / "docs")]
import build as site  # noqa: E402
import course  # noqa: E402
import handout  # noqa: E402

LESSONS = sorted(p.stem for p in (REPOSITORY / "notebooks").glob("*.ipynb"))


def write(folder, text):
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_list_names_every_lesson():
    assert [one.file for one in course.read()] == LESSONS


def test_writing_the_list_changes_nothing(tmp_path, monkeypatch):
    shutil.copytree(REPOSITORY / "notebooks", tmp_path / "notebooks")
    for name in ("course.toml", "README.md"):
        shutil.copy(REPOSITORY / name, tmp_path)
    monkeypatch.setattr(course, "REPOSITORY", tmp_path)
    monkeypatch.setattr(course, "NOTEBOOKS", tmp_path / "notebooks")
    course.write()
    for path in [tmp_path / "README.md", *(tmp_path / "notebooks").glob("*.ipynb")]:
        assert path.read_bytes() == (REPOSITORY / path.relative_to(tmp_path)).read_bytes(), path.name


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_new_lesson_needs_its_own_files_and_an_entry(tmp_path, monkeypatch):
    """The map, the links, the handouts and the reading site find it by themselves."""
    shutil.copytree(REPOSITORY / "notebooks", tmp_path / "notebooks")
    shutil.copy(REPOSITORY / "README.md", tmp_path)
    book = nbformat.read(REPOSITORY / "notebooks" / "01_circles.ipynb", as_version=4)
    book.cells[0].source = book.cells[0].source.replace("# Separate touching circles", "# Cut a cake")
    nbformat.write(book, tmp_path / "notebooks" / "95_cake.ipynb")
    entry = '\n[[lessons]]\nfile = "95_cake"\nquestion = "Who gets the cherry?"\nminutes = 25\n'
    text = (REPOSITORY / "course.toml").read_text(encoding="utf-8") + entry
    (tmp_path / "course.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(course, "REPOSITORY", tmp_path)
    monkeypatch.setattr(course, "NOTEBOOKS", tmp_path / "notebooks")
    course.write()

    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "| [95 Cut a cake](notebooks/95_cake.ipynb) | Who gets the cherry? | 25 |\n" in readme
    cells = {name: nbformat.read(tmp_path / "notebooks" / f"{name}.ipynb", as_version=4).cells
             for name in (LESSONS[0], LESSONS[-1], "95_cake")}
    assert any("| [95 Cut a cake](95_cake.ipynb) |" in cell.source for cell in cells[LESSONS[0]])
    assert cells[LESSONS[-1]][-1].source.endswith("Next: [95 Cut a cake](95_cake.ipynb).")
    assert f"({LESSONS[-1]}.ipynb). Back to the start: [00" in cells["95_cake"][-1].source
    assert "**Time** 25 minutes" in cells["95_cake"][0].source

    monkeypatch.setattr(handout, "REPOSITORY", tmp_path)
    handout.build(tmp_path / "build")
    assert "Cut a cake" in (tmp_path / "build" / "slides" / "index.html").read_text(encoding="utf-8")
    assert (tmp_path / "build" / "handout" / "95_cake.ipynb").is_file()
    site.gather(tmp_path / "site", notebooks=tmp_path / "notebooks")
    assert "95 Cut a cake <notebooks/95_cake>" in (tmp_path / "site" / "index.md").read_text(encoding="utf-8")


def test_a_remix(tmp_path):
    made = course.build(write(tmp_path, """
        [[lessons]]
        file = "03_landscape_kmeans"
        minutes = 30
        settings = {k = 3}
        [[lessons]]
        file = "01_circles"
        question = "Where does it cut?"
    """), tmp_path / "built")
    assert [(one.file, one.minutes, one.question) for one in made][1] == ("01_circles", 40, "Where does it cut?")
    books = {p.stem: nbformat.read(p, as_version=4) for p in (tmp_path / "built").iterdir()}
    assert set(books) == {"01_circles", "03_landscape_kmeans"}
    first, second = books["03_landscape_kmeans"], books["01_circles"]
    assert "**Time** 30 minutes" in first.cells[0].source
    assert first.cells[-1].source.endswith("Next: [01 Separate touching circles](01_circles.ipynb).")
    assert second.cells[-1].source.endswith(
        "Before: [03 Paint a landscape and take it apart](03_landscape_kmeans.ipynb). Back to the start: "
        "[03 Paint a landscape and take it apart](03_landscape_kmeans.ipynb).")
    for book in books.values():
        text = "\n".join(cell.source for cell in book.cells)
        assert {m + "" for m in re.findall(r"\]\((\w+)\.ipynb\)", text)} <= set(books)
    at = [cell.metadata.get("tags", []) for cell in first.cells].index(["injected-parameters"])
    assert first.cells[at - 1].metadata.tags == ["parameters"] and first.cells[at].source == "k = 3"
    assert not any(cell.get("outputs") for cell in first.cells)
    assert any(cell.get("outputs") for cell in second.cells)  # its settings are the usual ones


def test_a_map_in_a_remix_names_its_lessons_only(tmp_path):
    course.build(write(tmp_path, '[[lessons]]\nfile = "00_start_here"\n[[lessons]]\nfile = "02_coins"\n'), tmp_path / "built")
    book = nbformat.read(tmp_path / "built" / "00_start_here.ipynb", as_version=4)
    rows = [line for cell in book.cells for line in cell.source.splitlines() if line.startswith("| ")]
    assert len(rows) == 3 and "**00 Start here**" in rows[1] and "[02 Find the coins](02_coins.ipynb)" in rows[2]


@pytest.mark.parametrize("text, words", [
    ("", r"must have at least one \[\[lessons\]\]"),
    ('[[lessons]]\nfile = "coins"', "file='coins' .* must be the name of a notebook.*'02_coins'"),
    ('[[lessons]]\nfile = "02_coins"\nlength = 3', r"unknown \['length'\]"),
    ('[[lessons]]\nfile = "02_coins"\nsettings = {colour = 3}', "has no setting 'colour'"),
    ('[[lessons]]\nfile = "02_coins"\n[[lessons]]\nfile = "02_coins"', "names a lesson twice"),
])
def test_bad_lists(tmp_path, text, words):
    with pytest.raises(ValueError, match=words):
        course.read(write(tmp_path, text))
