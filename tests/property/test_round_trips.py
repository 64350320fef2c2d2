"""Rows come back from every kind of table as they were, and every import as it should."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.files import read_rows, write_rows
from data.foreign.mojibake import mend
from data.formats.json_records import json_records
from data.importers.plv import unmarked
from data.rows import tidy

# NUL stands in no file of text.
NAME = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
ROW = st.fixed_dictionaries(
    {"id": NAME, "text": NAME, "labels": st.lists(NAME, max_size=3, unique=True)},
    optional={
        "article_id": NAME,
        "target": NAME,
        "target_start": st.integers(0, 9),
        "target_end": st.integers(10, 99),
        "date": st.dates().map(str),
        "annotator": NAME,
        "split": st.sampled_from(["train", "dev", "test"]),
    },
)


@settings(deadline=None)
@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
@given(rows=st.lists(ROW, min_size=1, max_size=6))
def test_rows_come_back(suffix, rows):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"rows{suffix}"
        assert write_rows(path, rows) == len(rows)
        back = [tidy(row) for _, row in read_rows(path)]
    assert back == [tidy(row) for row in rows]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(
    records=st.lists(
        st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), JSON, max_size=3),
        max_size=5,
    ),
    indent=st.sampled_from([None, 0, 4]),
)
def test_json_arrays_are_read_as_json_reads_them(records, indent):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.json"
        path.write_text(json.dumps(records, indent=indent), encoding="utf-8")
        assert [record for _, record in json_records(path)] == records


PLAIN = st.text("abc de.’", min_size=1, max_size=12).filter(lambda text: text == text.strip())


@given(before=PLAIN, actor=PLAIN, between=PLAIN, target=PLAIN)
def test_marks_come_off_and_spans_stay(before, actor, between, target):
    text, spans = unmarked(f"{before} <s>{actor}</s> {between} <t>{target}</t>")
    assert text == f"{before} {actor} {between} {target}"
    assert text[slice(*spans["actor"])] == actor
    assert text[slice(*spans["target"])] == target


@given(
    text=st.text(
        st.characters(codec="ascii", exclude_categories=["Cc"], exclude_characters="&"), max_size=40
    )
)
def test_plain_ascii_is_not_mended(text):
    if "aEUR" not in text and not text.startswith("(tm)"):
        assert mend(text) == text
