import json
import random

import pytest

from eventstance.main import main

KINDS = {
    "aid": "Doctors gave flour and blankets to families at {} {}.",
    "clash": "Rebels and soldiers fired rifles across {} {}.",
    "protest": "Crowds with banners marched against the tax at {} {}.",
}
PLACES = [
    "Arlow",
    "Besk",
    "Corin",
    "Dunmar",
    "Elvast",
    "Forrow",
    "Gathe",
    "Hollen",
    "Irsk",
    "Jorun",
]


@pytest.fixture
def words(tmp_path, write_jsonl, monkeypatch):
    """The words of a command whose file has one wrong label, in line 9."""
    monkeypatch.chdir(tmp_path)
    draw = random.Random(1)
    rows = [
        {
            "id": f"r{number}",
            "article_id": f"a{number // 9}",
            "text": KINDS[kind].format(f"Besk{number // 9}", f"{draw.choice('abcdefgh')}{number}"),
            "label": "aid" if number == 8 else kind,
        }
        for number, kind in enumerate(list(KINDS) * 30)
    ]
    write_jsonl(tmp_path / "mine.jsonl", rows)
    book = {"name": "small", "version": "1", "task": "event", "labels_per_row": "single"}
    book["labels"] = [{"name": name} for name in KINDS]
    (tmp_path / "book.yaml").write_text(json.dumps(book))
    run = {"task": "event", "codebook": "book.yaml", "data": {"path": "x.jsonl"}}
    run["model"] = {"family": "tfidf"}
    (tmp_path / "run.yaml").write_text(json.dumps(run))
    return ["data", "errors", "mine.jsonl", "--config", "run.yaml"]


def test_the_command(words, tmp_path, capsys):
    words += ["--folds", "3", "model.min_count=1", "model.char_ngrams=0"]
    assert main([*words, "--limit", "1"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""  # no progress where no person watches
    assert "mine.jsonl:9  aid (0." in printed.out
    assert "judged by tfidf in 3 folds" in printed.out
    assert "written: mine.errors.jsonl, mine.errors.label_studio.json" in printed.out
    (row,) = map(json.loads, (tmp_path / "mine.errors.jsonl").read_text().splitlines())
    assert (row["rank"], row["id"], row["at"]) == (1, "r8", "mine.jsonl:9")


@pytest.mark.parametrize(
    ("added", "complaint"),
    [
        (["data.share=0.5"], "data.share=0.5: has no say here"),
        (["seed=1|2"], "makes 2 runs"),
        (["model.cc=1"], "did you mean 'c'"),
        (["--folds", "40"], "or at most 10 folds"),
        (["--folds", "1", "--limit", "0"], "--folds: is 1; expected two or more\n--limit: is 0"),
        (["--out", "mine"], "would overwrite"),
        (["--quick"], "unrecognized arguments: --quick"),
    ],
)
def test_arguments_that_are_wrong(words, added, complaint, capsys):
    assert main([*words, *added]) == 2
    assert complaint in capsys.readouterr().err


def test_a_file_that_is_missing(words, capsys):
    assert main([*words[:2], "none.jsonl", *words[3:]]) == 2
    assert "no such file" in capsys.readouterr().err


def test_other_commands_take_no_words_behind_options(words, capsys):
    assert main(["data", "split", "mine.jsonl", "seed=3"]) == 2
    assert "unrecognized arguments: seed=3" in capsys.readouterr().err


@pytest.mark.parametrize("prefix", [".", "..", "/"])
def test_a_folder_is_no_prefix(words, tmp_path, capsys, prefix):
    before = sorted(tmp_path.iterdir())
    assert main([*words, "--out", prefix]) == 2
    expected = f"--out {prefix}: is a folder; expected what the files' names begin with\n"
    assert capsys.readouterr().err == expected
    assert sorted(tmp_path.iterdir()) == before
