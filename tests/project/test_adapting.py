"""Other settings, another picture: every cell of every lesson still runs.

And every control of its explorers draws. With the first of its other settings a lesson is run as a
handout: each blank and its check, then the answer from the key and the check again.
"""

import re
import sys

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from PIL import Image

from tests.lessons import known
from tests.project.files import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import handout  # noqa: E402

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))

OTHER = {stem: lesson.OTHER for stem, lesson in known().items()}
COMPUTE_LONGEST = ("04_elbow_and_knee", "08_choose_method")  # half a minute and more

# A last cell for each lesson: each control of each explorer at both ends.
MOVE = """
from lessons_lib.explorers.base import Explorer
moved = 0
explorers = {id(shown): shown for shown in list(Out.values()) if isinstance(shown, Explorer)}
for one in explorers.values():
    for name, control in one.controls.items():
        options = [o[1] if isinstance(o, tuple) else o for o in getattr(control, "options", ())]
        for value in (options[0], options[-1]) if options else (control.min, control.max):
            picture = one.render(**{**one.settings, name: value})
            assert picture.rgb.std() > 1 and picture.text.endswith("."), (name, value, picture.text)
            moved += 1
print("moved:", moved)
"""


def test_there_are_notebooks():
    assert PATHS


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_each_lesson_is_tried_with_other_settings(path):
    assert len(OTHER.get(path.stem, {})) >= 2, (
        f"tests/lessons/{path.stem}/settings.py needs OTHER, at least two sets of other parameters")
    allowed = set(settings_in(nbformat.read(path, as_version=4)))
    for settings in OTHER[path.stem].values():
        assert set(settings) <= allowed, f"{path.stem} has no such parameter"


def settings_cell(notebook):
    tags = [cell.metadata.get("tags", []) for cell in notebook.cells]
    [at] = [i for i, own in enumerate(tags) if "parameters" in own]
    return at


def settings_in(notebook):
    """The parameters of a notebook and their values."""
    values = {}
    exec(notebook.cells[settings_cell(notebook)].source, values)
    return {name: value for name, value in values.items() if name != "__builtins__"}


@pytest.fixture
def folder(tmp_path):
    """A folder with small pictures; own.png: bright discs on a darker ground, lit from one side."""
    rows, columns = np.indices((96, 130))
    light = 40 + columns / 3
    for number in range(6):
        r, c = 26 + 44 * (number // 3), 24 + 41 * (number % 3)
        inside = (rows - r) ** 2 + (columns - c) ** 2 < (15 + number % 2) ** 2
        light = np.where(inside, light + 90, light)
    light = light + np.random.default_rng(0).normal(0, 6, light.shape)
    rgb = np.stack([light, 0.9 * light, 0.7 * light], axis=-1)
    Image.fromarray(np.clip(rgb, 0, 255).astype(np.uint8)).save(tmp_path / "own.png")
    drawing = np.full((60, 90, 3), (20, 60, 90), np.uint8)
    for where, paint in (
        (np.s_[:, 40:], (40, 120, 60)),
        (np.s_[10:30, 10:60], (200, 60, 50)),
        (np.s_[40:50, 50:80], (240, 220, 60)),
        (np.s_[5:9, 5:80], (250, 250, 250)),
    ):
        drawing[where] = paint
    Image.fromarray(drawing).save(tmp_path / "five.png")
    for kind in ("desert", "lake"):
        np.save(tmp_path / f"{kind}.npy", scene(kind))
    return tmp_path


def scene(kind):
    """Reflectances in four bands: a desert, taller than wide; or a lake and a small wood.

    The wood stands at one end of the land beside the lake.
    """
    rows, columns = np.indices((110, 64) if kind == "desert" else (50, 90))
    if kind == "desert":
        waves = np.sin(rows / 7 + np.sin(columns / 11))
        values = (0.18, 0.28, 0.38, 0.46) * (1 + 0.15 * waves)[..., None]
        values[40:44, 20:30, 0] = 0.05  # red rock: nothing dark at all would look like an offset
    else:
        water, land = (0.04, 0.03, 0.02, 0.01), (0.08, 0.11, 0.16, 0.21)
        values = np.where((columns < 60)[..., None], water, land)
        values[((rows - 40) ** 2 + (columns - 80) ** 2 < 60)] = 0.03, 0.06, 0.04, 0.33
    return np.clip(values + np.random.default_rng(0).normal(0, 0.004, values.shape), 0, 1)


def blanks_then_answers(notebook):
    """The learner's notebook; after each check stands the key's answer, and the check again."""
    made, key = handout.blank(notebook), handout.answered(notebook)
    for i in reversed(range(len(made.cells))):
        if made.cells[i].source != key.cells[i].source:
            again = [nbformat.v4.new_code_cell(cell.source) for cell in key.cells[i:i + 2]]
            made.cells[i + 2:i + 2] = again
    return made


def verdicts(notebook):
    """The first signs of what its checks printed."""
    texts = [output.text for cell in notebook.cells for output in cell.get("outputs", [])
             if output.output_type == "stream"]
    return re.findall(r"^(✓|✗|…)", "".join(texts), re.M)


def runs():
    """Lesson and settings; the thorough tests have all, the others the first of most lessons."""
    for lesson, settings in OTHER.items():
        for i, name in enumerate(settings):
            long = i or lesson in COMPUTE_LONGEST
            yield pytest.param(lesson, name, marks=[pytest.mark.thorough] if long else [])


@pytest.mark.parametrize("lesson, name", list(runs()))
def test_runs_with_other_settings(lesson, name, folder):
    notebook = nbformat.read(ROOT / "notebooks" / f"{lesson}.ipynb", as_version=4)
    before, as_handout = settings_in(notebook), name == next(iter(OTHER[lesson]))
    if as_handout:
        notebook = blanks_then_answers(notebook)
    changed = {key: value for key, value in OTHER[lesson][name].items() if value != before[key]}
    assert len(changed) >= 2
    source = "\n".join(f"{key} = {value!r}" for key, value in changed.items())
    notebook.cells.insert(settings_cell(notebook) + 1, nbformat.v4.new_code_cell(source))

    notebook.cells.append(nbformat.v4.new_code_cell(MOVE, id="move"))

    client = NotebookClient(notebook, kernel_name="python3", timeout=300, allow_errors=True,
                            resources={"metadata": {"path": str(folder)}})
    client.execute()

    trouble = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                trouble.append(f"{cell.id}: {output.ename}: {output.evalue}")
            elif output.get("name") == "stderr":
                trouble.append(f"{cell.id}: {output.text}")
    if trouble:
        nbformat.write(notebook, folder / f"{lesson}.ipynb")  # to look at
        pytest.fail("\n".join(trouble), pytrace=False)
    moved = "".join(output.text for output in notebook.cells[-1].outputs)
    assert moved.startswith("moved: ") and int(moved.split()[1]) >= 4
    if as_handout:
        assert verdicts(notebook)[-6:] == ["…", "✓"] * 3
