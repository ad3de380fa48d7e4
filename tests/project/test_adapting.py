"""Other settings, another picture: every cell of every lesson still runs."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from PIL import Image

from tests.project.files import ROOT

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))

# For each lesson at least two settings that differ from the notebook's in every way that counts.
# A path of a picture is relative to the folder that the notebook runs in; see `folder`.
OTHER = {
    "00_start_here": {
        "a square grey photograph": {"image": "camera", "threshold": 90},
        "a colour photograph": {"image": "china", "threshold": 200},
        "your own picture": {"image": "own.png", "threshold": 128}},
    "01_circles": {
        "three discs": {"centers": [(30, 30), (52, 55), (72, 32)], "radii": [20, 15, 18], "k": 3,
                        "noise": 0.5, "seed": 7, "beta": 2.0},
        "two discs": {"centers": [(50, 33), (48, 66)], "radii": [18, 17], "k": 2, "noise": 0.1},
        "many regions, a clean picture": {"k": 9, "noise": 0.0, "beta": 0.0}},
    "02_coins": {
        "a grey photograph": {"image": "camera", "largest_side": 256, "n_regions": 12, "beta": 20.0,
                              "full_beta": 10.0, "full_regions": 20, "n_superpixels": 1500},
        "your own picture": {"image": "own.png", "dark": 60, "bright": 140, "n_regions": 8, "extra": 2,
                             "scale": 0.4, "full_regions": 12, "n_superpixels": 1000}},
    "03_landscape_kmeans": {
        "another landscape": {"size": 200, "seed": 5, "scale": 60.0, "octaves": 3, "width": 0.03, "k": 3,
                              "more": 9, "rare_snow": 15},
        "many clusters, rugged hills": {"size": 80, "seed": 11, "scale": 35.0, "octaves": 8, "width": 0.1,
                                        "persistence": 0.8, "lacunarity": 3.0, "k": 9, "more": 11},
        "four colours only": {"size": 160, "seed": 1, "width": 0.0, "k": 3, "rare_snow": 7},
        "fewer colours than clusters": {"size": 96, "width": 0.0, "k": 6}},
    "04_elbow_and_knee": {
        "another landscape": {"seed": 3, "size": 256},
        "a colour photograph, a long range": {"image": "chelsea", "k_max": 14},
        "a grey photograph, a short range": {"image": "camera", "k_max": 6, "sensitivity": 5.0,
                                             "largest_side": 160},
        "your own picture, any bend is a knee": {"image": "own.png", "k_max": 12, "sensitivity": 0}},
    "05_boundaries_and_markers": {
        "another landscape, files that are kept": {"size": 256, "seed": 3, "k": 5, "folder": "my map"},
        "your own picture, two names": {"image": "own.png", "k": 5, "min_area": 20, "pixel_size": 0.25,
                                        "palette": {"table": (60, 55, 40), "disc": (170, 150, 120)}},
        "a class of which only crumbs are found": {
            "image": "hubble_deep_field", "k": 6, "palette": {
                "sky": (120, 160, 220), "tree": (30, 80, 30), "wall": (180, 150, 120)}}},
    "06_photo_colours": {
        "your own picture, small palettes": {"image": "own.png", "k": 3, "fewer": 2, "palette_sizes": (2, 4, 6)},
        "a grey photograph, made smaller": {"image": "camera", "k": 5, "fewer": 3, "largest_side": 300},
        "a colour photograph, one palette": {"image": "rocket", "k": 6, "fewer": 5, "largest_side": 200,
                                             "palette_sizes": (16,)},
        "a drawing of five colours": {"image": "five.png", "k": 6, "fewer": 4}},
    "07_satellite": {
        "a desert without forest or water, 20 m": {"source": "desert.npy", "meters": 20.0, "k": 3, "white": 0.6,
                                                   "white_false": 0.7, "min_area": 12},
        "a small window, many clusters, files that are kept": {"window": (190, 231, 60, 125), "k": 7, "min_area": 3,
                                                               "folder": "my forest"},
        "a lake and one small wood in a rule of its own": {
            "source": "lake.npy", "meters": 3.0, "window": (None, -3, 2, None), "k": 2, "forest_ndvi": 0.4,
            "forest_green": 0.2, "water_infrared": 0.05, "min_area": 5000}},
}


def test_there_are_notebooks():
    assert PATHS


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_each_lesson_is_tried_with_other_settings(path):
    assert len(OTHER.get(path.stem, {})) >= 2, (
        f"add {path.stem} to OTHER in {Path(__file__).name}: at least two sets of other parameters")
    allowed = set(settings_in(nbformat.read(path, as_version=4)))
    for settings in OTHER[path.stem].values():
        assert set(settings) <= allowed, f"{path.stem} has no such parameter"


def settings_cell(notebook):
    [at] = [i for i, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", [])]
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
        light = np.where((rows - r) ** 2 + (columns - c) ** 2 < (15 + number % 2) ** 2, light + 90, light)
    light = light + np.random.default_rng(0).normal(0, 6, light.shape)
    rgb = np.stack([light, 0.9 * light, 0.7 * light], axis=-1)
    Image.fromarray(np.clip(rgb, 0, 255).astype(np.uint8)).save(tmp_path / "own.png")
    drawing = np.full((60, 90, 3), (20, 60, 90), np.uint8)
    for where, paint in ((np.s_[:, 40:], (40, 120, 60)), (np.s_[10:30, 10:60], (200, 60, 50)),
                         (np.s_[40:50, 50:80], (240, 220, 60)), (np.s_[5:9, 5:80], (250, 250, 250))):
        drawing[where] = paint
    Image.fromarray(drawing).save(tmp_path / "five.png")
    for kind in ("desert", "lake"):
        np.save(tmp_path / f"{kind}.npy", scene(kind))
    return tmp_path


def scene(kind):
    """Reflectances in four bands: a desert, taller than wide; or a lake, and at one end of its land a small wood."""
    rows, columns = np.indices((110, 64) if kind == "desert" else (50, 90))
    if kind == "desert":
        waves = np.sin(rows / 7 + np.sin(columns / 11))
        values = (0.18, 0.28, 0.38, 0.46) * (1 + 0.15 * waves)[..., None]
    else:
        values = np.where((columns < 60)[..., None], (0.04, 0.03, 0.02, 0.01), (0.08, 0.11, 0.16, 0.21))
        values[((rows - 40) ** 2 + (columns - 80) ** 2 < 60)] = 0.03, 0.06, 0.04, 0.33
    return np.clip(values + np.random.default_rng(0).normal(0, 0.004, values.shape), 0, 1)


@pytest.mark.parametrize("lesson, name", [(lesson, name) for lesson in OTHER for name in OTHER[lesson]])
def test_runs_with_other_settings(lesson, name, folder):
    notebook = nbformat.read(ROOT / "notebooks" / f"{lesson}.ipynb", as_version=4)
    before = settings_in(notebook)
    changed = {key: value for key, value in OTHER[lesson][name].items() if value != before[key]}
    assert len(changed) >= 2
    source = "\n".join(f"{key} = {value!r}" for key, value in changed.items())
    notebook.cells.insert(settings_cell(notebook) + 1, nbformat.v4.new_code_cell(source))

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
