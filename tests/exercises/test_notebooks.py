"""The three exercises of each notebook, as they are stored."""

import re
from pathlib import Path

import nbformat
import pytest

PATHS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module", params=PATHS, ids=lambda path: path.stem)
def cells(request):
    return nbformat.read(request.param, as_version=4).cells


def printed(cell):
    """What a code cell has stored on its standard output; nothing else may be stored."""
    assert [o.output_type for o in cell.outputs] == ["stream"], cell.id
    assert cell.outputs[0].name == "stdout"
    return cell.outputs[0].text


def is_solution(cell):
    return "solution" in cell.metadata.get("tags", [])


def test_there_are_notebooks():
    assert PATHS


def test_three_exercises(cells):
    answers = [int(n) for cell in cells if cell.cell_type == "code"
               for n in re.findall(r"^answer_(\d+) = \.\.\.", cell.source, flags=re.M)]
    assert answers == [1, 2, 3]
    assert sum(is_solution(cell) for cell in cells) == 3
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert len(re.findall("^## Exercises$", text, flags=re.M)) == 1


@pytest.mark.parametrize("number", [1, 2, 3])
def test_answer_check_hint_solution(cells, number):
    """Four cells in a row, after a text that asks."""
    [at] = [i for i, cell in enumerate(cells) if cell.cell_type == "code"
            and re.search(rf"^answer_{number} = \.\.\.", cell.source, flags=re.M)]
    question, answer, check, hint, solution = cells[at - 1:at + 4]

    assert question.cell_type == "markdown"
    title = rf"^\*\*{number}\. (Warm up|Apply|Stretch)\.\*\* "
    assert re.search(title, question.source, flags=re.M)

    assert answer.outputs == [] and not is_solution(answer)
    assert re.search(rf"^answer_{number} = \.\.\.(  #.*)?$", answer.source, flags=re.M)

    call = re.fullmatch(rf"check\.check_{number}\(answer_{number}\b(.*)\)", check.source.strip())
    assert call, check.source
    assert printed(check) == "… not answered yet\n"

    assert hint.cell_type == "markdown"
    folded = r"<details><summary>Hint</summary>\n\n.{20,}\n\n</details>"
    assert re.fullmatch(folded, hint.source.strip(), flags=re.S)

    assert is_solution(solution) and "hide-cell" in solution.metadata.tags
    assert solution.metadata.jupyter.source_hidden is True
    assert printed(solution).startswith("✓ ")
    # The same question both times.
    assert solution.source.endswith(f"check.check_{number}(solution_{number}{call.group(1)})")


def test_no_solution_stands_anywhere_else(cells):
    """No other cell may lean on a solution: a handout has none."""
    for cell in cells:
        if not is_solution(cell):
            assert "solution_" not in cell.source, cell.id
