"""Do what Binder does with this repository, as far as that goes without Docker.

    python tools/rehearse_binder.py [--keep FOLDER] [lesson ...]

An empty environment of Python 3.12, the packages of binder/environment.yml by name and range (from PyPI,
not from conda-forge), binder/postBuild, and a server started through binder/start. Each lesson is opened and
run in Chromium; the peak memory of its kernel and the CPU time it took are printed as a table. The
command fails if a lesson fails, or if a kernel needs more than 1 GB: Binder gives 2 GB to server and kernels together.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import yaml
from playwright.sync_api import sync_playwright

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "tests" / "browser"))
import driver  # noqa: E402

PYTHON, LIMIT = (3, 12), 1000  # MB of one kernel


def prepare(folder):
    """Make the environment; returns its Python and the variables that Binder would set."""
    if sys.version_info[:2] != PYTHON:
        raise SystemExit(f"Run this with Python {PYTHON[0]}.{PYTHON[1]}, as Binder does; this is {sys.version.split()[0]}")
    venv.create(folder, with_pip=True)
    scripts = folder / "bin"
    listed = yaml.safe_load((REPOSITORY / "binder" / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    packages = [one for one in listed if isinstance(one, str) and not one.startswith(("python=", "pip"))]
    run = dict(check=True, cwd=REPOSITORY)
    subprocess.run([scripts / "python", "-m", "pip", "install", "--quiet", *packages], **run)
    environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", "VIRTUAL_ENV": str(folder)}
    environment.pop("PYTHONPATH", None)
    subprocess.run(["bash", "binder/postBuild"], env=environment, **run)
    return scripts / "python", environment


def peak(lab):
    """Largest resident memory in MB and CPU seconds of the kernels of a server, so far."""
    memory, seconds = 0.0, 0.0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            command = (status.parent / "cmdline").read_bytes().split(b"\0")
            if b"ipykernel_launcher" not in command or str(lab.tmp).encode() not in b" ".join(command):
                continue
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            fields = (status.parent / "stat").read_text().rsplit(")", 1)[1].split()
        except (OSError, ValueError):  # it has just ended
            continue
        memory = max(memory, int(lines["VmHWM"].split()[0]) / 1000)
        seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return memory, seconds


def rehearse(lessons, command, environment):
    """Run each lesson as a learner would; returns rows of lesson, MB, CPU seconds, problems."""
    rows = []
    with sync_playwright() as playwright:
        browser = driver.launch(playwright)
        for name in lessons:
            with driver.Lab(REPOSITORY / "notebooks", command=command, environment=environment) as lab:
                notebook = driver.Notebook(browser, lab, name)
                problems = notebook.run_all()
                rows.append((name.removesuffix(".ipynb"), *peak(lab), problems))
                notebook.close()
        browser.close()
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lessons", nargs="*", default=sorted(p.name for p in (REPOSITORY / "notebooks").glob("*.ipynb")))
    parser.add_argument("--keep", type=Path, help="a folder for the environment, used again if it is there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        python, environment = prepare(options.keep or Path(temporary) / "env")
        # Binder hands the server's command to binder/start.
        command = ["bash", str(REPOSITORY / "binder" / "start"), str(python), "-m", "jupyterlab"]
        rows = rehearse(options.lessons, command, environment)
    print("| lesson | peak memory of the kernel, MB | CPU seconds |\n|---|---:|---:|")
    for name, memory, seconds, _ in rows:
        print(f"| {name} | {memory:.0f} | {seconds:.0f} |")
    bad = [f"{name}: {problems}" for name, _, _, problems in rows if problems]
    bad += [f"{name}: {memory:.0f} MB, more than {LIMIT}" for name, memory, _, _ in rows if memory > LIMIT]
    raise SystemExit("\n".join(bad) or 0)


if __name__ == "__main__":
    main()
