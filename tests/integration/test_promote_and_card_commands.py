"""`models promote` and `models card` on runs as they come."""

import importlib
import json
from types import SimpleNamespace

import pytest
import yaml

CODEBOOK = {"name": "small_event", "version": "1", "task": "event",
            "labels": [{"name": name, "definition": f"{name} | as told"}
                       for name in ("clash", "aid", "protest")]}


@pytest.fixture
def here(monkeypatch, capsys, store):
    """Runs a command line in this process, on the test's own store."""
    def run(package, *arguments):
        capsys.readouterr()
        code = importlib.import_module(f"{package}.__main__").main(list(map(str, arguments)))
        printed = capsys.readouterr()
        return SimpleNamespace(code=code, out=printed.out, err=printed.err)
    return run


@pytest.fixture
def configs(store, small_rows, write_jsonl):
    """Configurations of a poor and a good model on the same rows."""
    (store / "small.yaml").write_text(yaml.safe_dump(CODEBOOK))
    write_jsonl(store / "rows.jsonl", [
        row | {"split": {"a7": "dev", "a8": "dev", "a9": "test"}.get(row["article_id"], "train")}
        for row in small_rows["event"]])
    for name, model in (("shares", {"family": "majority"}),
                        ("words", {"family": "tfidf", "min_count": 1})):
        (store / f"{name}.yaml").write_text(yaml.safe_dump({
            "task": "event", "codebook": "small.yaml", "data": {"path": "rows.jsonl"},
            "model": model}))
    return store


def test_promoted_by_the_paired_test_and_told_in_a_card(configs, here):
    assert here("train", "shares.yaml").code == 0
    assert here("models", "promote", "event/1").code == 0
    trained = here("train", "words.yaml", "--promote")
    assert trained.code == 0, trained.err
    assert "event/2 is champion (before: 1)" in trained.out
    assert "better on the mean and clearly so at 95 %: dev/macro_f1 1.0000" in trained.out

    back = here("models", "promote", "event/1", "--margin", "1")
    assert back.code == 1
    assert back.err.startswith("refused: event/1 (dev/macro_f1 0.")
    for told in ("does not replace champion event/2 (1.0000): not better on the mean",
                 "against 1.0000", "difference -0.", "p = ", "margin 1", "on 12 dev rows of 2"):
        assert told in back.err
    assert here("models", "promote", "event/1", "--margin", "2").code == 2
    assert here("models", "promote", "event/1", "--force", "--why", "old machines").code == 0
    assert "forced: old machines" in here("models", "history").out
    assert here("models", "promote", "event/2").code == 0

    card = here("models", "card", "event@champion", "--out", "cards/CARD.md", "--log")
    assert card.code == 0, card.err
    text = (configs / "cards" / "CARD.md").read_text()
    for told in ("# Model card: event/2", "| train | 42 | 7 |", "| dev | 12 | 2 |",
                 "| clash | – | clash \\| as told |", "| macro_f1 | 1.000 [1.000, 1.000] |",
                 "### By label, on test", "| aid | 1.000 | 1.000 | 1.000", "model event/2 --out",
                 "- data: as their owner says", "better on the mean", "Champion now."):
        assert told in text, told
    assert "CC BY" not in text  # these rows are not the corpus's
    assert "fiction" not in text

    from models.store import connect
    client = connect()
    version = client.get_model_version("event", "2")
    assert version.description.startswith("Model card: [CARD.md](#/experiments/")
    assert "Promoted " in version.description
    assert "CARD.md" in [file.path for file in client.list_artifacts(version.run_id)]
    assert "Champion no more." in here("models", "card", "event/1").out
    (folder,) = {path.parent for path in configs.rglob("model.json")
                 if json.loads(path.read_text())["family"] == "tfidf"}
    of_folder = here("models", "card", folder)
    assert "| family | tfidf |" in of_folder.out
    assert "## Figures" not in of_folder.out
    assert here("models", "card", folder, "--log").code == 2
    assert here("models", "card", "event/9").code == 2

    for path in list(configs.rglob("dev/predictions.jsonl")):
        path.unlink()
    lost = here("models", "promote", "event/1")
    assert lost.code == 1
    assert "its run holds no dev/predictions.jsonl" in lost.err
    assert "train that one again" in lost.err
