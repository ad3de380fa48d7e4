"""The tools behind the make commands."""
import os
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tests.project.files import ROOT
from tools import refresh

WIDGET = "application/vnd.jupyter.widget-view+json"


def find_python(*versions, python=""):
    script = [shutil.which("bash"), "tools/find_python.sh", *versions]
    return subprocess.run(script, cwd=ROOT, env={**os.environ, "PYTHON": python}, text=True,
                          capture_output=True, check=False)


def test_tidy_drops_what_differs_from_run_to_run():
    view = new_output("display_data", {WIDGET: {"model_id": "1"}, "text/plain": "Explorer"})
    cell = new_code_cell("x", outputs=[view], metadata={"execution": {}, "tags": ["parameters"]})
    notebook = new_notebook(cells=[cell], metadata={
        "widgets": {}, "language_info": {"name": "python", "version": "3.11.7"}, "title": "kept"})
    refresh.tidy(notebook)
    assert notebook.metadata == {"kernelspec": refresh.KERNEL, "title": "kept",
                                 "language_info": refresh.LANGUAGE}
    assert "version" not in refresh.LANGUAGE
    assert cell.metadata == {"tags": ["parameters"]}
    assert cell.outputs[0].data == {"text/plain": "Explorer"}


def test_refresh_stores_outputs_and_leaves_a_failing_notebook_alone(tmp_path):
    good, bad = tmp_path / "good.ipynb", tmp_path / "bad.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1", id="first")]), good)
    nbformat.write(new_notebook(cells=[new_code_cell("1 / 0")]), bad)
    before = bad.read_bytes()
    run = subprocess.run([sys.executable, "tools/refresh.py", str(good), str(bad)], cwd=ROOT,
                         text=True, capture_output=True, check=False)
    assert run.returncode == 1
    assert "bad.ipynb: a cell failed" in run.stderr and "ZeroDivisionError" in run.stderr
    assert bad.read_bytes() == before
    (cell,) = nbformat.read(good, as_version=4).cells
    assert (cell.id, cell.execution_count, cell.outputs[0].data["text/plain"]) == ("first", 1, "2")


@pytest.mark.skipif(not shutil.which("bash"), reason="make needs bash, and there is none")
def test_a_python_is_found_by_version_and_never_a_virtual_environment():
    version = "%d.%d" % sys.version_info[:2]
    found = find_python(version, python=sys.executable)
    assert found.returncode == 0
    program = "import sys; print('%d.%d' % sys.version_info[:2], sys.prefix == sys.base_prefix)"
    ran = subprocess.run([found.stdout.strip(), "-c", program], text=True, capture_output=True,
                         check=True)
    assert ran.stdout.split() == [version, "True"]


@pytest.mark.skipif(not shutil.which("bash"), reason="make needs bash, and there is none")
@pytest.mark.parametrize("versions, python", [(["3.2"], sys.executable), ([], "no-such-python")])
def test_a_python_that_does_not_fit_is_refused(versions, python):
    found = find_python(*versions, python=python)
    assert (found.returncode, found.stdout) == (1, "")


@pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc, as Binder's machines have it")
def test_the_rehearsal_measures_processes():
    from tools import rehearse_binder

    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            "x = b'x' * 80_000_000; x = 1; print('up', flush=True); input()",
            "rehearsed",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdout.readline()
        [(_, peak, now, seconds)] = [
            one for one in rehearse_binder.processes() if one[0].endswith("rehearsed ")
        ]
        process.communicate("\n")
    assert 80 < peak < 200 and now < peak - 60 and 0 <= seconds < 10


def test_the_rehearsal_insists_on_binders_python(tmp_path, monkeypatch):
    from tools import rehearse_binder

    monkeypatch.setattr(rehearse_binder, "PYTHON", (2, 7))
    with pytest.raises(SystemExit, match="Python 2.7, as Binder does"):
        rehearse_binder.prepare(tmp_path / "env")
    assert not (tmp_path / "env").exists()
