from hypothesis import given
from hypothesis import strategies as st

from data.sentences import split_sentences

# Pieces that trip splitters, beside any characters at all.
PIECES = st.sampled_from(
    [
        "Dr. ",
        "U.S. ",
        "a.m. ",
        "“",
        "” ",
        '"',
        "‘",
        "’ ",
        "...",
        "… ",
        "? ",
        "! ",
        ". ",
        "\n",
        "\r\n",
        "\n\n",
        "\u00a0",
        "- ",
        "1. ",
        "• ",
        "😀",
        "(",
        ") ",
        "The army left",
        " he said",
        "3.5",
        "don't",
        "ca not ",
        "well-known",
        "_",
        "\u200b",
        "\u2028",
        "end.Next",
        "\u0085",
        "[1] ",
        "¹",
        "``",
        "''",
        "e.g. ",
        "https://a.b/c. ",
        "a@b.org",
        "。",
        "؟ ",
        "«",
        "» ",
        "stu-\n",
        "\u200e",
        "\x00",
        "\ud83d",
        "\ude00",
    ]
)
ANY = st.characters(exclude_categories=())  # halves of surrogate pairs among them
ARTICLES = st.lists(PIECES | st.text(ANY, max_size=5), max_size=40).map("".join)
BLANK = "\u200b\u200e\u200f\ufeff"


@given(ARTICLES)
def test_offsets_are_exact_and_in_order(article):
    end = 0
    for position, sentence in enumerate(split_sentences(article, "a")):
        assert sentence.text == article[sentence.start : sentence.end]
        assert sentence.text.strip() == sentence.text != ""
        assert sentence.position == position
        assert sentence.start >= end
        end = sentence.end


@given(ARTICLES)
def test_every_character_that_is_not_blank_is_in_one_sentence(article):
    def solid(text):
        return [letter for letter in text if not letter.isspace() and letter not in BLANK]

    joined = "".join(sentence.text for sentence in split_sentences(article, "a"))
    assert solid(joined) == solid(article)
