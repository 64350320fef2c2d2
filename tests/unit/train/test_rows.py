import numpy as np
import pytest
import yaml

from data.formats.disk_table import TableRows
from data.problems import InputError
from train.config import Plan, RunConfig
from train.measures import dev_scorer
from train.rows import Loader
from train.schedule import load_all

BOOK_LABELS = ("clash", "aid", "protest")
BOOK = {
    "name": "small",
    "version": "1",
    "task": "event",
    "labels": [{"name": name} for name in BOOK_LABELS],
}


@pytest.fixture
def load(tmp_path, small_rows, write_jsonl):
    """Loads a `data` section over files of the small event rows, parted by article."""
    rows = small_rows["event"]
    (tmp_path / "book.yaml").write_text(yaml.safe_dump(BOOK))
    write_jsonl(tmp_path / "all.jsonl", rows)
    # Texts of their own words: those of the small rows are near-duplicates and stay together.
    write_jsonl(
        tmp_path / "distinct.jsonl",
        [
            {
                "id": f"d{number}",
                "article_id": f"a{number // 3}",
                "label": BOOK_LABELS[number % 3],
                "text": " ".join(f"w{number}{letter}" for letter in "abcdefgh"),
            }
            for number in range(90)
        ],
    )
    write_jsonl(
        tmp_path / "split.jsonl",
        [row | {"split": "dev" if row["article_id"] == "a9" else "train"} for row in rows],
    )
    write_jsonl(tmp_path / "train.jsonl", [row for row in rows if row["article_id"] < "a8"])
    write_jsonl(tmp_path / "dev.jsonl", [row for row in rows if row["article_id"] == "a8"])
    write_jsonl(tmp_path / "test.jsonl", [row for row in rows if row["article_id"] == "a9"])
    write_jsonl(tmp_path / "aid.jsonl", [row for row in rows if row["label"] == "aid"])
    write_jsonl(tmp_path / "two.jsonl", [row for row in rows if row["label"] != "aid"])

    def run(codebook="book.yaml", task="event", **data):
        files = {
            key: [str(tmp_path / name) for name in names.split()]
            for key, names in data.items()
            if key != "split"
        }
        book = str(tmp_path / codebook) if codebook.endswith(".yaml") else codebook
        return config(
            task=task,
            codebook=book,
            data=files | {key: value for key, value in data.items() if key == "split"},
        )

    return run


def config(**values):
    return RunConfig.model_validate(
        {"task": "event", "codebook": "event", "model": {"family": "majority"}} | values
    )


def sizes(made):
    return [len(part.rows) for part in Loader().load(made, "a.yaml").parts]


def test_a_split_by_the_rows_own_field(load):
    assert sizes(load(path="split.jsonl")) == [54, 6, 0]


def test_a_split_that_is_dealt(load):
    loaded = Loader().load(
        load(path="distinct.jsonl", split={"by": "article", "dev": 0.2, "test": 0.2}), "a.yaml"
    )
    articles = [{row["article_id"] for row in part.rows} for part in loaded.parts]
    assert not articles[0] & articles[1] | articles[0] & articles[2] | articles[1] & articles[2]
    assert sum(len(part.rows) for part in loaded.parts) == 90
    assert "groups" in loaded.split.report
    assert loaded.split.summary == "by article, dev 0.2, test 0.2, seed 0"


def test_shares_of_the_training_rows_are_of_whole_articles_and_nest(load):
    parts = {
        share: Loader()
        .load(
            config(
                codebook=load(path="distinct.jsonl").codebook,
                data={
                    "path": load(path="distinct.jsonl").data.path,
                    "share": share,
                    "split": {"by": "article", "dev": 0.2, "test": 0.2},
                },
            ),
            "a.yaml",
        )
        .parts
        for share in (0.3, 0.6, 1.0)
    }
    rows = {share: {row["id"] for row in train.rows} for share, (train, *_) in parts.items()}
    assert rows[0.3] < rows[0.6] < rows[1.0]
    for train, dev, test in parts.values():
        kept = {row["article_id"] for row in train.rows}
        assert len(train.rows) == 3 * len(kept)  # all of an article, or none
        assert (dev.digest, test.digest) == (parts[1.0][1].digest, parts[1.0][2].digest)


def test_files_of_ones_own(load):
    assert sizes(load(train="train.jsonl", dev="dev.jsonl", test="test.jsonl")) == [48, 6, 6]
    assert sizes(load(train="train.jsonl", dev="dev.jsonl test.jsonl")) == [48, 12, 0]
    train, dev, test = sizes(
        load(train="distinct.jsonl", test="test.jsonl", split={"dev": 0.25, "test": 0})
    )
    assert (train + dev, test) == (90, 6)
    assert dev > 0


