from hypothesis import given
from hypothesis import strategies as st

from models.portable.dehyphenation import dehyphenate

TEXTS = st.lists(
    st.sampled_from(["stu", "dents", "-\n", "-\r\n ", "\u00ad", "\u200b", "\ufb01", " ", "\n", "."])
    | st.text(max_size=3),
    max_size=15,
).map("".join)


@given(TEXTS, st.data())
def test_stretches_stay_inside_the_text_and_on_the_same_letters(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    whole, (at,) = dehyphenate(text, [(start, end)])
    assert 0 <= at[0] <= at[1] <= len(whole) <= len(text) + text.count("\ufb01")
    read = whole[slice(*at)]
    assert {letter for letter in text[start:end] if letter in "stude"} <= {*read}
