"""How long a reader waits for an explorer: from the key press to the painted picture.

    python benchmarks/browser.py [notebooks/01_circles.ipynb ...]

Every slider of every explorer is walked with the arrow keys, 24 presses each, and the workbench
gets as many clicks that name a region, in a real JupyterLab with its usual settings and headless
Chromium. The time of the event and that of the frame with the new, decoded picture are both taken
inside the page. Prints a Markdown table, in which each slider stands beside one that draws
nothing: only these ratios are worth quoting.
"""
import itertools
import statistics
import sys
import tempfile
from pathlib import Path

import nbformat
import numpy as np
from playwright.sync_api import sync_playwright

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "tests" / "browser"))
import driver  # noqa: E402


# Of a slider that draws nothing: at most so many times its median, and its 95th percentile.
BARS = 2, 3

# What JupyterLab and ipywidgets take on this machine without any picture.
BARE = """
import ipywidgets as widgets
slider, text = widgets.IntSlider(description="bare slider"), widgets.HTML()
def write(_):
    text.value = f'<p role="status">{slider.value}</p>'
slider.observe(write, "value")
box = widgets.VBox([slider, text, widgets.Button(description="Reset").add_class("lessons-reset")])
box.add_class("lessons-explorer")
"""


def measure(notebooks=None, *, presses=24):
    """Measure every slider of every explorer.

    Parameters
    ----------
    notebooks : sequence of path, optional
        By default all lessons.
    presses : int
        Key presses for each slider. Those that change nothing in the page are not timed.

    Returns
    -------
    list of dict
        First a slider that only writes its number: timed anew before each lesson, since a machine
        is not always equally busy, and all its times taken together. ``lesson``, ``slider``, ``key
        presses timed``, ``median, ms`` and ``95th percentile, ms`` (both empty when nothing was
        timed), the same two as multiples of the bare slider's, and ``met``: at most `BARS` of it.
    """
    if notebooks is None:
        notebooks = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
    found, bare_times = [], []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = driver.launch(playwright)
        bare = Path(folder) / "no picture.ipynb"
        nbformat.write(nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(BARE)],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}), bare)
        for path in map(Path, notebooks):
            for one in (bare, path):
                with driver.Lab(one.parent, windowing="contentVisibility") as lab:
                    notebook = driver.Notebook(browser, lab, one.name)
                    measured = list(_sliders(notebook, presses))
                    notebook.close()
                if one is bare:
                    bare_times += measured[0][1]
                else:
                    found += [(one.stem, *row) for row in measured]
        browser.close()
    base = _summary(bare_times)
    return [_row(*row, base) for row in [("no picture", "bare slider", bare_times), *found]]


def _summary(times):
    """Median and 95th percentile."""
    return statistics.median(times), float(np.percentile(times, 95))


def _row(lesson, slider, times, base):
    row = {"lesson": lesson, "slider": slider, "key presses timed": len(times)}
    values = _summary(times) if times else ()
    ratios = [value / one for value, one in zip(values, base)]
    for name, value in zip(("median, ms", "95th percentile, ms"), values or ("", "")):
        row[name] = round(value) if value else value
    names = "times the bare median", "times the bare 95th percentile"
    for name, ratio in zip(names, ratios or ("", "")):
        row[name] = f"{ratio:.2f}" if ratio else ratio
    row["met"] = all(ratio <= bar for ratio, bar in zip(ratios, BARS))
    return row


def _sliders(notebook, presses):
    """Label and times in milliseconds of each slider."""
    problems = notebook.run_all()
    if problems:
        raise RuntimeError(f"{notebook.path} did not run clean: {problems}")
    for explorer in notebook.explorers():
        notebook.show(explorer)
        for handle in explorer.sliders():
            times = [1000 * t for t in explorer.latencies(handle, presses)]
            yield driver.label_of(handle), times
            explorer.reset()
        if explorer.locator.evaluate("el => el.matches('.lessons-workbench')"):
            for words, aim in (("after 0.4 s on the spot", 0.4), ("at once", 0)):
                yield f"a click names a region, {words}", _clicks(explorer, presses, aim)
                explorer.reset()


def _clicks(explorer, presses, aim):
    """Times in milliseconds of clicks that give the region there a name, two names in turn."""
    for select in explorer.locator.locator("select").all():
        if driver.label_of(select) == "a click":
            select.select_option("name the region")
    [box] = [box for box in explorer.locator.locator("input[type=text]").all()
             if driver.label_of(box) == "name"]
    spots = np.random.default_rng(0).integers((20, 50), (460, 460), (presses, 2)).tolist()
    times = []
    for spot, name in zip(spots, itertools.cycle(["here", "there"])):
        box.fill(name)
        explorer.notebook.settle()
        times += [1000 * t for t in explorer.click_latencies([spot], aim=aim)]
    return times


if __name__ == "__main__":
    rows = measure(sys.argv[1:] or None)
    for cells in [rows[0], ["---"] * len(rows[0]), *(row.values() for row in rows)]:
        print("|", " | ".join(map(str, cells)), "|")