def test_digests_follow_the_rows(load):
    one, other = (
        Loader().load(load(train="train.jsonl", dev=dev), "a.yaml")
        for dev in ("dev.jsonl", "test.jsonl")
    )
    assert one.train.digest == other.train.digest
    assert one.dev.digest != other.dev.digest
    assert one.digest != other.digest


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"path": "all.jsonl"}, "60 of 60 rows have no 'split' field"),
        ({"path": "none.jsonl"}, "no such file"),
        ({"path": "all.jsonl", "split": {"dev": 0, "test": 0.1}}, "leaves no dev rows"),
        (
            {"train": "two.jsonl", "dev": "aid.jsonl"},
            r"labels that no training row has: aid \(dev\)",
        ),
        ({"path": "split.jsonl", "codebook": "stance"}, "is for the task 'stance'"),
        ({"path": "split.jsonl", "codebook": "nothing"}, "no such codebook"),
        ({"path": "split.jsonl", "codebook": "plover"}, "unknown label"),
    ],
)
def test_what_is_wrong_is_told(load, section, told):
    with pytest.raises(InputError, match=told):
        Loader().load(load(**section), "a.yaml")


def test_a_label_named_uncertain_is_refused_where_a_model_may_abstain(load, tmp_path):
    names = [*BOOK_LABELS, "Uncertain"]
    (tmp_path / "own.yaml").write_text(
        yaml.safe_dump(BOOK | {"labels": [{"name": name} for name in names]})
    )
    loader, plain = Loader(), load(path="split.jsonl", codebook="own.yaml")
    assert loader.load(plain, "a.yaml").codebook.names == tuple(names)
    with pytest.raises(InputError, match=r"a\.yaml: min_precision: codebook small has a label"):
        loader.load(plain.model_copy(update={"min_precision": 0.9}), "a.yaml")


def test_the_problems_of_all_runs_are_told_at_once(load, tmp_path):
    one, other = load(path="none.jsonl"), load(path="all.jsonl")
    good = load(path="split.jsonl")
    with pytest.raises(InputError) as error:
        load_all(
            [
                Plan(tmp_path / "a.yaml", [("", one), ("", good)]),
                Plan(tmp_path / "b.yaml", [("", other)]),
            ]
        )
    assert len(error.value.problems) == 2
    ((loaded,),) = load_all([Plan(tmp_path / "a.yaml", [("", good)])])
    assert len(loaded.train.rows) == 54


def test_each_data_section_is_read_once(load):
    loader = Loader()
    first, second = (loader.load(load(path="split.jsonl"), "a.yaml") for _ in range(2))
    assert first is second


def test_rows_dealt_to_test_are_never_trained_on(load):
    for section in ({}, {"split": {"by": "article", "dev": 0.3, "test": 0.3}}):
        loaded = Loader().load(load(path="split.jsonl", **section), "a.yaml")
        assert {row["split"] for row in loaded.train.rows} == {"train"}
        assert {row["split"] for row in loaded.dev.rows} == {"dev"}


def test_texts_and_articles_that_files_share_are_warned_of(load):
    loaded = Loader().load(load(train="all.jsonl", dev="dev.jsonl", test="test.jsonl"), "a.yaml")
    texts, articles = loaded.split.warnings
    assert "6 rows of dev and 6 rows of test have a text that also stands in train" in texts
    assert "of 2 articles that also stand in train (a8, a9)" in articles
    with_dev = Loader().load(
        load(
            train="distinct.jsonl",
            test="distinct.jsonl",
            split={"by": "random", "dev": 0.2, "test": 0},
        ),
        "a.yaml",
    )
    assert "rows of test have a text" in with_dev.split.warnings[-2]
    apart = load(train="train.jsonl", dev="dev.jsonl", test="test.jsonl")
    assert Loader().load(apart, "a.yaml").split.warnings == ()


def test_where_dev_begins_is_part_of_what_rows_are(load, tmp_path, small_rows, write_jsonl):
    identities = set()
    for first in (50, 54):
        write_jsonl(
            tmp_path / "moved.jsonl",
            [
                row | {"split": "train" if number < first else "dev"}
                for number, row in enumerate(small_rows["event"])
            ],
        )
        loaded = Loader().load(load(path="moved.jsonl"), "a.yaml")
        identities.add((loaded.digest, loaded.identity))
    assert len({digest for digest, _ in identities}) == 1
    assert len(identities) == 2


