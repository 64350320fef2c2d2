"""Which rows seeds agree on, and which divide them."""

import pytest

from evaluation.comparing.seed_agreement import agreement

SEEDS = (4, 9, 11)
GOLD = ("clash", "siege", "speech", "clash", "siege")
SAID = (
    ("clash", "siege", "clash", "clash", "siege"),
    ("clash", "siege", "clash", "siege", "speech"),
    ("clash", "siege", "clash", "speech", "speech"),
)


def rows(said, sure=0.5):
    return [
        {
            "id": f"r{place}",
            "article_id": "a",
            "text": f"words {place}",
            "gold": gold,
            "predicted": label,
            "probability": sure,
        }
        for place, (gold, label) in enumerate(zip(GOLD, said, strict=True))
    ]


@pytest.fixture
def divided():
    return agreement(SEEDS, [rows(said, 0.5 + place / 10) for place, said in enumerate(SAID)])


def test_rows_are_agreed_on_or_divided(divided):
    assert (divided.rows, divided.right, divided.wrong, divided.support["clash"]) == (5, 2, 1, 2)
    first, second = divided.divided  # three answers divide all pairs of seeds, two answers two of 3
    assert [(one.row["id"], one.apart) for one in divided.divided] == [
        ("r3", 1.0),
        ("r4", pytest.approx(2 / 3)),
    ]
    assert [(answer.labels, answer.seeds, answer.right) for answer in first.answers] == [
        ("clash", (4,), True),
        ("siege", (9,), False),
        ("speech", (11,), False),
    ]
    most = second.answers[0]
    assert (most.labels, most.seeds, most.right) == ("speech", (9, 11), False)
    assert most.probability == pytest.approx(0.65)
    assert divided.swaps() == [("clash", "siege", 1), ("siege", "speech", 1)]


def test_labels_in_another_order_are_right_and_surer_rows_stand_first():
    said = [
        [
            row | {"gold": "clash|siege", "predicted": label, "probability": sure}
            for row, label, sure in zip(
                rows(SAID[0]), labels, (0.3, 0.9, 0.5, 0.5, 0.5), strict=True
            )
        ]
        for labels in (["siege|clash"] * 5, ["clash"] * 2 + ["siege|clash"] * 3)
    ]
    both = agreement((1, 2), said)
    assert (both.right, [one.row["id"] for one in both.divided]) == (3, ["r1", "r0"])
    assert agreement((1,), said[:1]).divided == ()
