import pytest

from data.codebook import Codebook
from data.problems import InputError
from evaluation.comparing.candidates import kept_rows


def test_seeds_on_different_rows_are_refused(kept_run, tmp_path):
    book = Codebook.model_validate(
        {
            "name": "acts",
            "version": "1",
            "task": "event",
            "labels": [{"name": "kill"}, {"name": "arrest"}],
        }
    )
    three, two, again = (
        kept_run(
            book,
            [
                {
                    "id": f"r{j}",
                    "article_id": "a",
                    "text": "Report.",
                    "gold": "kill",
                    "predicted": "kill",
                    "probability": 0.5,
                }
                for j in range(count)
            ],
        )
        for count in (3, 2, 2)
    )
    found = kept_rows([two, again], "dev", book, ("p", "words"), str(tmp_path))
    assert [[row["id"] for row in rows] for rows in found] == [["r0", "r1"]] * 2
    with pytest.raises(
        InputError,
        match=f"words: its seeds {three[:8]} and {two[:8]}: were "
        "measured on different rows: 1 rows only",
    ):
        kept_rows([three, two], "dev", book, ("p", "words"), str(tmp_path))
