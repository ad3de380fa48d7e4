"""Set-up on machines that lack something: one clear message, and the next make goes on.

Stand-ins for Python, pip and uv fail in the ways that those fail.
"""
import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

from tests.project.files import ROOT

pytestmark = pytest.mark.skipif(
    os.name == "nt" or not shutil.which("make"), reason="needs make and POSIX scripts"
)
TOOLS = ["awk", "bash", "cat", "chmod", "cp", "dirname", "env", "grep", "make", "mkdir", "rm",
         "sed", "sh", "tail", "touch", "tr"]
# Makes a "virtual environment" that is itself; as its pip it does what $PIP_DOES says.
PYTHON = """#!/bin/sh
case "$*" in
    --version) echo "Python 3.99" ;;
    "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    *) eval "$PIP_DOES" ;;
esac
"""
UV = """#!/bin/sh
[ "$1" = venv ] || exit 1
for folder in "$@"; do :; done
mkdir -p "$folder/bin" && cp "$STANDIN" "$folder/bin/python" && echo "$*" > "$folder/asked"
"""


@pytest.fixture
def machine(tmp_path):
    """Variables of a machine with the tools that make needs, and no Python but a stand-in."""
    scripts = tmp_path / "bin"
    scripts.mkdir()
    for tool in TOOLS:
        (scripts / tool).symlink_to(shutil.which(tool))
    standin = tmp_path / "python"
    standin.write_text(PYTHON)
    standin.chmod(0o755)
    return {"PATH": str(scripts), "HOME": str(tmp_path), "STANDIN": str(standin), "PIP_DOES": ":"}


def make_venv(folder, machine, pip="", **options):
    command = ["bash", "tools/make_venv.sh", str(folder), machine["STANDIN"]]
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**machine, "PIP_DOES": pip or ":"},
        text=True,
        capture_output=True,
        check=False,
        **options,
    )


def make(folder, machine, **options):
    return subprocess.run(
        ["make", "--no-print-directory", f"VENV={folder}", f"{folder}/made", "PYTHON="],
        cwd=ROOT,
        env=machine,
        text=True,
        capture_output=True,
        check=False,
        **options,
    )


@pytest.mark.parametrize("said, reason", [
    ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on "
     "device", "The disk is full"),
    ("WARNING: Retrying: NewConnectionError('Temporary failure in name resolution')",
     "no connection to the package index"),
    ("ERROR: THESE PACKAGES DO NOT MATCH; they do not match the hashes from the requirements "
     "file", "differs from what"),
    ("ERROR: something else", "could not be installed"),
])
def test_a_failure_ends_in_one_message_and_the_next_run_goes_on(said, reason, tmp_path, machine):
    folder = tmp_path / "venv"
    ran = make_venv(folder, machine, f"echo \"{said}\"; exit 1")
    assert ran.returncode == 1 and not (folder / "made").exists()
    *_, last = ran.stderr.strip().splitlines()
    assert reason in last and "call make again" in last
    assert said in ran.stderr  # the reason in full stands above
    assert make_venv(folder, machine).returncode == 0 and (folder / "made").exists()


def test_without_a_compiler_all_but_noise_is_installed(tmp_path, machine):
    folder = tmp_path / "venv"
    ran = make_venv(folder, machine, 'case "$*" in *noise.txt) echo no compiler; exit 1;; esac')
    assert ran.returncode == 0 and (folder / "made").exists()
    for words in ("noise could not be built", "lesson 03", "compiler"):
        assert words in ran.stdout
    most, noise = ((folder / name).read_text() for name in ("most.txt", "noise.txt"))
    assert "noise==" not in most and noise.startswith("noise==") and noise.count("==") == 1
    lock = [
        line
        for line in (ROOT / "requirements.lock").read_text().splitlines()
        if not line.startswith("#")
    ]
    assert sorted(lock) == sorted(
        line for line in (most + noise).splitlines() if not line.startswith("#")
    )


def test_an_interrupted_setup_says_so_and_leaves_nothing_that_counts(tmp_path, machine):
    folder = tmp_path / "venv"
    # As from Ctrl + C, the signal reaches all that runs in the terminal: here, while pip does.
    ran = make_venv(folder, machine, "kill -INT 0", start_new_session=True,
                    # Tests that run in the background have it ignored, and bash could not hear it.
                    preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    assert ran.returncode == 130 and not (folder / "made").exists()
    assert "interrupted" in ran.stderr and "make again" in ran.stderr
    assert make_venv(folder, machine).returncode == 0 and (folder / "made").exists()


def test_jupyterlab_gets_the_defaults_of_the_course_here_and_on_binder(tmp_path, machine):
    """Binder calls postBuild; its pip and its Python are those on the path."""
    defaults = "share/jupyter/lab/settings/overrides.json"
    assert make_venv(tmp_path / "venv", machine).returncode == 0
    scripts = {"pip": ":", "python": 'echo "$HOME/binder"'}
    for name, does in scripts.items():
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    subprocess.run(["bash", "binder/postBuild"], cwd=ROOT, env=machine, check=True)
    here, binder = ((tmp_path / name / defaults).read_bytes() for name in ("venv", "binder"))
    assert here == binder and json.loads(here)


def test_without_python_two_lines_say_both_ways_out(tmp_path, machine):
    ran = make(tmp_path / "venv", machine)
    assert ran.returncode != 0
    said = [line for line in ran.stderr.splitlines() if not line.startswith("make")]
    assert len(said) == 2 and "3.11 to 3.14" in said[0] and "uv" in said[1]


def test_without_python_uv_makes_the_environment(tmp_path, machine):
    uv = tmp_path / "bin" / "uv"
    uv.write_text(UV)
    uv.chmod(0o755)
    folder = tmp_path / "venv"
    ran = make(folder, machine)
    assert ran.returncode == 0, ran.stderr
    assert (folder / "made").exists()
    assert "--seed" in (folder / "asked").read_text()


def test_the_newest_python_is_taken(tmp_path, machine):
    for version in ("3.11", "3.12", "3.13"):
        python = tmp_path / "bin" / f"python{version}"
        python.write_text(
            f'#!/bin/sh\necho "Python {version}.1"\n'
            f'[ "$1" = -c ] && exec {sys.executable} - "$3" <<E\n'
            f'import sys; sys.exit("{version}" not in sys.argv[1].split())\nE\n'
        )
        python.chmod(0o755)
    found = subprocess.run(
        ["bash", "tools/find_python.sh"], cwd=ROOT, env=machine, text=True, capture_output=True
    )
    assert found.stdout.strip() == "Python 3.13.1"
