"""Lay out the learner's own copies of the lessons in learn/, without outputs.

    python tools/learn.py        all lessons; prints the path of the first one
    python tools/learn.py 03     the same; prints that of lesson 03

A copy that was changed, by one cell run and saved or by an answer written, is never overwritten:
a newer edition of its lesson is laid beside it and named. To start over, delete the file.
"""
import hashlib
import json
import sys
from pathlib import Path

import nbformat

REPOSITORY = Path(__file__).resolve().parent.parent
LEARN = REPOSITORY / "learn"
# What was laid when, so that a changed copy is known: file name to hash.
RECORD = ".laid.json"


def blank(path):
    """The lesson at `path` as text, without outputs; solutions stay, folded."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return nbformat.writes(notebook) + "\n"


def lay(notebooks=REPOSITORY / "notebooks", learn=LEARN):
    """Lay out the copies.

    Parameters
    ----------
    notebooks, learn : path
        The lessons, and the learner's folder; made if it is not there.

    Returns
    -------
    dict of str to Path
        For each lesson the copy to open: a newer edition, where one lies beside a changed copy.
    """
    learn.mkdir(exist_ok=True)
    record = _read(learn / RECORD)
    opened = {}
    for path in sorted(notebooks.glob("*.ipynb")):
        text = blank(path)
        copy = _place(learn, path.stem, text, record)
        if not copy.exists() or record.get(copy.name) != _hash(text.encode()):
            copy.write_bytes(text.encode())
            record[copy.name] = _hash(text.encode())
        opened[path.stem] = copy
    (learn / RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")
    return opened


def _place(learn, stem, text, record):
    """The newest copy if it holds this edition or was not changed, else a new name."""
    edition, newest = 1, learn / f"{stem}.ipynb"
    while True:
        following = learn / f"{stem}_edition_{edition + 1}.ipynb"
        if not following.exists():
            break
        edition, newest = edition + 1, following
    if not newest.exists():
        return newest
    laid = record.get(newest.name)
    changed = _hash(newest.read_bytes()) != laid
    return following if changed and laid != _hash(text.encode()) else newest


def _hash(data):
    return hashlib.sha256(data).hexdigest()


def _read(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # lost: then every copy counts as changed
        return {}


def choose(opened, lesson):
    """The copy of the lesson whose name starts with `lesson`, such as "03"."""
    found = [copy for name, copy in opened.items() if name.startswith(lesson)]
    if not found:
        raise SystemExit(f"LESSON={lesson} is not one of the lessons: {', '.join(opened)}")
    return found[0]


if __name__ == "__main__":
    laid = lay()
    for name, one in laid.items():
        if one.stem != name:
            print(f"{name}.ipynb holds your work and stays; the new edition is {one.name}",
                  file=sys.stderr)
    print(choose(laid, "".join(sys.argv[1:2])).relative_to(REPOSITORY).as_posix())
