"""Tokens of large tables are those of rows in memory, made once."""

import datasets
import pytest

from data.formats.disk_table import TableRows
from data.quality.table import as_dataset
from data.rows import labelled, tidy
from models.families import token_table
from models.families.encoders import load_tokenizer
from models.families.token_table import tokens_of
from models.portable.tokens import CUTS


@pytest.fixture
def rows(small_rows):
    return [tidy(row) for row in small_rows["stance"]]


@pytest.fixture
def table(rows):
    return TableRows(as_dataset(rows), labelled)


@pytest.fixture
def tokenizer(tiny_encoder):
    return load_tokenizer(str(tiny_encoder), markers=True)


def spec_of(ids, most=16):
    return {"cut": CUTS[-1], "max_tokens": most, **ids}


def test_tokens_from_a_file_are_those_in_memory(rows, table, tokenizer, tmp_path):
    tokens, ids = tokenizer
    on_disk = tokens_of("train", table, tokens, spec_of(ids), tmp_path)
    held = tokens_of("train", [labelled(row) for row in rows], tokens, spec_of(ids), tmp_path)
    assert isinstance(on_disk, TableRows)
    assert list(on_disk) == held
    assert on_disk[3] == held[3]
    assert any(row.cut for row in held)


def test_they_are_made_once_for_the_same_rows_and_settings(table, tokenizer, tmp_path, monkeypatch):
    tokens, ids = tokenizer
    tokens_of("train", table, tokens, spec_of(ids), tmp_path)
    (file,) = tmp_path.glob("*.arrow")

    def again(*_):
        raise AssertionError("tokenised again")

    with monkeypatch.context() as patch:
        patch.setattr(token_table, "tokenize", again)
        assert len(tokens_of("train", table, tokens, spec_of(ids), tmp_path)) == len(table)
    for name, most in (("dev", 16), ("train", 12)):
        tokens_of(name, table, tokens, spec_of(ids, most), tmp_path)
    assert len(list(tmp_path.glob("*.arrow"))) == 3
    assert file.is_file()


def test_progress_bars_of_the_process_stay_as_they_are(table, tokenizer, tmp_path, capfd):
    tokens, ids = tokenizer
    assert not datasets.are_progress_bars_disabled()
    tokens_of("train", table, tokens, spec_of(ids), tmp_path)
    assert not datasets.are_progress_bars_disabled()
    assert capfd.readouterr().err == ""


def test_no_rows_have_no_tokens(tokenizer, tmp_path):
    tokens, ids = tokenizer
    assert tokens_of("dev", [], tokens, spec_of(ids), tmp_path) == []
