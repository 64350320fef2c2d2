from datetime import date, datetime

import pytest

from data.articles.metadata import Metadata, date_in_name, is_iso_date, names_of
from data.problems import InputError


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("2024-08-03_talks.txt", "2024-08-03"),
        ("20240803-talks.txt", "2024-08-03"),
        ("talks_2024_08_03.txt", "2024-08-03"),
        ("talks 2024.08.03.txt", "2024-08-03"),
        ("2024-08-03_20240803.txt", "2024-08-03"),
        ("1999/talks.txt", None),
        ("2024-01-01/talks.txt", None),
        ("talks.txt", None),
        ("03-04-2024.txt", None),
        ("03042024.txt", None),
        ("120240803.txt", None),
        ("202408031.txt", None),
        ("2024-8-3.txt", None),
        ("2024-0803.txt", None),
        ("18991231.txt", None),
    ],
)
def test_dates_in_names(name, found):
    assert date_in_name(name) == found


@pytest.mark.parametrize(
    "name", ["2024-02-30_talks.txt", "20241301.txt", "2024-08-03_2024-08-05.txt"]
)
def test_a_date_that_is_none_or_one_of_several_is_not_guessed(name):
    with pytest.raises(ValueError, match=r"dates|month|day"):
        date_in_name(name)


def test_iso_dates():
    for value in (
        "2024-08-03",
        "2024-08-03T10:00:00Z",
        "2024-08",
        "2024",
        2024,
        20240803,
        date(2024, 8, 3),
        datetime(2024, 8, 3, 10),
    ):
        assert is_iso_date(value), value
    for value in (
        "03/04/2024",
        "3 August 2024",
        "2024-13",
        "2024-02-30",
        "yesterday",
        1722643200,
        "2024/08/03",
    ):
        assert not is_iso_date(value), value


def test_the_first_name_that_the_table_has_counts(tmp_path):
    path = tmp_path / "about.csv"
    path.write_text(
        "file,date,source\na/x.txt,2024-01-01,Post\nx.txt,2024-01-02,\n./b/y,2024-01-03,News\n"
    )
    table = Metadata(path)
    assert table.of(*names_of("a/x.txt")) == {"date": "2024-01-01", "source": "Post"}
    assert table.of(*names_of("c/x.txt")) == {"date": "2024-01-02"}
    assert table.of("none") == {}
    assert table.unused == ["b/y"]
    assert table.of(*names_of("b/y.txt")) == {"date": "2024-01-03", "source": "News"}
    assert table.unused == []


def test_records_are_named_by_id(tmp_path):
    path = tmp_path / "about.jsonl"
    path.write_text('{"id": 7, "date": "2024-01-01", "n": [1]}\n{"article_id": "b", "n": 2}\n')
    assert Metadata(path).of("7") == {"date": "2024-01-01", "n": [1]}
    assert Metadata(path).of("b") == {"n": 2}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("date\n2024-01-01\n", "about.csv:2: names no article (fields here: date)"),
        ("id,date\na,1\na,2\n", "about.csv:3: 'a' stands also at"),
        ("id,date\n", "holds no rows"),
    ],
)
def test_a_table_that_is_wrong(tmp_path, text, told):
    path = tmp_path / "about.csv"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        Metadata(path)
    assert told in str(caught.value)
