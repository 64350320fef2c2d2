"""The notebook of the Python API, executed as it stands."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "docs" / "python.ipynb"


def outputs(cells):
    return [
        "".join(output.get("text") or output.get("data", {}).get("text/plain", ""))
        for cell in cells
        for output in cell.get("outputs", [])
        if output.get("name") != "stderr"
    ]


def test_notebook_runs_and_shows_what_it_is_kept_with(store, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    kept = outputs(notebook.cells)
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(store)}}
    ).execute()
    shown = outputs(notebook.cells)
    assert len(shown) == len(kept)
    decisions = [text.partition(" - ")[0] for text in shown if " - " in text]
    assert decisions == ["True", "True", "False"]
    assert shown[-1] == kept[-1]
    assert {path.name for path in store.iterdir()} >= {"mlflow.db", "mlruns", "rows"}
    assert NOTEBOOK.stat().st_size < 60_000
