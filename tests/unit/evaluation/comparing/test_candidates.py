"""The models of a comparison, from runs and on a file."""

import pytest

from data.codebook import Codebook
from data.problems import InputError
from evaluation.comparing.candidates import Candidate, Candidates, of_runs, on_file

BOOK = Codebook.model_validate(
    {
        "name": "event",
        "version": "1",
        "task": "event",
        "labels": [{"name": "raid"}, {"name": "talks"}],
    }
)
TEXTS = {"They raided.": "raid", "They shot.": "raid", "They met.": "talks"}


def rows(*said, texts=TEXTS):
    return [
        {
            "id": str(place),
            "article_id": f"a{place}",
            "text": text,
            "gold": gold,
            "predicted": label,
            "probability": 0.9,
        }
        for place, ((text, gold), label) in enumerate(zip(texts.items(), said, strict=True))
    ]


def test_rows_of_runs_stand_in_the_order_of_the_first(kept_run):
    first = kept_run(BOOK, rows("raid", "raid", "talks"))
    second = kept_run(BOOK, rows("talks", "raid", "talks")[::-1])
    candidates = of_runs([first, second], "dev", None)
    assert candidates.codebook.names == BOOK.names
    assert candidates.data == {"split": "dev"}
    assert [[row["id"] for row in model.rows] for model in candidates.models] == [
        ["0", "1", "2"]
    ] * 2
    assert candidates.models[1].labels == [[("talks",), ("raid",), ("talks",)]]
    assert [model.name for model in candidates.models] == [
        f"words {first[:8]}",
        f"words {second[:8]}",
    ]


def test_runs_of_different_rows_are_refused_with_what_differs(kept_run):
    first = kept_run(BOOK, rows("raid", "raid", "talks"))
    shorter = kept_run(BOOK, rows("raid", "raid", "talks")[:2])
    with pytest.raises(InputError, match="different rows: 1 rows only words"):
        of_runs([first, shorter], "dev", None)


def test_a_run_that_kept_nothing_is_named_with_what_to_do(kept_run):
    with pytest.raises(InputError, match=r"holds no .*name a finished run"):
        of_runs([kept_run(BOOK)], "dev", None)


def test_a_folder_has_no_predictions_of_its_own(store, known_model, tmp_path):
    folder = known_model(tmp_path / "m", BOOK, {"They met.": [0.1, 0.9]})
    with pytest.raises(InputError, match=r"has no run.*--data FILE"):
        of_runs([str(folder)], "dev", None)


def test_models_say_what_they_say_of_a_file(known_model, tmp_path, write_jsonl):
    data = write_jsonl(
        tmp_path / "rows.jsonl",
        [
            {"id": str(place), "article_id": f"a{place}", "text": text, "label": label}
            for place, (text, label) in enumerate(TEXTS.items())
        ],
    )
    right, wrong = (
        str(
            known_model(
                tmp_path / name / "event",
                BOOK,
                {
                    text: [sure, 1 - sure] if label == "raid" else [1 - sure, sure]
                    for text, label in TEXTS.items()
                },
            )
        )
        for name, sure in (("right", 0.9), ("wrong", 0.2))
    )
    candidates = on_file([right, wrong], data, None, None)
    assert [model.name for model in candidates.models] == ["event", "event (2)"]
    assert [row["predicted"] for row in candidates.models[0].rows] == list(TEXTS.values())
    assert not any(row["predicted"] == row["gold"] for row in candidates.models[1].rows)
    assert candidates.data["path"] == str(data)
    assert candidates.trained == ((True,) * 3,) * 2  # they were fitted to these texts


def test_some_of_the_rows_are_taken_of_every_model_and_seed():
    seeds = [rows("raid", "raid", "talks"), rows("talks", "raid", "raid")]
    models = (
        Candidate("a", "a", "", seeds[0], (seeds[1],)),
        Candidate("b", "b", "", seeds[1]),
    )
    some = Candidates(BOOK, {}, models, ((True, False, True), (False,) * 3)).at([2, 0])
    assert [row["id"] for row in some.models[0].further[0]] == ["2", "0"]
    assert some.trained == ((True, True), (False, False))
    assert [len(model.of_seeds) for model in some.models] == [2, 1]