def test_rows_of_which_none_says_dev_are_told_apart_from_a_split_too_small(
    load, tmp_path, small_rows, write_jsonl
):
    write_jsonl(tmp_path / "whole.jsonl", [row | {"split": "train"} for row in small_rows["event"]])
    with pytest.raises(InputError, match=r"leaves no dev rows; no row says that its split is dev"):
        Loader().load(load(path="whole.jsonl", split={"dev": 0.2}), "a.yaml")
    with pytest.raises(InputError, match=r"data\.share: 1e-06 leaves no train rows"):
        Loader().load(
            load(path="split.jsonl").model_copy(
                update={"data": load(path="split.jsonl").data.model_copy(update={"share": 1e-6})}
            ),
            "a.yaml",
        )


def test_a_name_of_a_split_that_is_none_is_refused(load, tmp_path, small_rows, write_jsonl):
    write_jsonl(tmp_path / "odd.jsonl", [row | {"split": "eval"} for row in small_rows["event"]])
    with pytest.raises(InputError, match=r"odd\.jsonl:1: split is 'eval'.*expected train, dev or"):
        Loader().load(load(path="odd.jsonl"), "a.yaml")


def test_rows_of_one_label_are_told_before_anything_is_trained(load, tmp_path):
    aid = load(train="aid.jsonl", dev="aid.jsonl")
    with pytest.raises(InputError, match=r"all 20 training rows have the label 'aid'"):
        load_all([Plan(tmp_path / "a.yaml", [("", aid)])])


def test_every_missing_file_is_told_at_once(load):
    with pytest.raises(InputError) as refused:
        Loader().load(load(train="all.jsonl", dev="none.jsonl", test="other.jsonl"), "a.yaml")
    assert [problem.what for problem in refused.value.problems] == ["no such file"] * 2


def test_the_measure_on_unseen_targets_may_choose(tmp_path, small_rows, write_jsonl):
    def stance(dev):
        rows = [
            row | {"split": "dev" if row["article_id"] in dev else "train"}
            for row in small_rows["stance"]
        ]
        write_jsonl(tmp_path / "stance.jsonl", rows)
        return config(
            task="stance",
            codebook="stance",
            data={"path": str(tmp_path / "stance.jsonl")},
            select_by="dev/macro_f1_unseen_targets",
        )

    # a0 and a7 speak of Arlow, a3 and a0 of Dunmar.
    ((loaded,),) = load_all([Plan(tmp_path / "a.yaml", [("", stance({"a0", "a7", "a3"}))])])
    seen = {target for target in loaded.train.targets if target}
    assert any(target not in seen for target in loaded.dev.targets)
    scored = dev_scorer(loaded)(np.full((len(loaded.dev.gold), 3), 1 / 3))
    assert "macro_f1_unseen_targets" in scored
    assert "unseen_target_rows" not in scored
    with pytest.raises(
        InputError,
        match=r"a\.yaml: select_by: is dev/macro_f1_unseen_targets, "
        "and every target of the dev rows is in training rows",
    ):
        load_all([Plan(tmp_path / "a.yaml", [("", stance({"a0"}))])])


@pytest.mark.parametrize(
    "data",
    [
        {"path": "split.jsonl"},
        {"path": "distinct.jsonl", "split": {"by": "article", "dev": 0.2, "test": 0.2}},
        {"train": "train.jsonl", "dev": "dev.jsonl", "test": "test.jsonl"},
        {"train": "train.jsonl", "test": "test.jsonl", "split": {"by": "random", "test": 0}},
    ],
)
def test_rows_on_disk_are_split_and_read_as_those_in_memory(load, monkeypatch, data):
    held = Loader().load(load(**data), "held")
    monkeypatch.setattr("data.quality.table.HELD", 7)
    monkeypatch.setattr("train.rows.HELD", 7)
    large = Loader().load(load(**data), "large")
    assert isinstance(large.train.rows, TableRows)
    assert large.split == held.split
    assert (large.digest, large.identity) == (held.digest, held.identity)
    for on_disk, in_memory in zip(large.parts, held.parts, strict=True):
        assert list(on_disk.rows) == list(in_memory.rows)
        assert list(on_disk.examples) == list(in_memory.examples)
        assert (on_disk.gold, on_disk.targets) == (in_memory.gold, in_memory.targets)
        assert on_disk.digest == in_memory.digest
