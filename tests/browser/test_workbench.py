"""The workbench of lesson 09 as a reader uses it: upload, click, name, undo, measure, export."""
import base64
import io
import json
import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pytest
import rasterio
import tifffile
from PIL import Image
from shapely.geometry import shape

from tests.project.files import ROOT

EXPLORER = """
from lessons_lib.explorers import your_own_picture
your_own_picture.explorer(k=3, min_area=20, smooth=0)
"""
# Blue | green over sand | blue.
COLORS = np.array([[20, 20, 220], [20, 200, 20], [230, 220, 180]], np.uint8)
IMAGE = COLORS[np.repeat(np.repeat([[0, 1], [2, 0]], 60, axis=0), 90, axis=1)]


def picture(tmp_path):
    path = tmp_path / "flat.png"
    Image.fromarray(IMAGE).save(path)
    return path


def upload(page, bench, path):
    with page.expect_file_chooser() as chosen:
        bench.get_by_role("button", name="Upload").click()
    chosen.value.set_files(path)


def wait_for(bench, text):
    bench.locator("[role=status]", has_text=text).first.wait_for()


def pick(bench, tool, name=None):
    bench.get_by_label("a click", exact=True).select_option(tool)
    if name is not None:
        bench.get_by_label("name", exact=True).fill(name)


def table(bench):
    """{name: row of texts} of the table of classes."""
    rows = bench.locator("table tr").all()
    cells = [row.locator("td").all_inner_texts() for row in rows]
    return {row[0]: row[1:] for row in cells if row}


def handed_out(bench):
    link = bench.locator("a[download='map.zip']")
    link.wait_for()
    data = base64.b64decode(link.get_attribute("href").partition("base64,")[2])
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return {name: held.read(name) for name in held.namelist()}


@pytest.mark.filterwarnings("ignore:Dataset has no geotransform")
def test_a_file_is_uploaded_named_undone_measured_and_exported(scratch, tmp_path):
    notebook = scratch(EXPLORER)
    assert notebook.run_all() == []
    [explorer] = notebook.explorers()
    page, bench, stage = notebook.page, explorer.locator, explorer.stage()
    upload(page, bench, picture(tmp_path))
    wait_for(bench, "flat.png, worked on at 180 × 120")
    notebook.settle()
    assert "3 classes in 4 regions" in stage.img.get_attribute("alt")

    pick(bench, "name the class", "water")
    stage.point(30, 60)
    page.mouse.click(*stage.at(30, 60))
    bench.locator("td", has_text="water").wait_for()
    assert table(bench)["water"][0] == "10800"
    bench.get_by_role("button", name="Undo").press("Enter")
    bench.locator("td", has_text="water").wait_for(state="detached")
    bench.get_by_role("button", name="Redo").press("Enter")
    bench.locator("td", has_text="water").wait_for()

    # By keyboard alone: the cursor is where the mouse was; two steps to the right.
    pick(bench, "name the class", "meadow")
    stage.canvas.press("End")
    stage.canvas.press("Enter")
    bench.locator("td", has_text="meadow").wait_for()

    pick(bench, "measure", "18 um")
    stage.point(10, 60)
    page.mouse.click(*stage.at(10, 60))
    wait_for(bench, "Now the second click")
    stage.point(10 + 240, 60)  # half of the panel: 90 pixels
    page.mouse.click(*stage.at(10 + 240, 60))
    bench.locator("th", has_text="area_um2").wait_for()

    pick(bench, "point of truth", "water")
    stage.point(60, 80)
    page.mouse.click(*stage.at(60, 80))
    bench.locator("p", has_text="1 of 1 point").wait_for()

    bench.get_by_role("button", name="Export").press("Enter")
    files = handed_out(bench)
    notebook.settle()
    assert notebook.kernel_errors() == [] and notebook.outside == []
    read(files)


