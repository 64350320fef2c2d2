import pytest

from data.examples import Target
from data.problems import InputError
from data.targets import load_targets, parse_target


def test_parse_target():
    assert parse_target("Islamic State = IS, ISIS,,") == Target("Islamic State", ("IS", "ISIS"))
    assert parse_target("Red Cross") == Target("Red Cross")
    with pytest.raises(InputError, match="has no name"):
        parse_target("=IS")


def test_load_targets(tmp_path):
    path = tmp_path / "targets.yaml"
    path.write_text("targets:\n- {name: Union, aliases: [AU]}\n- {name: Guard}\n")
    assert load_targets(path) == [Target("Union", ("AU",)), Target("Guard")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("targets: [{name: Norway, aliases: [NO]}]", "targets.0.aliases.0.*quote"),
        ("targets: [{name: A, alias: [B]}]", "alias"),
        ("targets: []", "targets"),
        ("- a", "content"),
        ("a: [", "is not YAML"),
    ],
)
def test_wrong_files_name_the_key(tmp_path, content, message):
    path = tmp_path / "targets.yaml"
    path.write_text(content)
    with pytest.raises(InputError, match=message):
        load_targets(path)


def test_missing_file():
    with pytest.raises(InputError, match="no such file"):
        load_targets("nowhere.yaml")
