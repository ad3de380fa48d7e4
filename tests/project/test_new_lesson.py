"""A new lesson on a copy of the course: what finds it by itself, what names its missing parts."""

import subprocess
import sys

import nbformat
import pytest

from tests.project.files import ROOT, copy

sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "docs")]
import build as site  # noqa: E402
import course  # noqa: E402
import handout  # noqa: E402
import missing  # noqa: E402

LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
ENTRY = """
[[lessons]]
file = "95_cake"
question = "Who gets the cherry?"
minutes = 25
"""


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the course with one more notebook; the list of lessons is written there."""
    copy(tmp_path, "notebooks", "lessons_lib", "tests/lessons", "tools", "docs", "course.toml",
         "README.md")
    book = nbformat.read(ROOT / "notebooks" / "01_circles.ipynb", as_version=4)
    opening = book.cells[0]
    opening.source = opening.source.replace("# Separate touching circles", "# Cut a cake")
    nbformat.write(book, tmp_path / "notebooks" / "95_cake.ipynb")
    monkeypatch.setattr(course, "REPOSITORY", tmp_path)
    monkeypatch.setattr(course, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(handout, "REPOSITORY", tmp_path)
    return tmp_path


def append(path, text):
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_pages_links_handouts_and_the_reading_site_find_it(copied):
    append(copied / "course.toml", ENTRY)
    course.write()

    readme = (copied / "README.md").read_text(encoding="utf-8")
    repository, tag = course.address()
    colab = (f"https://colab.research.google.com/github/{repository}/blob/{tag}"
             "/notebooks/95_cake.ipynb")
    row = f"| [95 Cut a cake](notebooks/95_cake.ipynb) · [Colab]({colab}) |"
    assert f"{row} Who gets the cherry? | 25 | 25 |\n" in readme
    first, last, new = (nbformat.read(copied / "notebooks" / f"{name}.ipynb", as_version=4).cells
                        for name in (LESSONS[0], LESSONS[-1], "95_cake"))
    assert any("| [95 Cut a cake](95_cake.ipynb) |" in cell.source for cell in first)
    end = next(cell.source for cell in last if "**Further reading.**" in cell.source)
    assert end.endswith("Next: [95 Cut a cake](95_cake.ipynb).")
    end = next(cell.source for cell in new if "**Further reading.**" in cell.source)
    assert f"({LESSONS[-1]}.ipynb). Back to the start: [00" in end
    assert "**Time** 25 minutes" in new[0].source
    assert "google.colab" in new[1].source

    handout.build(copied / "build")
    slides = (copied / "build" / "slides" / "index.html").read_text(encoding="utf-8")
    assert "Cut a cake" in slides
    assert (copied / "build" / "handout" / "95_cake.ipynb").is_file()
    site.gather(copied / "site", notebooks=copied / "notebooks")
    index = (copied / "site" / "index.md").read_text(encoding="utf-8")
    assert "95 Cut a cake <notebooks/95_cake>" in index


def run_missing(root):
    """Exit code and lines of the command behind `make missing`."""
    ran = subprocess.run([sys.executable, "tools/missing.py"], cwd=root, text=True,
                         capture_output=True, encoding="utf-8", check=False)
    assert ran.stderr == ""
    return ran.returncode, ran.stdout.splitlines()


def test_no_lesson_of_the_course_lacks_a_part():
    assert run_missing(ROOT) == (0, ["Nothing is missing."])


def test_each_part_that_is_missing_is_named_until_it_is_there(copied):
    files = ["lessons_lib/explorers/cake.py", "lessons_lib/exercises/cake.py",
             *(f"tests/lessons/95_cake/{name}.py"
               for name in ("settings", "test_claims", "test_exercises", "test_explorer"))]
    pages = {
        "an entry in course.toml": ENTRY,
        "a section in docs/instructors.md": "\n## Lesson 95: Cut a cake\n",
        "a row in the table of memory (make rehearse) in docs/instructors.md":
            "\n| 95 | 300 | 250 | 9 |\n",
        "a term in docs/glossary.md":
            "\n**cherry** — It is red. ([lesson 95](../notebooks/95_cake.ipynb))\n"}
    left = [f"95_cake: {part}" for part in [*files, *pages]]
    assert run_missing(copied) == (1, left)

    (copied / "tests" / "lessons" / "95_cake").mkdir()
    for file in files:
        (copied / file).touch()
        left.remove(f"95_cake: {file}")
        assert missing.missing(copied) == left
    for part, text in pages.items():
        append(copied / part.rpartition(" in ")[2], text)
        left.remove(f"95_cake: {part}")
        assert missing.missing(copied) == left
    assert run_missing(copied) == (0, ["Nothing is missing."])
