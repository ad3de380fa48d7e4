"""How long a reader waits for an explorer: from the key press to the painted picture.

    python benchmarks/browser.py [notebooks/01_circles.ipynb ...]

Every slider of every explorer is walked with the arrow keys, 24 presses each, in a real
JupyterLab with its usual settings and headless Chromium. The time of the key event and that of
the frame with the new, decoded picture are both taken inside the page. Prints a Markdown table.
"""
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
        First a slider that only writes its number. ``lesson``, ``slider``, ``key presses timed``,
        ``median, ms`` and ``95th percentile, ms`` (both empty when nothing was timed).
    """
    if notebooks is None:
        notebooks = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
    rows = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = driver.launch(playwright)
        bare = Path(folder) / "no picture.ipynb"
        nbformat.write(nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(BARE)],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}), bare)
        notebooks = [bare, *notebooks]
        for path in map(Path, notebooks):
            with driver.Lab(path.parent, windowing="contentVisibility") as lab:
                notebook = driver.Notebook(browser, lab, path.name)
                rows += _sliders(notebook, presses)
                notebook.close()
        browser.close()
    return rows


def _sliders(notebook, presses):
    problems = notebook.run_all()
    if problems:
        raise RuntimeError(f"{notebook.path} did not run clean: {problems}")
    for explorer in notebook.explorers():
        notebook.show(explorer)
        for handle in explorer.sliders():
            times = [1000 * t for t in explorer.latencies(handle, presses)]
            yield {"lesson": notebook.path.removesuffix(".ipynb"),
                   "slider": driver.label_of(handle),
                   "key presses timed": len(times),
                   "median, ms": round(statistics.median(times)) if times else "",
                   "95th percentile, ms": round(np.percentile(times, 95)) if times else ""}
            explorer.reset()


if __name__ == "__main__":
    rows = measure(sys.argv[1:] or None)
    for cells in [rows[0], ["---"] * len(rows[0]), *(row.values() for row in rows)]:
        print("|", " | ".join(map(str, cells)), "|")
