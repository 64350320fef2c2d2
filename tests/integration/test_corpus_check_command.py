"""`eventstance data corpus-check`: the shipped corpus passes, a smaller one does not."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_shipped_corpus_is_within_its_bounds(here):
    done = here("data", "corpus-check")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "FAIL" not in done.stdout
    assert "Krippendorff's alpha, stance" in done.stdout


def test_the_card_states_the_counts():
    card = (ROOT / "data" / "corpus" / "CARD.md").read_text(encoding="utf-8")
    for name in ("event", "stance", "event_second", "stance_second"):
        lines = (ROOT / "data" / "corpus" / f"{name}.jsonl").read_text("utf-8").splitlines()
        count = len(lines) if "second" not in name else len({json.loads(x)["id"] for x in lines})
        assert f"{count:,}" in card, f"{name}: {count:,}"


def test_a_small_corpus_exits_1_and_says_what_fails(here, tmp_path):
    for name, label in (("event", "attack"), ("stance", "against")):
        row = {
            "id": "1",
            "article_id": "a",
            "text": "Gunmen shot a baker.",
            "label": label,
            "target": "Gunmen",
        }
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row), encoding="utf-8")
        (tmp_path / f"{name}_second.jsonl").write_text(
            "\n".join(json.dumps({"id": "1", "annotator": who, "label": label}) for who in "ab"),
            "utf-8",
        )
    done = here("data", "corpus-check", tmp_path)
    assert done.returncode == 1
    assert "out of bounds: articles\n" in done.stderr
    assert "FAIL" in done.stdout + done.stderr


def test_a_missing_folder_exits_2(here, tmp_path):
    done = here("data", "corpus-check", tmp_path / "none")
    assert done.returncode == 2
    assert "event.jsonl" in done.stderr
