"""ConfliBERT's sets: class numbers, and a column for each label."""

from foreign_files import POLICE, read_numbered, written

from data.importers import conflibert


def test_class_numbers_are_columns(tmp_path):
    path = written(tmp_path, 'Envoys met.\t1\r\n"He said ""no"" twice."\t3\r\nToo far\t5\r\n')
    (_, first), (_, second), (line, problem) = read_numbered(conflibert, path, "cameo")
    assert first == {"text": "Envoys met.", "label": "verbal_cooperation"}
    assert second == {"text": 'He said "no" twice.', "label": "verbal_conflict"}
    assert line == 3
    assert "'5'" in problem.what
    assert problem.raw == "Too far\t5"


def test_multilabel(tmp_path):
    path = written(
        tmp_path,
        "Police shot at a car.\t0\t0\t1\t0\t1\nRain.\t0\t0\t0\t0\t0\n"
        "Short.\t0\t0\nOdd.\t0\t0\t2\t0\t0\n",
    )
    outcomes = [outcome for _, outcome in read_numbered(conflibert, path, POLICE)]
    assert outcomes[0]["labels"] == ["any_action", "force"]
    assert outcomes[1]["labels"] == []
    assert "3 cells" in outcomes[2].what
    assert "'2'" in outcomes[3].what


def test_lines_of_another_width_or_encoding_are_kept_apart(tmp_path):
    path = tmp_path / "file.tsv"
    path.write_bytes(b"Envoys met.\t1\nToo\tmany\t1\ncaf\xe9\t1\nRain.\t0\n")
    _, (wide, many), (broken, undecoded), (last, row) = read_numbered(conflibert, path, "cameo")
    assert (wide, many.what) == (2, "has 3 cells")
    assert many.expected == "expected 2: text and a class number"
    assert (broken, undecoded.what) == (3, "is not UTF-8 (byte 0xe9)")
    assert (last, row["text"]) == (4, "Rain.")
