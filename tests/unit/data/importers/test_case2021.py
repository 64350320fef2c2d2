"""CASE 2021: codes become labels of the codebook."""

from foreign_files import read_numbered, written

from data.importers import case2021


def test_codes_become_labels(tmp_path):
    path = written(tmp_path, "id\tEventSnippet\tSubType\n4\tA bridge fell.\tMAN_MADE_DISASTER\n")
    [(line, row)] = read_numbered(case2021, path, "event")
    assert (line, row["id"], row["label"]) == (2, "case2021-4", "man_made_disaster")
