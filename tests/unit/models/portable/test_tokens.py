import pytest

from models.portable.inputs import Input
from models.portable.tokens import CUT, CUTS, Tokens, batches, padded, tokenize

MARKERS = [90, 91, 92, 93]  # [T] [/T] [A] [/A]
CLS, SEP = 1, 2


def of_words(*texts):
    """A tokenizer whose tokens are words."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = sorted({word for text in texts for word in text.split()})
    tokenizer = Tokenizer(
        models.WordLevel({word: 100 + place for place, word in enumerate(words)}, unk_token="never")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


def shown(row, max_tokens=40, markers=MARKERS, cut=CUT):
    """Tokens as words, those that are pooled, and whether some were lost."""
    tokenizer = of_words(row.text, row.target or "")
    (read,) = tokenize(
        tokenizer,
        [row],
        {"max_tokens": max_tokens, "cls": CLS, "sep": SEP, "markers": markers, "cut": cut},
    )
    names = {CLS: "<", SEP: ">", 90: "[T]", 91: "[/T]", 92: "[A]", 93: "[/A]"}
    words = [names.get(number) or tokenizer.id_to_token(number) for number in read.ids]
    return " ".join(words), " ".join(words[slice(*read.pool)]), read.cut


def at(text, word):
    return text.index(word), text.index(word) + len(word)


TEXT = "the army shelled the old town at noon"


def test_markers_stand_around_the_target_and_are_pooled_with_it():
    row = Input(TEXT, "old town", at(TEXT, "old town"))
    assert shown(row) == (
        "< the army shelled the [T] old town [/T] at noon >",
        "[T] old town [/T]",
        False,
    )
    assert shown(row, markers=[])[:2] == ("< the army shelled the old town at noon >", "old town")


def test_actor_and_target_have_markers_of_their_own():
    row = Input(TEXT, "old town", at(TEXT, "old town"), at(TEXT, "army"))
    assert shown(row)[0] == "< the [A] army [/A] shelled the [T] old town [/T] at noon >"
    assert shown(row)[1] == "[T] old town [/T]"


def test_without_a_target_everything_is_pooled():
    assert shown(Input(TEXT))[1] == shown(Input(TEXT))[0]


def test_a_target_that_is_not_in_the_text_follows_it():
    text, pool, _ = shown(Input(TEXT, "the Front"))
    assert text == f"< {TEXT} > [T] the Front [/T] >"
    assert pool == "[T] the Front [/T]"
    assert shown(Input(TEXT, "the Front"), markers=[])[:2] == (
        f"< {TEXT} > the Front >",
        "the Front",
    )


def test_a_long_text_is_cut_around_its_target():
    text = " ".join(f"w{number}" for number in range(50))
    for name in ("w0", "w25", "w49"):
        kept, pool, cut = shown(Input(text, name, at(text, f"{name}")), max_tokens=12)
        assert (len(kept.split()), pool, cut) == (12, f"[T] {name} [/T]", True)
    kept = shown(Input(text, "w25", at(text, "w25")), max_tokens=12)[0]
    assert kept == "< w22 w23 w24 [T] w25 [/T] w26 w27 w28 w29 >"
    assert shown(Input(text), max_tokens=12)[0] == "< " + " ".join(text.split()[:10]) + " >"


def test_a_target_longer_than_the_room_keeps_its_beginning():
    text = " ".join(f"w{number}" for number in range(50))
    kept, pool, _ = shown(Input(text, "many", (at(text, "w20")[0], at(text, "w45")[1])), 12)
    assert kept == "< [T] w20 w21 w22 w23 w24 w25 w26 w27 [/T] >"
    assert pool == kept[2:-2]


@pytest.mark.parametrize("actor", ["w1", "w48"])
def test_an_actor_that_is_cut_away_leaves_no_marker(actor):
    text = " ".join(f"w{number}" for number in range(10, 60)).replace("w10 ", "w1 ", 1)
    kept = shown(Input(text, "w30", at(text, "w30"), at(text, actor)), max_tokens=12)[0]
    assert "A]" not in kept
    assert "[T] w30 [/T]" in kept


def test_brackets_of_a_quote_are_no_markers(tiny_encoder):
    from models.families.encoders import load_tokenizer

    tokenizer, ids = load_tokenizer(str(tiny_encoder), markers=True)
    text = '"[T]he army [SEP] left"'
    (read,) = tokenize(
        tokenizer, [Input(text, "army", at(text, "army"))], {"max_tokens": 60, **ids}
    )
    assert [read.ids.count(marker) for marker in ids["markers"]] == [1, 1, 0, 0]
    assert read.ids.count(ids["sep"]) == 1


def test_batches_hold_every_row_once_within_the_budget():
    rows = [Tokens([1] * length, (0, length), False) for length in (9, 3, 3, 40, 2)]
    row_batches = list(batches(rows, 12))
    assert sorted(row for batch in row_batches for row in batch) == [0, 1, 2, 3, 4]
    assert row_batches == [[4, 1, 2], [0], [3]]
    assert list(batches([], 12)) == []


def test_padded():
    arrays = padded([Tokens([5, 6, 7], (1, 2), False), Tokens([8], (0, 1), False)], pad=4)
    assert arrays["input_ids"].tolist() == [[5, 6, 7], [8, 4, 4]]
    assert arrays["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert arrays["pool_mask"].tolist() == [[0, 1, 0], [1, 0, 0]]


@pytest.mark.parametrize(
    "target", ["w25", "w20 w21 w22 w23 w24", "the Front", "the old Front of us"]
)
@pytest.mark.parametrize("actor", [None, "w1", "w24", "w26 w27 w28", "w49"])
def test_no_row_is_longer_than_it_may_be(target, actor):
    text = "w1 " + " ".join(f"w{number}" for number in range(10, 60))
    row = Input(
        text,
        target,
        at(text, target) if target in text else None,
        at(text, actor) if actor else None,
    )
    for max_tokens in range(8, 20):
        for markers in ([], MARKERS):
            read, pooled, _ = shown(row, max_tokens, markers)
            assert len(read.split()) <= max_tokens
            assert set(pooled.split()) & set(target.split())


def test_a_model_reads_rows_as_when_it_was_trained():
    """Version 1 had two tokens too many; a model that says nothing of its cut is of that kind."""
    text = " ".join(f"w{number}" for number in range(10, 30))
    row = Input(text, "the Front", None, at(text, "w12"))
    assert shown(row, 14)[0] == "< w10 w11 [A] w12 [/A] w13 w14 > [T] the Front [/T] >"
    old = "< w10 w11 [A] w12 [/A] w13 w14 w15 w16 > [T] the Front [/T] >"
    assert shown(row, 14, cut=CUTS[0])[0] == old
    tokenizer = of_words(text, "the Front")
    spec = {"max_tokens": 14, "cls": CLS, "sep": SEP, "markers": MARKERS}
    assert tokenize(tokenizer, [row], spec) == tokenize(tokenizer, [row], spec | {"cut": CUTS[0]})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\U0001f600\U0001f4a5",
        "\u200b",
        "a" * 100_000,
        "army " * 20_000,
        "\ud83d army",
        "army\x00fled",
        "\u0627\u0644\u062c\u064a\u0634",
    ],
)
@pytest.mark.parametrize("target", [None, "army", "the Front", "\u200b", "\ud83d", "army " * 200])
def test_any_text_can_be_read(tiny_encoder, text, target):
    from models.families.encoders import load_tokenizer

    tokenizer, ids = load_tokenizer(str(tiny_encoder), markers=True)
    start = text.find(target) if target else -1
    (read,) = tokenize(
        tokenizer,
        [Input(text, target, (start, start + len(target)) if start >= 0 else None)],
        {"max_tokens": 16, "cut": CUT, **ids},
    )
    assert 2 <= len(read.ids) <= 16
    assert 0 <= read.pool[0] < read.pool[1] <= len(read.ids)
