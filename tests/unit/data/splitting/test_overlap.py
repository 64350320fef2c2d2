"""What dev and test share with train is told."""

from data.splitting.overlap import overlap_warnings

TEXT = "Rebels shelled the market of Arlow before dawn on Tuesday."


def row(number, text, article):
    return {"id": f"r{number}", "text": text, "article_id": article}


def test_texts_that_also_stand_in_train_are_counted_with_one_of_them():
    rows = [
        row(1, TEXT, "a"),
        row(2, TEXT.upper(), "b"),
        row(3, f"“{TEXT}”", "c"),
        row(4, "A text of its own.", "d"),
    ]
    (warning,) = overlap_warnings(rows, ["train", "dev", "test", "test"])
    assert warning.startswith(
        "1 row of dev and 1 row of test have a text that also stands in train"
    )
    assert "(id r2: “REBELS SHELLED" in warning


def test_articles_on_both_sides_are_told():
    rows = [row(1, "One.", "a"), row(2, "Two.", "a"), row(3, "Three.", "a"), row(4, "Four.", "b")]
    (warning,) = overlap_warnings(rows, ["train", "test", "test", "dev"])
    assert warning == "2 rows of test are of 1 articles that also stand in train (a)"


def test_what_dev_and_test_share_is_no_matter_of_train():
    rows = [row(1, TEXT, "a"), row(2, TEXT, "a")]
    assert overlap_warnings(rows, ["dev", "test"]) == []
    assert overlap_warnings([], []) == []
