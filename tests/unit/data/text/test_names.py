import pytest

from data.text.names import find_name, forms_of, is_whole_word, key_of, readings


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("UN", "The United Nations condemned the unlawful raid.", None),
        ("Niger", "Nigeria and Niger signed.", "Niger"),
        ("IS", "ISIL fled while IS held on.", "IS"),
        ("US", "the us and the US", "US"),
        ("US", "tell us", None),
        ("front (west)", "the Front (West) fell", "Front (West)"),
        ("rebels", "Rebelsville fell to REBELS", "REBELS"),
        ("Hizbullah", "the men of Ḥizbullāh", "Ḥizbullāh"),
        ("Workers' Party", "the Workers’ Party", "Workers’ Party"),
        ("two of his men", "Two of\nhis men", "Two of\nhis men"),
        ("students", "nine stu-\ndents", "stu-\ndents"),
        ("Iran", "Iran\u00adian men in I\u00adran", "I\u00adran"),
        ("Sana'a", "in Sanaa", "Sanaa"),
        ("“the boss”", "“the boss” left", "“the boss”"),
        ("?!", "what?!", None),
        ("", "text", None),
        ("  ", "text", None),
        (None, "text", None),
        ("a", "", None),
    ],
)
def test_find_name_finds_words_only(name, text, found):
    place = find_name(text, name)
    assert (place and text[slice(*place)]) == found


def test_the_first_place_as_written_counts_before_another_way_of_writing():
    assert find_name("The Rebels and the rebels", "rebels") == (19, 25)


def test_a_text_without_marks_has_one_reading_with_its_own_offsets():
    (reading,) = readings("The army’s “men” — don't")
    assert (reading.text, reading.places) == ("The army’s “men” — don't", None)
    assert readings("")[0].text == ""


def test_a_broken_text_has_two_readings():
    text = "stu-\ndents of Ta'izz"
    assert [reading.text for reading in readings(text)] == [text, "students of Taizz"]
    assert readings(text)[1].bounds(0, 8) == (0, 10)


def test_forms_and_keys():
    assert forms_of("Da'esh") == ["Da'esh", "Daesh"]
    assert forms_of("?!") == [] and key_of("?!") == ""
    assert key_of("al-Qāʿida") == key_of("Al Qaida") != key_of("Qaida")


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("US", True),
        ("US's", True),
        ("US$5", False),
        ("US-$5", False),
        ("$US", False),
        ("USA", False),
        ("_US", False),
        ("x.org/US", False),
        ("a@US.int", False),
        ("@US", True),
        ("US-\nian", False),
        ("US-\nbacked", True),
        ("哈US哈", False),
    ],
)
def test_is_whole(text, whole):
    start = text.index("US")
    assert is_whole_word(text, start, start + 2) is whole
