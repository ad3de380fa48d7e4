"""Every lesson has the parts of the template, and explains its terms before it uses them.

The words of the field stand in docs/glossary.md. A lesson prints a term in bold where it explains
it. Before that place a term may stand only in the lesson's opening, above its first section (a
promise), in the map of the course, or as a link to the lesson that explains it.
"""
import ast
import re
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from tests.lessons import known

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "docs" / "_ext"), str(ROOT / "tools")]
import minutes  # noqa: E402
from glossary_links import EXERCISE, pattern  # noqa: E402

LESSONS = tomllib.loads((ROOT / "course.toml").read_text(encoding="utf-8"))["lessons"]
BOOKS = {
    one["file"]: nbformat.read(ROOT / "notebooks" / f"{one['file']}.ipynb", as_version=4)
    for one in LESSONS
}
GLOSSARY = {match[1]: match[2] for match in re.finditer(
    r"^\*\*(.+?)\*\* — .+ \(\[lesson \d\d\]\(\.\./notebooks/(\w+)\.ipynb\)\)$",
    (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), flags=re.M)}
# These mean something without any lesson, too: a border, a cell of a notebook, to stretch.
EVERYDAY = {"background", "border", "cell", "stretch"}
# Bold words that are labels, not terms.
LABELS = re.compile(
    r"You (?:will make|will learn|need)|Time|In practice|\d\d .*|.*[.?]", flags=re.S
)
LIVE = "(live in JupyterLab)"  # in the text of what lives nowhere else
WORDS, WORDS_OF_LAST = 320, 420  # of a Markdown cell: a screenful; the last one has the fine print


@pytest.fixture(params=BOOKS)
def lesson(request):
    return request.param


def prose(text):
    """Markdown in one line, without code, formulas, the course's map and addresses of links."""
    text = re.sub(r"^(```|~~~).*?^\1|\$\$.*?\$\$", "", text, flags=re.M | re.S)
    text = re.sub(r"^\|.*\|$", "", text, flags=re.M)
    text = re.sub(r"`[^`]*`|\$[^$]*\$|(?<=\])\([^)]*\)", "", text)
    return re.sub(r"\s+", " ", text)


def cells(lesson, kind):
    return [cell for cell in BOOKS[lesson].cells if cell.cell_type == kind]


def headings(lesson):
    return [
        line
        for cell in cells(lesson, "markdown")
        for line in re.findall(r"^## .+", cell.source, flags=re.M)
    ]


def bold(text):
    """Bold terms of a text, without labels such as Look. and the titles of exercises."""
    found = [match.strip() for match in re.findall(r"\*\*([^*]+)\*\*", text)]
    terms = {term.lower() for term in GLOSSARY}
    return [word.rstrip(".") for word in found if word.rstrip(".").lower() in terms
            or not LABELS.fullmatch(word) and not EXERCISE.fullmatch(word)]


def test_opening(lesson):
    first = BOOKS[lesson].cells[0]
    promised = re.findall(r"^- \*\*(.+?)\*\* ", first.source, flags=re.M)
    assert promised == ["You will make", "You will learn", "You need", "Time"]
    one = next(one for one in LESSONS if one["file"] == lesson)
    stated = f"**Time** {one['minutes']} minutes; {one['everything']} with all that is optional."
    assert stated in first.source


def test_minutes_are_those_of_the_notebook_and_the_core_fits_its_hour(lesson):
    one = next(one for one in LESSONS if one["file"] == lesson)
    core, everything = minutes.sums(BOOKS[lesson], one["exercises"])
    assert (one["minutes"], one["everything"]) == (core, everything)
    assert core <= 45


def test_parts_in_their_order(lesson):
    found = headings(lesson)
    tail = ["## Exercises", "## Take away", "## Going deeper"]
    assert found[-3:] == tail
    fails = [i for i, h in enumerate(found) if re.match(r"## When (it fails|does it fail\?)", h)]
    assert fails and fails[0] < found.index("## Exercises")
    assert any(re.match("## Explore( |$)", h) for h in found)
    questions = [h for h in found if h.endswith("?")]
    assert len(questions) >= 3, "most sections start with a question"
    for words in ("**In practice**", "**Further reading.**"):
        assert sum(cell.source.count(words) for cell in core(lesson)) == 1, words


def core(lesson):
    return [c for c in BOOKS[lesson].cells if "optional" not in c.metadata.get("tags", [])]


def test_what_is_optional_comes_after_the_core_and_is_folded(lesson):
    book = BOOKS[lesson].cells
    at = next(i for i, cell in enumerate(book) if cell.source.startswith("## Going deeper"))
    assert core(lesson) == book[:at]
    parts = [cell for cell in book[at:] if re.match("### ", cell.source)]
    titles = [cell.source.split("\n")[0][4:] for cell in parts[-2:]]
    assert titles == ["From scratch", "More exercises"]
    for cell in parts:
        assert cell.cell_type == "markdown"
        assert cell.metadata.get("jp-MarkdownHeadingCollapsed") is True, cell.source
    # The list says what is there, and how long each takes.
    one = next(one for one in LESSONS if one["file"] == lesson)
    listed = re.findall(r"^- (.+), (\d+) minutes?\b", book[at].source, flags=re.M)
    spent = {}
    for title, each, optional in minutes.sections(BOOKS[lesson], one["exercises"]):
        if optional and title != "Going deeper":
            title = "More exercises" if title.startswith("Exercise ") else title
            spent[title] = spent.get(title, 0) + each
    assert listed == [(title, str(max(1, round(each)))) for title, each in spent.items()]


