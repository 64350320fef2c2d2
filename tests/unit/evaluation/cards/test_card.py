"""The model card: what stands in it, and what is left out where little is known."""

from types import SimpleNamespace

import pytest

from data.problems import InputError
from evaluation.cards import card as module
from evaluation.cards.card import card_text, log_card
from models.registry.promotion import Promotion

SECTIONS = (
    "Use",
    "Data",
    "Codebook",
    "Training",
    "Figures",
    "Limits",
    "Licences",
    "Promotion",
)


def sections(text):
    """Heading to what stands below it."""
    assert "\n\n\n" not in text
    return dict(block.split("\n\n", 1) for block in text.rstrip().split("\n\n## ")[1:])


def test_a_card_tells_of_the_run_from_its_data_to_its_licences(facts):
    text = card_text(facts())
    assert text.startswith("# Model card: event/3\n\nSays what happens in a sentence")
    assert ": one of the 3 labels of codebook mixed 2.\n" in text
    assert "| trained | 1970-01-02, 3 s |\n| run | `r1` (tfidf seed=13) |\n" in text
    assert "| sentences a second | 1,234 |" in text
    parts = sections(text)
    assert tuple(parts) == SECTIONS
    assert "--model event/3 --out labels.parquet\n" in parts["Use"]
    assert 'Labeler(event="event/3", stance=None)' in parts["Use"]
    assert parts["Data"].startswith("- `rows.jsonl`\n- split by article; articles with near-dup")
    assert "- warning: few rows\n- trained on 0.5 of the training articles\n\n" in parts["Data"]
    assert "| train | 1,200 | 40 | – | ab |\n| dev | 4 | 2 | – | cd |" in parts["Data"]
    assert "3 labels. What happens.\n" in parts["Codebook"]
    assert parts["Training"].endswith(
        "| family | tfidf |\n| c | 4 |\n| seed | 13 |\n| temperature of probabilities | 1 |"
    )
    assert "| macro_f1 | 0.500 [0.400, 0.600] | 0.450 |" in parts["Figures"]
    assert "### Most confused, on test\n\n| gold | predicted | rows |" in parts["Figures"]
    assert "### Where it is worst, on test\n\n" in parts["Figures"]
    assert "- Labels that it was never trained on, and does not give: speech." in parts["Limits"]
    assert "fewer than" not in parts["Limits"]  # 50 rows are not
    assert parts["Licences"] == "- code: Apache-2.0\n- data: as their owner says"
    assert parts["Promotion"] == "Never promoted."


def test_text_in_a_table_does_not_end_its_cell_and_is_no_html(facts):
    assert "| clash | war | fighting \\| of &lt;two> sides |\n| siege | war | – |" in card_text(
        facts()
    )


def test_a_folder_without_a_run_has_what_its_files_say(facts):
    text = card_text(facts(of_run=False, files={}, name="model", ref="out/model"))
    assert tuple(sections(text)) == ("Use", "Codebook", "Training", "Limits", "Licences")
    assert "| megabytes | 0.0 |" in text
    assert "--model out/model --out labels.parquet" in text
    assert text.endswith("## Licences\n\n- code: Apache-2.0\n")


def test_a_stance_model_is_used_with_targets(facts):
    use = sections(card_text(facts(meta={"task": "stance"}, book={"task": "stance"})))["Use"]
    assert ' --target "the Front=Salt Front,Front"\n' in use
    assert 'Labeler(stance="event/3", event=None, targets=["the Front=Salt Front,Front"])' in use


@pytest.mark.parametrize(
    ("thresholds", "told"),
    [
        (None, "- A label is given from a probability of 0.5 on."),
        ([0.5, 0.25, 0.7], "chosen on dev: clash 0.50, siege 0.25, speech 0.70."),
    ],
)
def test_thresholds_of_several_labels_a_row_are_told(thresholds, told, facts):
    text = card_text(facts({"thresholds": thresholds}, {"labels_per_row": "several"}))
    assert told in sections(text)["Limits"]
    assert ": any number of the 3 labels" in text
    assert "Most confused" not in text


def test_labels_of_few_training_rows_are_named(facts):
    counts = {"data.json": {"train": {"labels": {"clash": 60, "siege": 49, "speech": 1}}}}
    limits = sections(card_text(facts(meta={"columns": [0, 1, 2]}, files=counts)))["Limits"]
    assert "- Labels with fewer than 50 training rows: siege (49), speech (1)." in limits
    assert "never trained" not in limits


@pytest.mark.parametrize(
    ("encoder", "told"),
    [
        ("packaged:all-MiniLM-L6-v2", "- encoder packaged:all-MiniLM-L6-v2: Apache-2.0, its auth"),
        ("roberta-base", "- encoder roberta-base: see its page"),
    ],
)
def test_an_encoder_has_a_licence_of_its_own(encoder, told, facts):
    text = card_text(facts(tags={"encoder": encoder}))
    assert told in sections(text)["Licences"]
    assert f"| family | tfidf, encoder {encoder} |" in text
    assert ("pretrained on English" in text) == ("MiniLM" in encoder)


def test_promotions_are_told_the_newest_first(facts):
    promoted = [
        Promotion("2026-02-01T10:00:00", "event", "3", "2", "ann", "urgent", True),
        Promotion("2026-01-01T10:00:00", "event", "3", "", "bob", "better", False),
    ]
    text = card_text(facts(promoted=promoted, champion=True))
    assert sections(text)["Promotion"] == (
        "- 2026-02-01, by ann, against the rule: urgent\n- 2026-01-01, by bob: better\n\n"
        "Champion now."
    )
    assert text.endswith("Champion now.\n")
    assert "Champion no more." in card_text(facts(promoted=promoted))


def test_seeds_of_the_same_settings_stand_beside_the_run(facts):
    parent = SimpleNamespace(
        info=SimpleNamespace(run_id="p1"),
        data=SimpleNamespace(
            tags={"seeds": "1 2"}, metrics={"dev/accuracy": 0.5, "dev/accuracy_sd": 0.01}
        ),
    )
    text = card_text(facts(seeds=parent))
    assert "with the seeds 1, 2 (run `p1`); the intervals cover articles and seeds:\n" in text
    assert "|  | mean | sd over seeds |\n|---|---|---|\n| dev/accuracy | 0.500 | 0.010 |" in text


def test_a_card_of_a_folder_has_no_run_to_be_attached_to(monkeypatch):
    monkeypatch.setattr("models.registry.resolve.run_of", lambda ref: None)
    with pytest.raises(InputError, match="has no run to attach the card to"):
        log_card("out/model", "text")


def test_the_card_of_a_reference_is_that_of_its_facts(facts, monkeypatch):
    from contextlib import nullcontext

    monkeypatch.setattr(module, "card_facts", lambda ref: nullcontext(facts(name=ref)))
    assert module.card("event/7").startswith("# Model card: event/7\n")
