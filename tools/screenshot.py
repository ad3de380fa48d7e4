"""Run a notebook in a real JupyterLab and save the picture that a reader has before them.

    python tools/screenshot.py notebooks/01_circles.ipynb OUT.png [--explorer]

Without an option: the whole notebook, from its title to its last cell. With ``--explorer``:
JupyterLab's window, scrolled to the first explorer. Needs the extra ``test`` and Chromium
(see tests/browser/driver.py).
"""
import argparse
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "browser"))
import driver  # noqa: E402


def screenshot(path, out, *, explorer=False, width=1280, height=800):
    """Run the notebook at `path` and save its picture.

    Parameters
    ----------
    path, out : path
        The notebook, and the PNG to write. The notebook itself is not changed.
    explorer : bool
        Show JupyterLab's window with the first explorer, not the whole notebook.
    width, height : int, in pixels
        Size of the window.

    Raises
    ------
    RuntimeError
        If a cell failed.
    """
    path = Path(path)
    with driver.Lab(path.parent) as lab, sync_playwright() as playwright:
        browser = driver.launch(playwright)
        notebook = driver.Notebook(browser, lab, path.name, width=width, height=height,
                                   view="lab" if explorer else "doc")
        problems = notebook.run_all()
        if problems:
            raise RuntimeError(f"{path.name} did not run clean: {problems}")
        if explorer:
            notebook.show(notebook.explorers()[0])
            notebook.page.screenshot(path=out, animations="disabled", caret="hide")
        else:
            notebook.screenshot(out)
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("notebook")
    parser.add_argument("out")
    parser.add_argument("--explorer", action="store_true",
                        help="JupyterLab's window with the explorer")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=800)
    args = parser.parse_args()
    screenshot(args.notebook, args.out, explorer=args.explorer, width=args.width,
               height=args.height)
