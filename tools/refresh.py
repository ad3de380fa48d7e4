"""Run notebooks from top to bottom in fresh kernels and store their outputs in place.

    python tools/refresh.py                      # all of notebooks/
    python tools/refresh.py notebooks/02_coins.ipynb

A notebook is written only if every cell ran without an error. What differs from run to run
or from machine to machine is left out: times, widget state, the Python patch version.
"""
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python",
            "pygments_lexer": "ipython3"}
VOLATILE = ("execution", "ExecuteTime", "collapsed", "scrolled")
WIDGET = "application/vnd.jupyter.widget-view+json"


def tidy(notebook):
    """Leave in `notebook` only what every machine would store; changes it in place."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata.update(kernelspec=KERNEL, language_info=LANGUAGE)
    for cell in notebook.cells:
        for key in VOLATILE:
            cell.metadata.pop(key, None)
        for output in cell.get("outputs", []):
            # The view of a widget is dead without its state: readers would see an error
            # where they can see the text that stands beside it.
            data = output.get("data", {})
            if len(data) > 1:
                data.pop(WIDGET, None)


def refresh(path):
    """Run the notebook at `path` and write it back, tidied."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, kernel_name="python3", timeout=600, record_timing=False,
                            coalesce_streams=True, store_widget_state=False,
                            resources={"metadata": {"path": str(path.parent)}})
    client.execute()
    tidy(notebook)
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


def main(names):
    paths = [Path(name) for name in names] or sorted(FOLDER.glob("*.ipynb"))
    failed = 0
    for path in paths:
        start = time.perf_counter()
        try:
            refresh(path)
        except CellExecutionError as error:
            failed += 1
            print(f"{path.name}: a cell failed, the notebook is left as it was\n{error}",
                  file=sys.stderr)
        else:
            print(f"{path.name}: {time.perf_counter() - start:.1f} s", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
