"""What a lesson still lacks.

    python tools/missing.py

A lesson is a notebook, an explorer module, an exercises module, a folder of tests, an entry in
course.toml, its section in the page for instructors, and its terms in the glossary. For each
notebook this prints one line for each part that is missing.
"""
import re
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
FILES = (
    "lessons_lib/explorers/{name}.py",
    "lessons_lib/exercises/{name}.py",
    "tests/lessons/{lesson}/settings.py",
    "tests/lessons/{lesson}/test_claims.py",
    "tests/lessons/{lesson}/test_exercises.py",
    "tests/lessons/{lesson}/test_explorer.py",
)
# The page, what it must hold, and a pattern of its line.
LINES = (
    ("course.toml", "an entry", r'file = "{lesson}"'),
    ("docs/instructors.md", "a section", r"## Lesson {number}: .+"),
    ("docs/instructors.md", "a row in the table of memory (make rehearse)",
     r"\| {number} \| \d+ \| \d+ \| \d+ \|"),
    ("docs/glossary.md", "a term", r"\*\*.+\*\* — .+/{lesson}\.ipynb\)\)"),
)


def missing(root=REPOSITORY):
    """One line for each part that a lesson of the repository at `root` lacks."""
    found = []
    for notebook in sorted((root / "notebooks").glob("*.ipynb")):
        number, _, name = notebook.stem.partition("_")
        words = {"lesson": notebook.stem, "number": number, "name": name}
        parts = [file.format(**words) for file in FILES]
        found += [f"{notebook.stem}: {part}" for part in parts if not (root / part).is_file()]
        for page, what, pattern in LINES:
            text = (root / page).read_text(encoding="utf-8")
            if not re.search(f"^{pattern.format(**words)}$", text, flags=re.M):
                found.append(f"{notebook.stem}: {what} in {page}")
    return found


if __name__ == "__main__":
    lines = missing()
    print("\n".join(lines) or "Nothing is missing.")
    sys.exit(1 if lines else 0)
