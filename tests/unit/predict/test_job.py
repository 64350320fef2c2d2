"""A run of labelling without its command line: what it takes, counts, sets aside and refuses."""

import json

import pytest

from data.articles.article import Columns
from data.problems import InputError
from models.store.errors import StoreError
from predict.job import Job, label
from predict.writers import CsvStyle

TEXT = "They shot ten men. The Union met."
pytestmark = pytest.mark.usefixtures("champions")


@pytest.fixture
def order(tmp_path):
    """An order for both champions of a folder with one article; with changes as given."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(TEXT)

    def build(**changes):
        return Job(
            **{
                "inputs": [str(tmp_path / "in")],
                "out": tmp_path / "labels.jsonl",
                "references": {"event": None, "stance": None},
                "targets": ["Union"],
                **changes,
            }
        )

    return build


def labels_of(outcome):
    return [json.loads(line) for line in outcome.out.read_text().splitlines()]


def test_what_was_done_is_counted(order):
    outcome = label(order())
    assert (outcome.articles, outcome.sentences, outcome.whole, outcome.set_aside) == (1, 2, 0, 0)
    assert outcome.labels == {
        "event": {"attack": 1, "no_event": 1},
        "stance": {"favor": 1},
    }
    assert outcome.models == {"event": "event 1", "stance": "stance 1"}
    assert (outcome.done, outcome.min_precision, outcome.notices) == (1.0, {}, [])
    assert [row["label"] for row in labels_of(outcome)] == ["attack", "no_event", "favor"]
    assert not outcome.rejects.exists()


def test_progress_is_told_from_before_the_models_to_the_last_row(order):
    seen = []
    label(
        order(),
        lambda outcome: seen.append((bool(outcome.models), outcome.sentences, outcome.done)),
    )
    assert seen[0] == (False, 0, 0.0)
    assert seen[-1] == (True, 2, 1.0)
    assert seen == sorted(seen)


def test_records_that_are_sentences_are_counted_and_told(order, tmp_path):
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"id": "a-1", "article_id": "a", "text": "They shot. Ten men."}\n')
    outcome = label(order(inputs=[str(rows)], columns=Columns()))
    assert (outcome.articles, outcome.sentences, outcome.whole) == (1, 1, 1)
    assert outcome.notices == [
        "records that have an id beside their article's, labelled as one sentence each: 1"
    ]


def test_what_cannot_be_read_is_set_aside_with_its_reason(order, tmp_path):
    (tmp_path / "in" / "b.jsonl").write_text('broken\n{"id": "1", "text": "Quiet."}\n')
    outcome = label(order())
    assert (outcome.articles, outcome.set_aside) == (2, 1)
    (reject,) = [json.loads(line) for line in outcome.rejects.read_text().splitlines()]
    assert reject["file"].endswith("b.jsonl")
    assert reject["line"] == 1
    assert label(order(inputs=[str(tmp_path / "in" / "a.txt")])).set_aside == 0
    assert not outcome.rejects.exists()  # those of an older run go


def test_every_fault_of_an_order_is_told_at_once(order, tmp_path):
    with pytest.raises(InputError) as raised:
        label(
            order(
                targets=["=", "Union=UN", "Front=UN"],
                csv_style=CsvStyle(raw=True),
                encoding="klingon",
                references={"event": "event/9"},  # looked for when all else is well
            )
        )
    problems = [str(problem) for problem in raised.value.problems]
    assert len(problems) == 4
    for words, line in zip(("is no CSV file", "=", "UN", "klingon"), problems, strict=True):
        assert words in line
    assert not (tmp_path / "labels.jsonl").exists()


def test_an_input_is_no_output(order, tmp_path):
    path = tmp_path / "in" / "rows.jsonl"
    path.write_text('{"id": "1", "text": "Quiet."}\n')
    for changes in ({"inputs": [str(path)]}, {"metadata": str(path)}):
        with pytest.raises(InputError, match="is also an input"):
            label(order(out=path, **changes))
    assert path.read_text() == '{"id": "1", "text": "Quiet."}\n'


def test_a_champion_that_is_missing_beside_another_is_a_notice(order, champions):
    champions.delete_registered_model_alias("stance", "champion")
    outcome = label(order())
    assert list(outcome.models) == ["event"]
    (notice,) = outcome.notices
    assert notice.startswith("no stance labels: stance@champion: no model 'stance'")
    with pytest.raises(InputError, match="no such version"):  # asked for by name
        label(order(references={"event": None, "stance": "stance/9"}))


def test_one_model_decides_its_task(order):
    outcome = label(order(model="stance/1"))
    assert list(outcome.models) == ["stance"]
    assert [row["kind"] for row in labels_of(outcome)] == ["stance"]


def test_without_a_store_nothing_is_said_of_champions(order, monkeypatch, tmp_path):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/none.db")
    with pytest.raises(StoreError, match="there is no store here yet") as raised:
        label(order())
    assert len(raised.value.problems) == 1
    assert not (tmp_path / "none.db").exists()


def test_nothing_to_label_is_told_with_the_first_reasons(order, tmp_path):
    path = tmp_path / "in" / "rows.jsonl"
    path.write_text("broken\n" * 25)
    with pytest.raises(InputError) as raised:
        label(order(inputs=[str(path)]))
    problems = [str(problem) for problem in raised.value.problems]
    assert len(problems) == 21
    assert "holds no article that can be read" in problems[-1]
    assert "5 more such records are in" in problems[-1]
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no articles; expected"):
        label(order(inputs=[str(tmp_path / "empty")]))
    assert not (tmp_path / "labels.jsonl").exists()
