"""Each lesson beside the plain way: same data, same run, interleaved, results checked equal.

    python benchmarks/run.py             all rows, and the table in benchmarks/README.md
    python benchmarks/run.py --quick     without the full-size tutorial code and the browser

Only ratios are worth quoting: both sides ran on the same machine, in turns.
"""

import argparse
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

import landscape_rows
import method_rows
import own_rows
import photo_rows
import spectral_rows
import tiles_rows

HERE = Path(__file__).parent


def import_row(repeats=15):
    """Time to import lessons_lib above that of starting the interpreter, in milliseconds."""
    def start(code):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - begin

    times = {"pass": [], "import lessons_lib": []}
    for _ in range(repeats):
        for code in times:
            times[code].append(start(code))
    bare, ours = (1000 * statistics.median(t) for t in times.values())
    return {
        "row": "import lessons_lib, above the interpreter",
        "value": f"{max(ours - bare, 0):.0f} ms",
        "bar": "under 20 ms",
        "met": ours - bare < 20,
        "check": "",
    }


def table(rows, columns):
    """Markdown of a list of dicts."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    for row in rows:
        values = [row.get(column, "") for column in columns]
        cells = [{True: "yes", False: "**no**"}.get(value, str(value)) for value in values]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    rows = []
    with threadpool_limits(1):  # one thread each, on both sides
        rows += spectral_rows.small(repeats=5)
        if not quick:
            rows += spectral_rows.full(repeats=3)
        rows += landscape_rows.rows(repeats=5)
        rows += photo_rows.rows(repeats=5)
        rows += own_rows.rows()
    rows += tiles_rows.rows(4000 if quick else None)
    rows.append(import_row())
    text = (
        "# Benchmarks\n\nWritten by `make bench`. Each row ran the tutorial's way and ours on the "
        "same data in one process, in turns, one thread each; the ratio is that of the medians. "
        "The results were compared before a row was written.\n\n"
        f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.system()}.\n\n"
        + table(rows, ["row", "tutorial", "ours", "value", "bar", "met", "check"])
    )
    if not quick:
        with threadpool_limits(1):
            methods = list(method_rows.rows())
        text += method_rows.TITLE + table(methods, list(methods[0]))
        import browser

        sliders = browser.measure()
        text += (
            "\n\n## Sliders\n\nFrom the key press to the new picture in the page, in a real "
            "JupyterLab in headless Chromium, at the lesson's full image size. Bar: twice the "
            "median and three times the 95th percentile of a slider that draws nothing.\n\n"
            + table(sliders, list(sliders[0]))
        )
    print(text)
    if not quick:
        (HERE / "README.md").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