def read(files):
    """What other programs make of the files."""
    labels = np.load(io.BytesIO(files["labels.npy"]))
    names = json.loads(files["settings.json"])["names"]
    water, meadow = names.index("water"), names.index("meadow")
    right = np.full((120, 180), ({0, 1, 2} - {water, meadow}).pop())
    right[:60, :90] = right[60:, 90:] = water
    right[:60, 90:] = meadow
    assert np.array_equal(labels, right)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(files["labels.png"]))) - 1, right)
    with tifffile.TiffFile(io.BytesIO(files["labels.tif"])) as file:
        assert np.array_equal(file.asarray() - 1, right)
        a, b = file.pages[0].tags["XResolution"].value
        assert file.imagej_metadata["unit"] == "micron" and b / a == pytest.approx(0.2, rel=0.01)
    with rasterio.MemoryFile(files["labels.tif"]) as memory, memory.open() as file:
        assert np.array_equal(file.read(1) - 1, right)
    table = pd.read_csv(io.BytesIO(files["regions.csv"]), index_col="region")
    assert table["area_px"].tolist() == [5400] * 4
    assert table["area_um2"].iloc[0] == pytest.approx(5400 * 0.04, rel=0.02)
    for one in json.loads(files["regions.geojson"])["features"]:
        outline = shape(one["geometry"])
        assert outline.is_valid and outline.area == 5400
        assert one["properties"]["name"] == table.loc[one["id"], "name"]


def test_what_is_no_picture_is_refused_and_the_last_stays(scratch, tmp_path):
    notebook = scratch(EXPLORER)
    assert notebook.run_all() == []
    [explorer] = notebook.explorers()
    before = explorer.look()
    (tmp_path / "notes.png").write_text("This is no picture.")
    upload(notebook.page, explorer.locator, tmp_path / "notes.png")
    wait_for(explorer.locator, "could not be read as a picture")
    after = explorer.look()
    assert after.status.endswith("The last picture stays.") and after.pixels == before.pixels
    assert notebook.kernel_errors() == []


@pytest.fixture
def app(tmp_path):
    """The address of `make app`, with its token."""
    pytest.importorskip("voila")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path / "shared"
    folder.mkdir()
    Image.fromarray(IMAGE[::-1]).save(folder / "ours.png")
    server = subprocess.Popen(
        [sys.executable, "tools/app.py", str(folder), "--no-browser", f"--port={port}"], cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "JUPYTER_PLATFORM_DIRS": "1"})
    address, lines = None, []
    for line in server.stdout:
        lines.append(line)
        address = address or (re.search(r"http://\S+token=\S+", line) or [None])[0]
        if "running at" in line:
            break
    assert address, "".join(lines)
    yield address
    server.terminate()  # a Ctrl-C is not heard where the tests run in the background
    try:
        server.wait(20)
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


@pytest.mark.skipif(os.name == "nt", reason="the server is ended by a signal")
def test_the_app_asks_for_its_token_and_visitors_are_apart(app, browser, tmp_path):
    for part in ("", "api/kernels"):  # without the token: the page that asks for it, or a refusal
        try:
            with urllib.request.urlopen(app.partition("?")[0] + part, timeout=60) as answer:
                assert "/login" in answer.geturl()
        except urllib.error.HTTPError as refused:
            assert refused.code == 403
    contexts = [browser.new_context() for _ in range(2)]
    benches, asked = [], set()
    for context in contexts:
        page = context.new_page()
        page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
        page.set_default_timeout(120_000)
        page.goto(app)
        bench = page.locator(".lessons-workbench")
        wait_for(bench, "flower, worked on at")
        assert page.get_by_text("import os").count() == 0  # no code in sight
        benches.append(bench)
    one, other = benches
    upload(contexts[0].pages[0], one, picture(tmp_path))
    wait_for(one, "flat.png, worked on at 180 × 120")
    options = other.get_by_label("picture", exact=True).locator("option").all_inner_texts()
    assert "ours.png" in options and "flat.png" not in options
    other.get_by_label("path", exact=True).fill(str(picture(tmp_path)))
    other.get_by_label("path", exact=True).press("Enter")
    wait_for(other, "Only uploads and the pictures in the list")
    assert asked <= {"", urlsplit(app).netloc}  # "": data and blobs
    for context in contexts:
        context.close()
