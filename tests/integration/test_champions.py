"""Champions of a store: loaded by their alias, which may move meanwhile."""

import pytest

from data.articles.article import Article
from data.codebook import Codebook
from evaluation.score import score_model
from predict import Labeler

BOOK = Codebook.model_validate(
    {
        "name": "acts",
        "version": "1",
        "task": "event",
        "labels": [{"name": "raid"}, {"name": "calm"}],
    }
)


@pytest.fixture
def versions(champion, known_model, tmp_path):
    """Two versions of `event`, the second the champion; `again` makes the first one champion."""
    for name, sure in (("first", 0.9), ("second", 0.8)):
        champion(
            "event",
            known_model(
                tmp_path / name,
                BOOK,
                {"They raided.": [sure, 1 - sure], "All is calm.": [1 - sure, sure]},
            ),
        )

    def again():
        from models.store.connection import connect

        connect().set_registered_model_alias("event", "champion", "1")

    return again


def test_one_version_labels_everything(versions):
    labeler = Labeler("event@champion", None, batch_size=1)
    rows = labeler.label_articles(
        [Article("a", "They raided. All is calm.", "a"), Article("b", "They raided.", "b")]
    )
    first = next(rows)
    versions()
    assert [(row["model_version"], row["label"], row["probability"]) for row in (first, *rows)] == [
        ("2", "raid", 0.8),
        ("2", "calm", 0.8),
        ("2", "raid", 0.8),
    ]
    (row,) = Labeler("event@champion", None).label_sentences(["They raided."])
    assert (row["model_version"], row["probability"]) == ("1", 0.9)


def test_a_score_names_the_version_that_the_alias_stood_at(versions, write_jsonl, tmp_path):
    rows = write_jsonl(
        tmp_path / "rows.jsonl",
        [{"id": "1", "article_id": "a", "text": "They raided.", "label": "raid"}],
    )
    found = score_model("event@champion", rows)
    versions()
    assert found.model == {"ref": "event@champion", "name": "event", "version": "2"}
    assert score_model("event@champion", rows).model["version"] == "1"
