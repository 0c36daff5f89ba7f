"""Tests of the notebooks: they run, and what is committed is what they show."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
SECONDS = 120


def code_cells(notebook):
    """Return the cells with code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_all_are_there():
    """The five notebooks that the documentation names exist."""
    assert [path.stem for path in NOTEBOOKS] == [
        "01-quickstart",
        "02-retrain",
        "03-evaluate-and-choose-thresholds",
        "04-review-and-active-learning",
        "05-archive-to-report",
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_committed_outputs_are_whole(path):
    """Each notebook is committed as it ran: in order, without an error or warning, and small
    enough to be shown.
    """
    notebook = nbformat.read(path, 4)
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert outputs
    assert not [
        output
        for output in outputs
        if output.output_type == "error" or output.get("name") == "stderr"
    ]
    assert path.stat().st_size < 500_000


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_text_stands_before_code(path):
    """A notebook teaches: it opens with text, and no more than two cells of code follow each
    other.
    """
    kinds = [cell.cell_type for cell in nbformat.read(path, 4).cells]
    assert kinds[0] == "markdown"
    assert "code code code" not in " ".join(kinds)


@pytest.mark.filterwarnings("default")  # of the kernel's machinery, not of the notebook
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs(path):
    """Each notebook runs from top to bottom, and its cells warn of nothing."""
    notebook = nbformat.read(path, 4)
    NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(FOLDER)}},
    ).execute()
    warned = [
        output["text"]
        for cell in code_cells(notebook)
        for output in cell.outputs
        if output.get("name") == "stderr"
    ]
    assert warned == []