def spoken(lesson):
    """What each stored output of a lesson says, in order: its text, or its pictures' alt texts."""
    for cell in cells(lesson, "code"):
        for output in cell.outputs:
            data = output.get("data", {})
            pictures = BeautifulSoup(data.get("text/html", ""), "html.parser").find_all("img")
            yield " ".join(img["alt"] for img in pictures) or data.get("text/plain") or output.text


def test_predictions_are_shown_again(lesson):
    asked = shown_again = 0
    for text in spoken(lesson):
        asked += text.startswith("Predict")
        shown_again += text.count("Measured: ")
        assert shown_again <= asked, "measured before it was asked"
    assert asked == shown_again > 0


def test_an_explorer_has_a_filmstrip(lesson):
    """Behind the explorer stand pictures whose alt text is of the form that its status line has."""
    says = re.compile(known()[lesson].SAYS)
    texts = list(spoken(lesson))
    [at] = [i for i, text in enumerate(texts) if LIVE in text and says.search(text)]
    assert any(says.search(text) for text in texts[at + 1:] if LIVE not in text)


def test_only_earlier_lessons_are_needed_and_only_those_there_are_named(lesson):
    files = list(BOOKS)
    first = BOOKS[lesson].cells[0].source
    need = re.search(r"\*\*You need\*\*(.*?)^- ", first, flags=re.M | re.S)[1]
    assert all(files.index(f) < files.index(lesson) for f in re.findall(r"\((\w+)\.ipynb\)", need))
    named = {
        n
        for cell in cells(lesson, "markdown")
        for n in re.findall(r"\blesson (\d\d)\b", cell.source)
    }
    assert named <= {f[:2] for f in files}


def test_no_import_goes_unused(lesson):
    trees = [ast.parse(cell.source) for cell in cells(lesson, "code")]
    imported = {(a.asname or a.name).split(".")[0] for t in trees for n in ast.walk(t)
                if isinstance(n, (ast.Import, ast.ImportFrom)) for a in n.names}
    used = {n.id for t in trees for n in ast.walk(t) if isinstance(n, ast.Name)}
    # A handout has no solutions, but its learners type what the solutions need.
    assert imported and imported - used == set()


def test_texts_are_short(lesson):
    """Code cells: see tests/notebooks."""
    for cell in cells(lesson, "markdown"):
        words = len(prose(cell.source).split())
        most = WORDS_OF_LAST if "**Further reading.**" in cell.source else WORDS
        assert words <= most, f"{cell.id}: {words} words"


# The glossary

def test_the_glossary_is_read():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("**")]
    assert len(lines) == len(GLOSSARY) > 80
    assert list(GLOSSARY) == sorted(GLOSSARY, key=str.lower)
    assert set(GLOSSARY.values()) <= set(BOOKS)


def test_bold_words_are_in_the_glossary(lesson):
    terms = pattern(list(GLOSSARY))
    unknown = {
        word
        for cell in cells(lesson, "markdown")
        for word in bold(prose(cell.source))
        if not terms.fullmatch(word)
    }
    assert unknown == set()


def shown(cell):
    """What a learner reads of a cell: prose, or the texts of its figures, questions and prints."""
    if cell.cell_type == "markdown":
        return cell.source
    calls = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call)]
    speaking = [
        call
        for call in calls
        if re.match(r"(figures|charts)\.|(Prediction|print)$", ast.unparse(call.func))
    ]
    return " ".join(node.value for call in speaking for node in ast.walk(call)
                    if isinstance(node, ast.Constant) and isinstance(node.value, str))


def with_opening():
    """All cells: lesson, cell, and whether it stands before the first section of its lesson."""
    found = []
    for lesson, book in BOOKS.items():
        opening = True
        for cell in book.cells:
            opening = opening and not (cell.cell_type == "markdown" and "## " in cell.source)
            found.append((lesson, cell, opening))
    return found


CELLS = with_opening()


def explained(term):
    """Number of the first cell of its lesson that has the term in bold."""
    word = pattern([term])
    for number, (lesson, cell, _) in enumerate(CELLS):
        if (
            lesson == GLOSSARY[term]
            and cell.cell_type == "markdown"
            and any(map(word.fullmatch, bold(prose(cell.source))))
        ):
            return number
    return None


@pytest.mark.parametrize("term", GLOSSARY)
def test_a_term_is_explained_before_it_is_used(term):
    place = explained(term)
    assert place is not None, f"{GLOSSARY[term]} must print {term!r} in bold where it explains it"
    if term not in EVERYDAY:
        link = rf"\[[^\]]*\]\({GLOSSARY[term]}\.ipynb\)"
        early = [
            cell.id
            for lesson, cell, opening in CELLS[:place]
            if not (opening and lesson == GLOSSARY[term])
            and pattern([term]).search(prose(re.sub(link, "", shown(cell))))
        ]
        assert early == []
