"""course.toml is the one list of lessons; a remix is a course of its own."""

import importlib.util
import re
import subprocess
import sys
import types
from pathlib import Path

import nbformat
import pytest

from tests.project.files import copy

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tools"))
import course  # noqa: E402
import handout  # noqa: E402
import make_colab_env  # noqa: E402

LESSONS = sorted(p.stem for p in (REPOSITORY / "notebooks").glob("*.ipynb"))


def write(folder, text):
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of what course.write() reads and writes; it works there."""
    copy(tmp_path, "notebooks", "course.toml", *course.PAGES)
    monkeypatch.setattr(course, "REPOSITORY", tmp_path)
    monkeypatch.setattr(course, "NOTEBOOKS", tmp_path / "notebooks")
    return tmp_path


def test_the_list_names_every_lesson():
    assert [one.file for one in course.read()] == LESSONS


def test_writing_the_list_changes_nothing(copied):
    course.write()
    pages = [copied / name for name in course.PAGES]
    for path in [*pages, *(copied / "notebooks").glob("*.ipynb")]:
        assert path.read_bytes() == (REPOSITORY / path.relative_to(copied)).read_bytes(), path.name


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
    circles = made[1]
    usual = {one.file: one.minutes for one in course.read()}
    assert (circles.file, circles.minutes) == ("01_circles", usual["01_circles"])
    assert circles.question == "Where does it cut?"
    books = {p.stem: nbformat.read(p, as_version=4) for p in (tmp_path / "built").iterdir()}
    assert set(books) == {"01_circles", "03_landscape_kmeans"}
    first, second = books["03_landscape_kmeans"], books["01_circles"]
    assert "**Time** 30 minutes" in first.cells[0].source
    last, end = (next(cell.source for cell in book.cells if "**Further reading.**" in cell.source)
                 for book in (first, second))
    assert last.endswith("Next: [01 Separate touching circles](01_circles.ipynb).")
    start = "[03 Paint a landscape and take it apart](03_landscape_kmeans.ipynb)."
    assert end.endswith(f"Before: {start} Back to the start: {start}")
    for book in books.values():
        text = "\n".join(cell.source for cell in book.cells)
        assert {m + "" for m in re.findall(r"\]\((\w+)\.ipynb\)", text)} <= set(books)
    at = [cell.metadata.get("tags", []) for cell in first.cells].index(["injected-parameters"])
    assert first.cells[at - 1].metadata.tags == ["parameters"] and first.cells[at].source == "k = 3"
    assert not any(cell.get("outputs") for cell in first.cells)
    assert any(cell.get("outputs") for cell in second.cells)  # its settings are the usual ones


def test_a_map_in_a_remix_names_its_lessons_only(tmp_path):
    two = write(tmp_path, '[[lessons]]\nfile = "00_start_here"\n[[lessons]]\nfile = "02_coins"\n')
    course.build(two, tmp_path / "built")
    book = nbformat.read(tmp_path / "built" / "00_start_here.ipynb", as_version=4)
    lines = [line for cell in book.cells for line in cell.source.splitlines()]
    _, first, second = [line for line in lines if line.startswith("| ")]
    assert "**00 Start here**" in first and "[02 Find the coins](02_coins.ipynb)" in second


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


# Google Colab

@pytest.fixture
def colab(monkeypatch):
    """A Python that takes itself for Colab without the library; the pip commands it was to run."""
    asked = []
    monkeypatch.setattr(subprocess, "run", lambda command, **how: asked.append((command, how)))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    return asked


def first_code(path):
    cells = nbformat.read(path, as_version=4).cells
    return next(cell for cell in cells if cell.cell_type == "code")


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_fetches_the_library_on_colab(lesson, colab):
    cell = first_code(REPOSITORY / "notebooks" / f"{lesson}.ipynb")
    assert cell.metadata.tags == ["colab", "remove-cell"] and cell.metadata.jupyter.source_hidden
    assert cell.metadata.slideshow.slide_type == "skip" and cell.outputs == []
    exec(cell.source, {})
    [(command, how)] = colab
    repository, tag = course.address()
    # Without --no-deps pip could replace Colab's own packages, which are loaded by then.
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    wanted = [*course.NOT_ON_COLAB, f"git+https://github.com/{repository}@{tag}"]
    assert command == [*install, *wanted]
    assert how == {"check": True}  # a failure stops the notebook


def test_what_is_there_on_colab_is_not_fetched_again(colab, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    monkeypatch.setattr(subprocess, "run", lambda *command, **how: colab.append(command))
    exec(first_code(REPOSITORY / "notebooks" / f"{LESSONS[0]}.ipynb").source, {})
    assert colab == []


def test_elsewhere_nothing_is_fetched(colab, monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "google.colab")
    exec(first_code(REPOSITORY / "notebooks" / f"{LESSONS[0]}.ipynb").source, {})
    assert colab == [] and capsys.readouterr() == ("", "")


def test_handouts_and_remixes_run_on_colab_too(tmp_path):
    course.build(write(tmp_path, '[[lessons]]\nfile = "01_circles"'), tmp_path / "built")
    source = first_code(tmp_path / "built" / "01_circles.ipynb").source
    assert "google.colab" in source
    book = nbformat.read(REPOSITORY / "notebooks" / "01_circles.ipynb", as_version=4)
    assert source in [cell.source for cell in handout.blank(book).cells]
    assert source in [cell.source for cell in handout.answered(book).cells]


def test_the_cell_for_colab_keeps_counts_in_order():
    code = nbformat.v4.new_code_cell
    output = nbformat.v4.new_output("execute_result", {"text/plain": "2"}, execution_count=1)
    book = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Title"),
            code("1 + 1", execution_count=1, outputs=[output]),
            code("print()", execution_count=2),
        ]
    )
    for _ in range(2):  # the second time changes nothing
        course.add_colab(book, "me/mine", "v1")
        assert [cell.get("execution_count") for cell in book.cells] == [None, 1, 2, 3]
        assert book.cells[2].outputs[0].execution_count == 2
    course.add_colab(book, "me/mine", "v2.0")
    assert book.cells[1].source.count("git+https://github.com/me/mine@v2.0") == 1
    assert len(book.cells) == 4
    new = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Title"), code("1 + 1")])
    course.add_colab(new, "me/mine", "v1")
    assert [cell.get("execution_count") for cell in new.cells] == [None, None, None]


def test_a_fork_says_once_where_it_lives(copied):
    text = (copied / "course.toml").read_text(encoding="utf-8")
    text = re.sub(r"^repository = .*$", 'repository = "me/my.course"', text, flags=re.M)
    text = re.sub(r"^tag = .*$", 'tag = "v1.0"', text, flags=re.M)
    (copied / "course.toml").write_text(text, encoding="utf-8")
    course.write()
    old = course.address(REPOSITORY / "course.toml")[0]
    for name in course.PAGES:
        page = (copied / name).read_text(encoding="utf-8")
        assert (
            "https://mybinder.org/v2/gh/me/my.course/v1.0?urlpath=lab/tree/learn/00_start_here.ipynb"
            in page
        )
        colab = "https://colab.research.google.com/github/me/my.course/blob/v1.0/notebooks/"
        assert page.count(colab) == (len(LESSONS) if name == "README.md" else 0)
        assert f"gh/{old}" not in page and f"github/{old}" not in page
    fetches = first_code(copied / "notebooks" / f"{LESSONS[-1]}.ipynb").source
    assert "git+https://github.com/me/my.course@v1.0" in fetches
    links = "https://colab.research.google.com/github/OWNER/REPO/blob/TAG/notebooks/a.ipynb, https://github.com/OWNER/REPO"
    assert course.write_address(links, "me/it", "v2") == (
        "https://colab.research.google.com/github/me/it/blob/v2/notebooks/a.ipynb, https://github.com/OWNER/REPO")


@pytest.mark.parametrize("line, words", [
    ("", "repository=None .* must look like OWNER/REPO"),
    ('repository = "https://github.com/me/it"', "must look like OWNER/REPO"),
    ('repository = "me/it"\ntag = "the newest"', "tag='the newest' .* must look like main or v1.0"),
])
def test_bad_addresses(tmp_path, line, words):
    with pytest.raises(ValueError, match=words):
        course.address(write(tmp_path, line))


@pytest.mark.parametrize("fails", [0, 1, 2, 3])
def test_the_environment_like_colab(tmp_path, monkeypatch, fails):
    folder, asked = tmp_path / "env", []

    def run(command, check):
        asked.append(list(map(str, command)))
        folder.mkdir(exist_ok=True)
        if len(asked) == fails:
            raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(subprocess, "run", run)
    if fails:
        with pytest.raises(subprocess.CalledProcessError):
            make_colab_env.make(folder, "python3.13")
        assert not (folder / "made").exists()  # it is done again
        return
    make_colab_env.make(folder, "python3.13")
    assert (folder / "made").is_file()
    made, there, added = asked
    assert made[:3] == ["python3.13", "-m", "venv"]
    pinned = (folder / "constraints.txt").read_text(encoding="utf-8").split()
    assert there[there.index("--constraint") + 1] == str(folder / "constraints.txt")
    both = set(there) & {line.partition("==")[0] for line in pinned}
    assert {"numpy", "ipywidgets", "ipykernel", "matplotlib"} <= both
    assert not set(there) & {*course.NOT_ON_COLAB, "jupyterlab"}  # Colab has none of them
    alone = added[added.index("--no-deps") + 1:]
    assert alone == [*course.NOT_ON_COLAB, "--editable", str(REPOSITORY)]
