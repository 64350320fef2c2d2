"""Codebooks: names in any script, what a foreign label may mean, and faults with their line."""

import pytest

from data.codebook import Codebook, load_codebook
from data.problems import InputError


def book(*names, **crosswalks):
    return Codebook.model_validate(
        {
            "name": "b",
            "version": "1",
            "task": "event",
            "labels": [
                {
                    "name": name,
                    "crosswalk": {
                        standard: codes[at]
                        for standard, codes in crosswalks.items()
                        if codes[at] is not None
                    },
                }
                for at, name in enumerate(names)
            ],
        }
    )


@pytest.mark.parametrize(
    "name",
    [
        "Enlèvement",
        "احتجاج",
        "می\u200cشود",
        "हमला",
        "抗议",
        "Threaten, not said",
        "Protest [violent]",
        "Arrests & raids (of any kind)",
        "50% or more",
        "C#",
        "-1",
        "it's: so",
        "no",
    ],
)
def test_names_of_any_script_and_sign(name):
    assert book(name, "other").names[0] == name


@pytest.mark.parametrize("name", ["", " ", "a ", " a", "a|b", "a\nb", "a\tb", "a\0", "x" * 201])
def test_names_that_no_file_could_hold(name):
    with pytest.raises(ValueError, match="name"):
        book(name, "other")


def test_an_accent_is_one_letter_however_it_was_typed():
    assert book("e\u0301meute", "other").names[0] == "\u00e9meute"
    with pytest.raises(ValueError, match="named twice"):
        book("e\u0301meute", "\u00e9meute")
    assert book("émeute", "other").meanings("e\u0301meute") == ("émeute",)


@pytest.mark.parametrize(
    ("label", "meant"),
    [("-1", ("-1",)), ("1", ("1",)), ("0", ("0",)), ("+1", ()), ("2", ()), ("01", ())],
)
def test_signs_count(label, meant):
    assert book("-1", "0", "1").meanings(label) == meant


@pytest.mark.parametrize(
    ("names", "label", "meant"),
    [
        (("C", "C+", "C#"), "c+", ("C+",)),
        (("good", "good?"), "Good?", ("good?",)),
        (("air_drone_strike", "x"), "Air/drone strike", ("air_drone_strike",)),
        (
            ("looting_property_destruction", "x"),
            "Looting / property-destruction",
            ("looting_property_destruction",),
        ),
        (("a-b", "a_b"), "a-b", ("a-b",)),
        (("a-b", "a_b"), "A B", ("a-b", "a_b")),
        (("true", "false"), "TRUE", ("true",)),
        ((">50", "<50"), "50", ()),
        (("Attack", "attack"), "attack", ("attack",)),
        (("Attack", "attack"), "ATTACK", ("Attack", "attack")),
    ],
)
def test_spellings(names, label, meant):
    assert book(*names).meanings(label) == meant


@pytest.mark.parametrize(
    ("label", "standard", "meant"),
    [
        ("1", None, ()),
        ("-1", None, ()),
        ("NONE", None, ()),
        ("none", None, ()),
        ("None", "semeval", ("neutral",)),
        ("1", "vast", ("favor",)),
        ("1", "tweeteval", ("against",)),
        ("AGAINST", None, ("against",)),
        ("positive", None, ("favor",)),
        ("neutral", "vast", ("neutral",)),
    ],
)
def test_numbers_and_none_mean_something_in_a_named_standard_only(label, standard, meant):
    assert load_codebook("stance").meanings(label, standard) == meant


def test_a_number_of_the_only_standard_with_numbers_is_clear():
    assert book("a", "b", quad=("1", "2"), other=("X", "Y")).meanings("2") == ("b",)


def test_a_code_of_several_labels_means_all_of_them():
    several = book("a", "b", "c", wide=("X", "X", "Z"))
    assert several.meanings("x", "wide") == several.meanings("X") == ("a", "b")
    assert several.readings("x") == {"wide": ("a", "b")}
    assert "may be a or b" in several.label_problem("X", "here").what


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            "  - {name: no}\n  - {name: b}",
            "book.yaml:5: labels.0.name: is no text; YAML reads `no`",
        ),
        (
            "  - {name: a}\n  - {name: 2024-05-01}",
            "book.yaml:6: labels.1.name: is no text; YAML reads "
            '`2024-05-01` as a date; quote it: "2024-05-01"',
        ),
        (
            "  - {name: a}\n  - {name: b, examples: one}",
            "book.yaml:6: labels.1.examples: is no list",
        ),
        ("  - {name: a}\n  - b", "book.yaml:6: labels.1: is no object"),
        ("  - {name: a}\n  - {nam: b}", "book.yaml:6: labels.1.name: is missing"),
        ("  - {name: a}\n  - {name: b, definiton: c}", "did you mean 'definition'"),
        ("  - {name: a}\n  - {name: b, name: c}", "book.yaml:6: key 'name' stands also at line 6"),
        ("  - {name: a}\n  - {name: b, crosswalk: {x: 1}}", 'quote it: "1"'),
        ("  - {name: a}", "book.yaml:5: labels: has fewer than two labels"),
    ],
)
def test_faults_of_files_with_their_line(tmp_path, lines, said):
    path = tmp_path / "book.yaml"
    path.write_text(f'name: b\nversion: "1"\ntask: event\nlabels:\n{lines}\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_codebook(path)
    assert said in str(caught.value)
    assert "Tuple" not in str(caught.value)


def test_a_file_that_is_not_utf8_is_one_line(tmp_path):
    path = tmp_path / "book.yaml"
    path.write_bytes("name: b\nversion: caf\xe9\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"book.yaml:2: is not UTF-8"):
        load_codebook(path)
