"""Make a virtual environment with what Google Colab has, and this project in it.

    python tools/make_colab_env.py FOLDER PYTHON

Versions: tests/project/colab.toml. What Colab lacks is added as the first cell of each lesson adds
it there: by name, without what it depends on. FOLDER/made is written last, so a set-up that was cut
short is done again.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import course

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ("nbval", "pytest", "pytest-xdist", "hypothesis", "nbclient", "nbformat", "packaging")


def requirements(project, versions):
    """What to install before the project: what it needs of Colab's packages, and its tests' tools.

    Parameters
    ----------
    project : dict
        The table of that name in pyproject.toml.
    versions : dict
        Colab's, by name.

    Returns
    -------
    list of str
    """

    def name(line):
        return re.match(r"[\w.-]+", line)[0]

    needed = [name(line) for line in project["dependencies"] if name(line) in versions]
    tests = [line for line in project["optional-dependencies"]["test"] if name(line) in TOOLS]
    return needed + tests


def make(folder, python):
    """Make the environment `folder` anew."""
    colab = tomllib.loads((ROOT / "tests" / "project" / "colab.toml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    print(f"Setting up {folder} with Google Colab's packages. "
          "This takes a minute or two, once.", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([python, "-m", "venv", folder], check=True)
    constraints = folder / "constraints.txt"
    lines = [f"{name}=={version}\n" for name, version in colab["versions"].items()]
    constraints.write_text("".join(lines), encoding="utf-8")
    inside = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    uv = shutil.which("uv")  # seconds, where pip takes minutes
    install = [uv, "pip", "install", "--quiet", "--python", inside] if uv else [
        inside, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    wanted = requirements(project, colab["versions"])
    subprocess.run([*install, "--constraint", constraints, *wanted], check=True)
    subprocess.run([*install, "--no-deps", *course.NOT_ON_COLAB, "--editable", ROOT], check=True)
    (folder / "made").touch()


if __name__ == "__main__":
    try:
        make(Path(sys.argv[1]), sys.argv[2])
    except subprocess.CalledProcessError as error:
        sys.exit(f"The environment could not be made; the reason is above ({error}).")
