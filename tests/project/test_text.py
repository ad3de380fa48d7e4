"""What is written: links that resolve, commands that exist, no place that only one machine has."""
import json
import re
import shutil
import subprocess
import tomllib
from urllib.parse import unquote

import pytest
import yaml

import lessons_lib
from tests.project.files import ROOT, name, project_files, text_files

# Hosts of package registries, put together here so that this file does not name them either.
HOSTS = [".".join(parts) for parts in [
    ("py" "pi", "org"), ("python" "hosted", "org"), ("npm" "js", "org"), ("npm" "js", "com"),
    ("deb", "debian", "org"), ("anaconda", "org"), ("anaconda", "com"), ("conda", "io")]]
PLACES = re.compile(
    r"(?<![\w.])/(?:root|work)/\w|(?<![\w.])/(?:home|Users)/[a-z]\w*/|\b[A-Z]:\\+Users\\"
)


def markdown():
    """(path, text) of each Markdown file and of each notebook's Markdown cells."""
    pages = []
    for path, text in text_files():
        if path.suffix == ".md":
            pages.append((path, text))
        elif path.suffix == ".ipynb":
            cells = json.loads(text)["cells"]
            pages += [(path, "".join(c["source"])) for c in cells if c["cell_type"] == "markdown"]
    return pages


def links(text):
    """Targets of the links and pictures in `text`, code left out."""
    text = re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.M | re.S)
    text = re.sub(r"`[^`\n]*`", "", text)
    found = re.findall(r"\]\(<?([^)\s>]+)", text)
    found += re.findall(r"""(?:src|href)=["']([^"']+)""", text)
    return found + re.findall(r"^\[[^\]]+\]:\s+(\S+)", text, flags=re.M)


def test_links_are_found():
    text = "[a](b.md#c) ![d](<e.png>) <img src='f.png'> `[g](h)`\n\n[i]: j.md\n```\n[k](l)\n```\n"
    assert links(text) == ["b.md#c", "e.png", "f.png", "j.md"]


def test_relative_links_resolve():
    broken = []
    for path, text in markdown():
        for target in links(text):
            file = unquote(target.partition("#")[0])
            elsewhere = re.match(r"[a-z][a-z0-9+.-]*:|attachment:", file)
            if file and not elsewhere and not (path.parent / file).exists():
                broken.append(f"{name(path)}: {target}")
    assert broken == []


@pytest.fixture(scope="module")
def commands():
    """What make can make, by its own word."""
    ran = subprocess.run(["make", "--print-data-base", "--question", "help"], cwd=ROOT, text=True,
                         capture_output=True, encoding="utf-8", check=False)
    return set(re.findall(r"^([a-z][\w-]*):(?!=)", ran.stdout, flags=re.M))


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/instructors.md"])
def test_make_commands_exist(page, commands):
    text = (ROOT / page).read_text(encoding="utf-8")
    code = re.findall(r"^```.*?^```", text, flags=re.M | re.S) + re.findall(r"`[^`\n]+`", text)
    used = {word for part in code for word in re.findall(r"\bmake ([a-z][\w-]*)", part)}
    assert used, f"{page} names no command"
    assert used <= commands


@pytest.mark.parametrize("host", HOSTS)
def test_no_registry_host(host):
    assert [name(path) for path, text in text_files() if host in text.lower()] == []


def test_no_place_of_one_machine():
    found = [f"{name(path)}: {match.group()}" for path, text in text_files()
             for match in PLACES.finditer(text)]
    assert found == []


def test_no_large_file():
    assert [name(path) for path in project_files() if path.stat().st_size > 3_000_000] == []


def test_citation_names_the_version_of_the_package():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert str(citation["version"]) == project["version"] == lessons_lib.__version__
