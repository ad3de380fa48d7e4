"""pyproject.toml is the source: environment.yml, Binder's copy and the lock follow it."""
import json
import os
import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.project.files import ROOT
from tools import course

HERE = ROOT / "tests" / "project"
CONDA_FORGE = tomllib.loads((HERE / "conda_forge.toml").read_text(encoding="utf-8"))["versions"]
COLAB = tomllib.loads((HERE / "colab.toml").read_text(encoding="utf-8"))
COLAB, COLAB_PYTHON = COLAB["versions"], COLAB["python"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PYTHONS = ["3.11", "3.12", "3.13"]

# Names that differ on conda-forge would stand here, as {"name in pyproject": "name there"}.
CONDA_NAMES = {}
ONLY_CONDA = {"python", "pip", "nbval"}


def requirements(lines):
    """{name: range} of requirement lines, names in their canonical form."""
    parsed = [Requirement(re.sub(r"(?<![<>=!~])=(?!=)", "==", line)) for line in lines]
    return {canonicalize_name(r.name): r.specifier for r in parsed}


def locked():
    """(name, version, marker, number of hashes) of each entry of the lock."""
    entries = []
    for entry in re.split(r"\n(?=\w)", re.sub(r"^\s*#.*\n", "", LOCK, flags=re.M).strip()):
        line = entry.split("--hash", 1)[0].replace("\\", "").strip()
        requirement = Requirement(line)
        (version,) = requirement.specifier
        assert version.operator == "==", line
        entries.append((canonicalize_name(requirement.name), version.version,
                        requirement.marker or Marker("python_version >= '3'"),
                        len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", entry))))
    return entries


ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def test_environment_has_the_names_and_ranges_of_pyproject():
    # noise needs no compiler there.
    lines = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["noise"]
    wanted = {
        CONDA_NAMES.get(name, name): specifier for name, specifier in requirements(lines).items()
    }
    given = requirements(ENVIRONMENT["dependencies"])
    assert {name: given[name] for name in given if name not in ONLY_CONDA} == wanted
    tests = requirements(PROJECT["optional-dependencies"]["test"])
    assert given["nbval"] == tests["nbval"]


def bounds(specifiers, *operators):
    return [Version(one.version) for one in specifiers if one.operator in operators]


@pytest.mark.parametrize("name", sorted(CONDA_FORGE))
def test_conda_forge_has_a_version_that_is_new_enough(name):
    specifiers = requirements(ENVIRONMENT["dependencies"]).get(name, SpecifierSet())
    assert all(low <= Version(CONDA_FORGE[name]) for low in bounds(specifiers, ">=", "==", "~="))


def test_every_lower_bound_was_compared_with_conda_forge():
    bounded = {
        name
        for name, specifiers in requirements(ENVIRONMENT["dependencies"]).items()
        if bounds(specifiers, ">=")
    }
    assert bounded - {"python"} <= set(CONDA_FORGE), (
        "write its newest version there into conda_forge.toml"
    )


@pytest.mark.parametrize("name", sorted(COLAB))
def test_colab_keeps_its_own_packages(name):
    specifiers = requirements(PROJECT["dependencies"]).get(name, SpecifierSet())
    assert specifiers.contains(COLAB[name]), (
        "pip would replace what Google Colab has, and ask for a restart"
    )


def test_on_colab_only_what_is_absent_is_fetched():
    ours = set(requirements(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["noise"]))
    # Colab is a notebook without JupyterLab, and has a compiler for noise; spyndex imports
    # python-box, distributed and zarr the others.
    theirs = {"python-box", "donfig", "numcodecs", "tblib", "zict"}
    assert set(course.NOT_ON_COLAB) == ours - set(COLAB) - {"jupyterlab"} | theirs
    assert COLAB_PYTHON in PYTHONS and COLAB_PYTHON in SpecifierSet(PROJECT["requires-python"])


def test_environment_comes_from_conda_forge_alone():
    assert ENVIRONMENT["channels"] == ["conda-forge"]
    assert "python=3.12" in ENVIRONMENT["dependencies"]  # Binder understands no range
    assert all(isinstance(line, str) for line in ENVIRONMENT["dependencies"])  # no pip section
    assert "3.12" in SpecifierSet(PROJECT["requires-python"])


def test_binder_has_the_same_environment():
    copy = ROOT / "binder" / "environment.yml"
    assert copy.read_bytes() == (ROOT / "environment.yml").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="repo2docker runs on Linux and macOS only")
@pytest.mark.filterwarnings("ignore")  # repo2docker's own
def test_binder_builds_from_the_conda_environment(monkeypatch):
    from repo2docker import Repo2Docker

    monkeypatch.chdir(ROOT)
    app = Repo2Docker()
    packs = [build(app.base_image) for build in app.buildpacks]
    picked = next(pack for pack in packs if pack.detect())
    picked.platform = "linux/amd64"
    assert type(picked).__name__ == "CondaBuildPack"
    assert picked.python_version == "3.12"
    dockerfile = picked.render({})
    assert "binder/environment.yml" in dockerfile
    assert "./binder/postBuild" in dockerfile
    assert "binder/start" in dockerfile


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no executable bit")
@pytest.mark.parametrize("script", ["binder/postBuild", "binder/start", ".ci/run"])
def test_script_is_executable(script):
    assert os.access(ROOT / script, os.X_OK)
    assert (ROOT / script).read_bytes().startswith(b"#!")


@pytest.mark.skipif(os.name == "nt", reason="Binder runs on Linux")
def test_what_binder_starts_gets_its_words_and_one_thread_a_library():
    program = "import json, os, sys; print(json.dumps([sys.argv[1:], dict(os.environ)]))"
    words = ["--ip=0.0.0.0", "two words", ""]
    ran = subprocess.run([ROOT / "binder" / "start", sys.executable, "-c", program, *words],
                         text=True, capture_output=True, check=True)
    given, environment = json.loads(ran.stdout)
    assert given == words
    for library in ("OMP", "OPENBLAS", "MKL"):
        assert environment[f"{library}_NUM_THREADS"] == "1"


@pytest.mark.skipif(os.name == "nt", reason="Binder runs on Linux")
def test_what_binder_starts_ends_as_it_does():
    ran = subprocess.run([ROOT / "binder" / "start", "sh", "-c", "exit 7"], check=False)
    assert ran.returncode == 7


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("part", ["dependencies", "test", "docs"])
def test_lock_is_current(part, python):
    lines = PROJECT["dependencies"] if part == "dependencies" \
        else PROJECT["optional-dependencies"][part]
    here = {"python_version": python, "python_full_version": python + ".9"}
    versions = {}
    for name, version, marker, _ in locked():
        if marker.evaluate(here):
            versions.setdefault(name, []).append(version)
    for name, specifier in requirements(lines).items():
        if name == canonicalize_name(PROJECT["name"]):  # an extra that asks for another extra
            continue
        assert len(versions.get(name, [])) == 1, f"{name} is not in the lock: run make lock"
        assert specifier.contains(versions[name][0]), f"{name} is out of range: run make lock"


def test_lock_has_hashes_for_every_entry():
    entries = locked()
    assert len(entries) > 50
    assert [name for name, _, _, hashes in entries if hashes == 0] == []


def test_lock_names_no_place():
    assert "://" not in LOCK
    assert not re.search(r"^\s*-", re.sub(r"^\s+--hash=.*$", "", LOCK, flags=re.M), flags=re.M)
    assert " @ " not in LOCK
