"""CASE 2021: codes become labels of the codebook."""

import pytest
from foreign_files import read_numbered, written

from data.importers import case2021
from data.problems import InputError


def test_codes_become_labels(tmp_path):
    path = written(tmp_path, "id\tEventSnippet\tSubType\n4\tA bridge fell.\tMAN_MADE_DISASTER\n")
    [(line, row)] = read_numbered(case2021, path, "event")
    assert (line, row["id"], row["label"]) == (2, "case2021-4", "man_made_disaster")


def test_codes_are_read_by_this_standard_unless_another_is_named(tmp_path):
    path = written(tmp_path, "id\tEventSnippet\tSubType\n5\tRain.\tOTHER\n")
    [(_, row)] = read_numbered(case2021, path, "event")
    assert row["label"] == "other_strategic_development"
    [(_, row)] = read_numbered(case2021, path, "event", standard="acled")
    assert row["label"] == "OTHER"  # it may mean two: the check says so


def test_bad_lines_are_kept_apart_and_a_missing_column_is_named(tmp_path):
    path = written(tmp_path, "id\tEventSnippet\tSubType\n4\tA bridge fell.\n5\tRain.\tDIPLO\n")
    (line, problem), (_, row) = read_numbered(case2021, path, "event")
    assert (line, problem.what) == (2, "has 2 cells")
    assert row["label"] == "diplomacy"
    with pytest.raises(InputError, match="no column SubType"):
        read_numbered(case2021, written(tmp_path, "id\tEventSnippet\n"), "event")
