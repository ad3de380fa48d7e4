"""Do what Binder does with this repository, as far as that goes without Docker.

    python tools/rehearse_binder.py [--keep FOLDER] [lesson ...]

An empty environment of Python 3.12, the packages of binder/environment.yml by name and range (from
PyPI, not from conda-forge), binder/postBuild, and a server started through binder/start. Each
lesson is opened and run in Chromium, and its sliders are dragged; memory and CPU time of its kernel
and the memory of the server are printed as a table. The command fails if a lesson fails, or if a
kernel needs more than 1 GB: Binder gives 2 GB to server and kernels together.
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
        raise SystemExit(f"Run this with Python {PYTHON[0]}.{PYTHON[1]}, as Binder does; "
                         f"this is {sys.version.split()[0]}")
    if not (folder / "bin" / "jupyter").exists():
        venv.create(folder, with_pip=True)
    scripts = folder / "bin"
    listed = (REPOSITORY / "binder" / "environment.yml").read_text(encoding="utf-8")
    packages = []
    for one in yaml.safe_load(listed)["dependencies"]:
        if isinstance(one, str) and not one.startswith(("python=", "pip")):
            packages.append(one)
    run = dict(check=True, cwd=REPOSITORY)
    subprocess.run([scripts / "python", "-m", "pip", "install", "--quiet", *packages], **run)
    environment = {
        **os.environ,
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "VIRTUAL_ENV": str(folder),
    }
    environment.pop("PYTHONPATH", None)
    subprocess.run(["bash", "binder/postBuild"], env=environment, **run)
    return scripts / "python", environment


def processes():
    """Command, memory at its peak and now in MB, and CPU seconds of each process here."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
            command = command.decode(errors="replace")
            status = (folder / "status").read_text().splitlines()
            lines = dict(line.split(":", 1) for line in status if ":" in line)
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:  # it has just ended
            continue
        if "VmHWM" in lines:
            peak, now = (int(lines[name].split()[0]) * 1024 / 1e6 for name in ("VmHWM", "VmRSS"))
            yield command, peak, now, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def used(lab):
    """Peak and present memory (MB) and CPU seconds of the one kernel; memory of the server."""
    ours = [one for one in processes() if str(lab.tmp) in one[0]]
    [kernel] = [one for one in ours if "ipykernel_launcher" in one[0]]
    server = sum(now for command, _, now, _ in ours if "ipykernel_launcher" not in command)
    return *kernel[1:], server


def rehearse(lessons, command, environment):
    """Run each lesson as a learner would, and drag its sliders.

    Returns
    -------
    list of (lesson, peak, rest, seconds, server, problems)
    """
    rows = []
    with sync_playwright() as playwright:
        browser = driver.launch(playwright)
        for name in lessons:
            with driver.Lab(
                REPOSITORY / "notebooks", command=command, environment=environment
            ) as lab:
                notebook = driver.Notebook(browser, lab, name)
                problems = notebook.run_all()
                for explorer in notebook.explorers():
                    for handle in explorer.sliders():
                        for where in (0, 1):
                            notebook.drag(handle, where)
                            status = explorer.look().status  # waits until it is drawn
                            if status.startswith("Not drawn"):
                                problems.append(status)
                problems += notebook.kernel_errors()
                rows.append((name.removesuffix(".ipynb"), *used(lab), problems))
                notebook.close()
        browser.close()
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    lessons = sorted(p.name for p in (REPOSITORY / "notebooks").glob("*.ipynb"))
    parser.add_argument("lessons", nargs="*", default=lessons)
    parser.add_argument("--keep", type=Path,
                        help="a folder for the environment, used again if it is there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        python, environment = prepare(options.keep or Path(temporary) / "env")
        # Binder hands the server's command to binder/start.
        command = ["bash", str(REPOSITORY / "binder" / "start"), str(python), "-m", "jupyterlab"]
        rows = rehearse(options.lessons, command, environment)
    print("| lesson | kernel at its peak, MB | kernel at rest, MB | CPU seconds | server, MB |")
    print("|---|---:|---:|---:|---:|")
    for name, *numbers, _ in rows:
        print(f"| {name} |" + "".join(f" {number:.0f} |" for number in numbers))
    bad = [f"{name}: {problems}" for name, *_, problems in rows if problems]
    bad += [f"{name}: {peak:.0f} MB, more than {LIMIT}" for name, peak, *_ in rows if peak > LIMIT]
    raise SystemExit("\n".join(bad) or 0)


if __name__ == "__main__":
    main()
