import pytest

from data.sentences import split_sentences


def texts(article):
    return [sentence.text for sentence in split_sentences(article, "a")]


@pytest.mark.parametrize(
    "parts",
    [
        ["Dr. Amina Sow met U.S. envoys on Monday.", "They talked for an hour."],
        ["He left the U.S.", "The army followed."],
        ["J. R. Okoro and M.K. Diallo were freed.", "Both are well."],
        ["Col. Musa, Gen. Okoro and Lt. Gen. Hale spoke.", "Sen. Bell did not."],
        ["The army's Sgt. John Hale Jr. died.", "Mrs. Hale wept."],
        ["“We left at night.", "There was nothing to eat.”", "The family walked for two days."],
        ["“We left,” she said.", "“There was nothing.”", "Then she wept."],
        ['"We left."', '"Why?" he asked.', '"No bread!" she said.'],
        ["“Go!” Torr said.", "Nobody moved."],
        ["“Is it over?” Mirela Tovan asked.", "“Yes.”"],
        ["The rate rose 3.5 percent to $1.2 million.", "Prices fell 0.4 points."],
        ["It began at 5 a.m. on Friday.", "It ended at 6 p.m.", "Soldiers left."],
        ["The curfew starts at 6 p.m. Monday.", "Shops close at 4 p.m. GMT."],
        ["He said... nothing happened.", "We waited… Nobody came."],
        ["It was in the north, etc.", "The south was calm."],
        ["The town fell on Jan. 5.", "In Feb. the army came back."],
        ["The group (it has 300 men.) lost ground.", "It fell back."],
        ["Is this the end?!", "Nobody knows!!!", "Wait."],
        ["RIVERTON (AP) — Soldiers fired.", "Two died."],
        ["The U.N. Security Council met.", "The U.K. Parliament voted."],
        ["They came at dawn.", "Nobody was spared 😢"],
        ["‘They’ll pay,’ he said.", "Nobody paid"],
        ["1. Troops entered the town.", "2. They left."],
        ["a) Troops came.", "b) They left."],
    ],
)
def test_parts_where_a_reader_would(parts):
    assert texts(" ".join(parts)) == parts


def test_line_ends_and_bullets():
    article = "Rebels lose bridge\r\nThe army took it.\r\n\r\nIt held:\r\n- one gun\r\n- two men"
    assert texts(article) == [
        "Rebels lose bridge",
        "The army took it.",
        "It held:",
        "- one gun",
        "- two men",
    ]


def test_wrapped_lines_go_on():
    article = (
        "The council of the river towns met for the third time this week and\n"
        "heard from Capt. Bell that the shells which fell on the market at\n"
        "Oru had come from the far bank of the river. Nobody was hurt in the\n"
        "blast.\n\nBell left."
    )
    assert texts(article)[0].endswith(
        "shells which fell on the market at\nOru had come from the far bank of the river."
    )
    assert texts(article)[1:] == ["Nobody was hurt in the\nblast.", "Bell left."]


def test_a_word_broken_at_a_line_end_goes_on():
    assert texts("Police ar-\nrested two Anglo-\nSaxons.") == [
        "Police ar-\nrested two Anglo-\nSaxons."
    ]


def test_a_line_that_ends_with_a_footnote_has_ended():
    assert texts("The army left.[1]\nrebels came.") == ["The army left.[1]", "rebels came."]


def test_a_lower_case_line_goes_on():
    assert texts("The army took the town\nof Oru.") == ["The army took the town\nof Oru."]


def test_a_rank_at_a_line_end_goes_on():
    assert texts("He met Col.\nHale there.") == ["He met Col.\nHale there."]


def test_non_breaking_blanks_and_no_final_stop():
    assert texts("Mr.\u00a0Hale left.\u00a0He was tired") == ["Mr.\u00a0Hale left.", "He was tired"]


def test_positions_and_offsets_are_into_the_article():
    article = "\n\n  First one.\t Second one. \n"
    sentences = split_sentences(article, "x")
    assert [(s.position, s.start, s.end) for s in sentences] == [(0, 4, 14), (1, 16, 27)]
    assert all(s.article_id == "x" for s in sentences)


@pytest.mark.parametrize("article", ["", "  ", "\r\n\r\n\t", "\u200b\ufeff"])
def test_nothing_gives_nothing(article):
    assert split_sentences(article, "a") == []


def test_quoted_runs_over_sentences_and_ends_with_the_quotation():
    sentences = split_sentences("“They came. They burned it all.” The tailor fled.", "a")
    assert [s.quoted for s in sentences] == [True, True, False]


def test_each_paragraph_may_open_the_quotation_again():
    sentences = split_sentences("``They came. They left.\n\n``They burned it.'' He fled.", "a")
    assert [s.quoted for s in sentences] == [True, True, True, False]


def test_an_unclosed_quotation_ends_with_the_paragraph():
    sentences = split_sentences("“They came. They left.\n\nNobody spoke.", "a")
    assert [s.quoted for s in sentences] == [True, True, False]


def test_time_grows_with_length_only():
    # Quadratic work on many quotations took half a minute here.
    assert len(split_sentences("“a!” Bob " * 10_000, "a")) > 1_000
