"""The files of the project: what git tracks, and what it would track."""
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = {"__pycache__", "node_modules", "build", "dist", "_build"}
TEXT = {".py", ".md", ".toml", ".yml", ".yaml", ".json", ".cfg", ".cff", ".sh", ".js", ".css",
        ".mplstyle", ".ipynb", ".lock", ".txt", ".bib", ".svg", ""}


def project_files():
    """Paths of all files of the project that exist, without git by walking the folders."""
    git = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(git, capture_output=True, check=True).stdout.decode()
        paths = [ROOT / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        paths = []
        for folder, folders, names in os.walk(ROOT):
            folders[:] = [name for name in folders if name not in SKIPPED
                          and (not name.startswith(".") or name in (".ci", ".github"))]
            paths += [Path(folder, name) for name in names]
    return sorted(path for path in set(paths) if path.is_file())


def text_files():
    """(path, text) of each file of the project that is text."""
    return [(path, path.read_text(encoding="utf-8")) for path in project_files()
            if path.suffix in TEXT]


def name(path):
    """`path` as it is written inside the project."""
    return path.relative_to(ROOT).as_posix()


def copy(folder, *names):
    """Copy files and folders of the project, as they are written inside it, into another folder."""
    leave = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "_build")
    for one in names:
        (folder / one).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / one).is_dir():
            shutil.copytree(ROOT / one, folder / one, ignore=leave)
        else:
            shutil.copy(ROOT / one, folder / one)
