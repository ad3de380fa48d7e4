"""The shape of the code: which module may import which, ruff's findings."""
import ast
import subprocess
import sys

import pytest

from tests.project.files import ROOT, name, project_files

MODULES = [path for path in project_files()
           if path.suffix == ".py" and name(path).startswith("lessons_lib/")]
# Nothing of ours: what we segment stands on its own.
ALONE = {"_checks", "_decoding", "_perlin", "_threads"}
# How it looks, and the shells around all else. A plain module knows neither.
LOOKS = {"annotations", "boxes", "charts", "clouds", "curves", "drawing", "figures", "markers",
         "networks", "palettes", "readings", "sketches"}
SHELLS = {"explorers", "exercises"}


def ours(path):
    """Names, below lessons_lib, of our modules that the module at `path` imports anywhere."""
    package = path.relative_to(ROOT).parent.parts
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = list(package[:len(package) - node.level + 1]) if node.level else []
            base = ".".join(parts + ([node.module] if node.module else []))
            found |= {f"{base}.{alias.name}" for alias in node.names}
    return {full.split(".")[1] for full in found if full.startswith("lessons_lib.")}


def part(path):
    """First name of the module at `path` below lessons_lib."""
    return path.relative_to(ROOT / "lessons_lib").parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_go_one_way(path):
    own = part(path)
    imported = ours(path) - {own}
    if own == "__init__" or own in ALONE:
        assert imported == set()
    elif own in ("images", "landscape"):
        assert (
            imported
            == {"images": {"_checks", "_decoding"}, "landscape": {"_checks", "_perlin"}}[own]
        )
    elif own in LOOKS:
        assert imported & SHELLS == set()
    elif own not in SHELLS:
        assert imported & (LOOKS | SHELLS) == set()


def test_imports_make_no_circle():
    graph = {}
    for path in MODULES:
        graph.setdefault(part(path), set()).update(ours(path) - {part(path)})
    while graph:
        leaves = {module for module, imported in graph.items() if not imported & graph.keys()}
        assert leaves, f"circle among {sorted(graph)}"
        graph = {module: graph[module] for module in graph.keys() - leaves}


def test_importing_the_package_costs_nothing():
    program = "import sys; before = set(sys.modules); import lessons_lib; " \
              "print(*sorted(set(sys.modules) - before))"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, text=True,
                         capture_output=True, check=True)
    assert ran.stdout.split() == ["lessons_lib"]


def test_ruff_finds_nothing():
    ran = subprocess.run([sys.executable, "-m", "ruff", "check", "--no-cache", "."], cwd=ROOT,
                         text=True, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
