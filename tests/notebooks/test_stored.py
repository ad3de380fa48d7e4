"""What the notebooks hold as they are stored: nbval passes a notebook that was never run."""
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
WIDGET = "application/vnd.jupyter.widget-view+json"

# A path is absolute if a root folder or a drive letter starts it, not if it is part of an
# address (https://...) or of a fraction (px/m).
ABSOLUTE = re.compile(r"(?<![\w.:/<])/(?:home|root|tmp|usr|opt|var|work|private|Users|srv|mnt)/\w"
                      r"|\b[A-Z]:\\+(?:Users|Windows|Program Files|Temp)\b")

# Which sign rounding leaves on a zero is another on each CPU: formats of numbers that may be
# negative have a z.
NEGATIVE_ZERO = re.compile(r"(?<![\w.)\]])[-\u2212]0(?:\.0*)?(?:e[-+]?\d+)?(?![\w.]*\d)(?!\w)")


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def texts(output):
    """Every text that an output shows: stream, plain, HTML, Markdown, SVG."""
    shown = [output.get("text", "")]
    shown += [text for kind, text in output.get("data", {}).items()
              if kind.startswith("text/") or kind == "image/svg+xml"]
    return ["".join(text) for text in shown]


class Pictures(HTMLParser):
    """Collects (alt, src) of every <img> it is fed."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag == "img":
            attrs = dict(attrs)
            self.found.append((attrs.get("alt") or "", attrs.get("src") or ""))


def test_there_are_notebooks():
    assert PATHS


def test_valid_with_a_unique_id_per_cell(notebook):
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)


def test_run_once_from_top_to_bottom(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook) if cell.source.strip()]
    assert counts == list(range(1, len(counts) + 1))


def test_no_error_and_nothing_on_stderr(notebook):
    assert [o for o in outputs(notebook) if o.output_type == "error"] == []
    assert [o.text for o in outputs(notebook) if o.get("name") == "stderr"] == []


def test_no_widget_state_and_no_dead_view(notebook):
    assert "widgets" not in list(notebook.metadata)
    views = [
        list(o.data) for o in outputs(notebook) if WIDGET in o.get("data", {}) and len(o.data) > 1
    ]
    assert views == []


def test_metadata_is_the_same_on_every_machine(notebook):
    assert dict(notebook.metadata.kernelspec) == {
        "display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    assert "version" not in list(notebook.metadata.language_info)
    assert not [cell.id for cell in notebook.cells if "execution" in cell.metadata]


def test_under_3_megabytes(path):
    assert path.stat().st_size < 3_000_000


def test_code_cells_are_short(notebook):
    """A screenful; the reading site cuts what is wider than 80 columns."""
    long = {cell.id: len(cell.source.splitlines()) for cell in code_cells(notebook)
            if len(cell.source.splitlines()) > 12}
    assert long == {}
    wide = {cell.id for cell in code_cells(notebook)
            if max(map(len, cell.source.splitlines()), default=0) > 80}
    assert wide == set()


def test_no_absolute_path(notebook):
    found = [match.group() for output in outputs(notebook) for text in texts(output)
             for match in ABSOLUTE.finditer(re.sub(r"data:image/[^\"']+", "", text))]
    found += [match.group() for cell in notebook.cells for match in ABSOLUTE.finditer(cell.source)]
    assert found == []


def test_no_negative_zero(notebook):
    shown = [
        re.sub(r"data:image/[^\"']+", "", text)
        for output in outputs(notebook)
        for text in texts(output)
    ]
    assert [text[max(0, match.start() - 40):match.end()] for text in shown
            for match in NEGATIVE_ZERO.finditer(text)] == []


@pytest.mark.parametrize(
    "text, found",
    [
        ("-0.00 (-0.00 to 0.10)", 2),
        ("ARI -0.", 1),
        ("[-0. 1.]", 1),
        ("\u22120", 1),
        ("-0.0%", 1),
        ("-0e+00", 1),
        ("-0.01", 0),
        ("-0.05.", 0),
        ("2020-01", 0),
        ("1e-05", 0),
        ("5-0", 0),
        ("-07", 0),
        ("k-0.5", 0),
    ],
)
def test_a_negative_zero_is_seen(text, found):
    assert len(NEGATIVE_ZERO.findall(text)) == found


def test_every_picture_has_a_text_alternative(notebook):
    pictures = Pictures()
    for output in outputs(notebook):
        for text in texts(output):
            pictures.feed(text)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            pictures.feed(cell.source)
            pictures.found += re.findall(r"!\[([^\]]*)\]\(([^)\s]+)", cell.source)
    assert [source[:80] for alt, source in pictures.found if len(alt.strip()) < 10] == []


def test_no_bare_picture(notebook):
    """JupyterLab shows image/png outputs without a text alternative, whatever their metadata."""
    bare = [list(o.data) for o in outputs(notebook)
            if any(kind in o.get("data", {}) for kind in ("image/png", "image/jpeg"))
            and "text/html" not in o.data]
    assert bare == []


def test_one_title(notebook):
    titles = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            prose = re.sub(r"^(```|~~~).*?^\1", "", cell.source, flags=re.M | re.S)
            titles += re.findall(r"^# .+", prose, flags=re.M)
    assert len(titles) == 1
    assert notebook.cells[0].source.startswith(titles[0])


def test_one_settings_cell(path, notebook):
    tagged = [cell.id for cell in code_cells(notebook)
              if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1 or (path.stem.startswith("00") and not tagged)
