import pytest

from data.problems import InputError
from evaluation.slices.columns import groups


def made(count, articles=8, **columns):
    """Rows with values by row; a column is a function of the row's number."""
    rows = [
        {
            "id": str(j),
            "text": "The bridge is shut.",
            "labels": ["clash"],
            **{name: value(j) for name, value in columns.items()},
        }
        for j in range(count)
    ]
    return rows, [f"a{j % articles}" for j in range(count)]


def sizes(found):
    return {
        column: {name: len(places) for name, places in values.items()}
        for column, values in found.items()
    }


def test_texts_are_slices_the_rest_is_other_and_a_row_without_one_none():
    rows, articles = made(
        100,
        region=lambda j: (
            "north"
            if j < 40
            else "south"
            if j < 65
            else f"isle {j}"
            if j < 80
            else [None, "", "  "][j % 3]
        ),
    )
    assert sizes(groups(rows, articles)) == {
        "region": {"north": 40, "south": 25, "(none)": 20}
    }  # 15 isles are too few for (other)
    rows, articles = made(100, region=lambda j: "north" if j < 40 else f"isle {j % 7}")
    assert sizes(groups(rows, articles)) == {"region": {"north": 40, "(other)": 60}}


def test_a_value_of_one_article_is_no_slice_of_its_own():
    rows, _ = made(60, source=lambda j: f"paper {j // 20}")
    articles = [f"a{j // 20}" if j < 20 else f"a{j % 9}" for j in range(60)]
    assert list(groups(rows, articles)["source"]) == ["paper 1", "paper 2"]


def test_ids_comments_offsets_and_row_numbers_are_left_out():
    rows, articles = made(
        80,
        url=lambda j: f"page/{j}",
        comment=lambda j: f"see {j}" if j % 3 else None,
        number=lambda j: j,
        story_id=lambda j: "xy"[j % 2],
        target_start=lambda j: j % 2,
        split=lambda j: ["train", "dev"][j % 2],
    )
    assert groups(rows, articles) == {}


def test_at_most_30_values_and_the_ones_with_most_rows():
    rows, articles = made(40 * 20 + 1, 7, place=lambda j: f"p{j % 40:02}")
    found = groups(rows, articles)["place"]
    assert len(found) == 31
    assert len(found["p00"]) == 21
    assert len(found["(other)"]) == 10 * 20


@pytest.mark.parametrize("kind", [float, lambda value: str(value / 2)])
def test_many_numbers_become_quartiles_also_as_text_and_few_stay(kind):
    rows, articles = made(120, score=lambda j: kind(j // 2) if j else None, grade=lambda j: j % 3)
    found = sizes(groups(rows, articles))
    assert found["grade"] == {"0": 40, "1": 40, "2": 40}
    assert sorted(found["score"].values()) == [28, 30, 30, 31]  # equal numbers stay together
    assert [name.split()[0] for name in found["score"]] == ["up", "over", "over", "over"]


def test_dates_are_years_bands_or_months():
    def dates(of):
        rows, articles = made(200, date=of)
        return list(groups(rows, articles)["date"])

    assert dates(lambda j: f"{2020 + j % 4}-05-01") == ["2020", "2021", "2022", "2023"]
    assert dates(lambda j: f"{2001 + j % 10}0501") == [
        "2000-2001",
        "2002-2003",
        "2004-2005",
        "2006-2007",
        "2008-2009",
        "2010-2011",
    ]
    assert dates(lambda j: f"3 May {2005 + j % 20}") == [
        "2005-2009",
        "2010-2014",
        "2015-2019",
        "2020-2024",
    ]
    assert dates(lambda j: f"2024-0{1 + j % 3}-11") == ["2024-01", "2024-02", "2024-03"]


@pytest.mark.parametrize(
    "both",
    [
        ["irony", "planned"],
        "irony, planned",
        "['irony', 'planned']",
        '["irony","planned"]',
        "irony|planned",
    ],
)
def test_hard_is_any_none_and_each_kind(both):
    rows, articles = made(
        90, hard=lambda j: both if j < 25 else "irony" if j < 50 else [None, "", "false", []][j % 4]
    )
    assert sizes(groups(rows, articles)) == {
        "hard": {"any": 50, "irony": 50, "none": 40, "planned": 25}
    }


def test_a_plain_yes_is_hard_of_no_kind_and_members_of_a_list_are_slices():
    rows, articles = made(60, hard=lambda j: j % 2 == 0, themes=lambda j: ["war", "aid"][j % 3 :])
    assert sizes(groups(rows, articles)) == {
        "hard": {"any": 30, "none": 30},
        "themes": {"aid": 40, "war": 20, "(none)": 20},
    }


def test_length_quoted_and_targets_seen_come_from_the_rows():
    rows, articles = made(80, target=lambda j: f"party {j}")
    for row in rows[:30]:
        row["text"] = "“We shall hold the bridge and the mill and the two roads,” he said twice."
    found = groups(rows, articles, train_targets={f"Party {j} " for j in range(35)})
    assert sizes(found) == {
        "length": {"1-10 words": 50, "11-20 words": 30},
        "quoted": {"no": 50, "yes": 30},
        "target_seen": {"unseen": 45, "seen": 35},
    }
    assert found["target_seen"]["seen"] == list(range(35))


def test_wanted_columns_are_checked_all_at_once():
    rows, articles = made(80, region=lambda j: "ab"[j % 2], number=lambda j: j)
    assert list(groups(rows, articles, wanted=["region"])) == ["region"]
    assert len(groups(rows, articles, wanted=["number"])["number"]) == 4  # asked for: quartiles
    with pytest.raises(InputError) as error:
        groups(rows, articles, wanted=["regoin", "quoted", "region"])
    assert [str(problem) for problem in error.value.problems] == [
        "slices by 'regoin': no such column (did you mean 'region'?); expected all, or some of "
        "length, quoted, region, number",
        "slices by 'quoted': nothing to tell apart; expected two values or more of 20 rows and 2 "
        "articles each",
    ]


def test_no_rows_have_no_groups():
    assert groups([], []) == {}
