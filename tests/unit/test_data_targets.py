from pathlib import Path

import pytest

from data.examples import Target
from data.problems import InputError
from data.targets import Gazetteer, load_targets, parse_target

IS = Target("Islamic State", ("IS", "ISIS", "IS-K", "so-called Islamic State"))
FRONT = Target("the Front", ("Free River Front", "rebels"))
QAEDA = Target("al-Qaeda", ())
SHABAAB = Target("Al-Shabaab", ())
US = Target("United States", ("US", "U.S."))
BOOK = Gazetteer([IS, FRONT, QAEDA, SHABAAB, US, Target("Türkiye"), Target("People's Guard")])


def found(sentence):
    return [(mention.target, sentence[mention.start:mention.end])
            for mention in BOOK.find(sentence)]


@pytest.mark.parametrize(("sentence", "expected"), [
    ("IS is weak.", [("Islamic State", "IS")]),
    ("Is it over, and is Isis a river?", []),
    ("IS's men, pro-IS fighters, IS-linked cells", [("Islamic State", "IS")] * 3),
    ("IS’s men fled.", [("Islamic State", "IS")]),
    ("ISIS-K and IS-K, not ISISX", [("Islamic State", "ISIS"), ("Islamic State", "IS-K")]),
    ("The so-called Islamic State fell.", [("Islamic State", "so-called Islamic State")]),
    ("The islamic state of mind", []),
    ("Islamic\u00a0State and Islamic\nState", [("Islamic State", "Islamic\u00a0State"),
                                             ("Islamic State", "Islamic\nState")]),
    ("The Front fell; the Front rose; the front page", [("the Front", "The Front"),
                                                        ("the Front", "the Front")]),
    ("Rebels and REBELS and rebels'", [("the Front", "Rebels"), ("the Front", "REBELS"),
                                       ("the Front", "rebels")]),
    ("Al-Qaeda and al-Qaeda", [("al-Qaeda", "Al-Qaeda"), ("al-Qaeda", "al-Qaeda")]),
    ("al-Shabaab and al‑Shabaab", [("Al-Shabaab", "al-Shabaab"), ("Al-Shabaab", "al‑Shabaab")]),
    ("The U.S. and US-backed men told us so.", [("United States", "U.S."),
                                                ("United States", "US")]),
    ("THE TOWN IS LOST TO US, SAYS ISLAMIC STATE", [("Islamic State", "ISLAMIC STATE")]),
    ("People’s Guard", [("People's Guard", "People’s Guard")]),
    ("Tu\u0308rkiye and Türkiye", [("Türkiye", "Tu\u0308rkiye"), ("Türkiye", "Türkiye")]),
    ("", []),
])
def test_find(sentence, expected):
    assert found(sentence) == expected


def test_longest_wins_and_nothing_overlaps():
    book = Gazetteer([Target("Free River"), Target("Free River Front"), Target("Front Guard")])
    sentence = "The Free River Front Guard left."
    assert [(m.target, m.start, m.end) for m in book.find(sentence)] == [
        ("Free River Front", 4, 20)]


def test_first_mention_of_each_target():
    mentions = BOOK.first_mentions("IS fought the Front and Islamic State lost.")
    assert [(m.target, m.start) for m in mentions] == [("Islamic State", 0), ("the Front", 10)]


def test_conflicts_are_all_told():
    with pytest.raises(InputError) as caught:
        Gazetteer([Target("A", ("Union", "x")), Target("B", ("union", "?!")), Target("B")])
    messages = "\n".join(map(str, caught.value.problems))
    assert "'union' is also one of 'A'" in messages
    assert "'?!' is not a name" in messages
    assert "target 'B': is given twice" in messages


def test_parse_target():
    assert parse_target("Islamic State = IS, ISIS,,") == Target("Islamic State", ("IS", "ISIS"))
    assert parse_target("Red Cross") == Target("Red Cross")
    with pytest.raises(InputError, match="has no name"):
        parse_target("=IS")


def test_load_targets(tmp_path):
    path = tmp_path / "targets.yaml"
    path.write_text("targets:\n- {name: Union, aliases: [AU]}\n- {name: Guard}\n")
    assert load_targets(path) == [Target("Union", ("AU",)), Target("Guard")]


@pytest.mark.parametrize(("content", "message"), [
    ("targets: [{name: Norway, aliases: [NO]}]", "targets.0.aliases.0.*quote"),
    ("targets: [{name: A, alias: [B]}]", "alias"),
    ("targets: []", "targets"),
    ("- a", "content"),
    ("a: [", "is not YAML"),
])
def test_wrong_files_name_the_key(tmp_path, content, message):
    path = tmp_path / "targets.yaml"
    path.write_text(content)
    with pytest.raises(InputError, match=message):
        load_targets(path)


def test_missing_file():
    with pytest.raises(InputError, match="no such file"):
        load_targets("nowhere.yaml")


def test_the_projects_own_targets_do_not_conflict():
    targets = load_targets(Path(__file__).parents[2] / "configs" / "targets.yaml")
    book = Gazetteer(targets)
    assert len(targets) >= 40
    assert [m.target for m in book.find("The UN and Daesh met in Kyiv.")] == [
        "United Nations", "Islamic State", "Ukraine"]
