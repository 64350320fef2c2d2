"""YAML files: faults with their line, keys once, and what YAML takes for something else."""

import pytest

from data.formats.yaml_files import read_yaml
from data.problems import InputError


def read(tmp_path, content):
    path = tmp_path / "file.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_yaml(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", "file.yaml:3: key 'a' stands also at line 1"),
        ("x:\n  - {n: 1}\n  - {n: 1, m: 2, n: 3}\n", "file.yaml:3: key 'n' stands also at line 3"),
        ("a: 1\n'a': 2\n", "file.yaml:2: key 'a'"),
        ("a: caf\xe9\n".encode("latin-1"), "file.yaml:1: is not UTF-8 (byte 0xe9)"),
        ("\n\nb: \xe9".encode("latin-1"), "file.yaml:3: is not UTF-8"),
        ("a: b: c\n", "file.yaml:1: is not YAML"),
        ("a: [1\nb: 2\n", "file.yaml:2: is not YAML"),
        ("a:\n\tb: 1\n", "file.yaml:2: is not YAML"),
        ("a: 2024-13-45\n", "file.yaml: is not YAML"),
        ("a: !!python/name:os.system\n", "file.yaml:1: is not YAML"),
        ("a: 1\n---\nb: 1", "file.yaml:2: is not YAML"),
        ("x: 1\na: &a\n  b: [*a]\n", "file.yaml:2: holds itself, by an alias"),
        ("a: &a [[*a]]\n", "file.yaml:1: holds itself"),
        ("a: !!bool maybe\n", "file.yaml: is not YAML"),
        ("a: !!timestamp noon\n", "file.yaml: is not YAML"),
        ("a: " + 3000 * "[", "file.yaml: is nested too deep"),
    ],
)
def test_faults_with_their_line(tmp_path, content, said):
    with pytest.raises(InputError) as caught:
        read(tmp_path, content)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_key_that_stands_twice_is_told_in_order(tmp_path):
    with pytest.raises(InputError) as caught:
        read(tmp_path, "a: {x: 1, x: 2}\nb: 1\nc: 1\nb: 2\n")
    assert [problem.what for problem in caught.value.problems] == [
        "key 'x' stands also at line 1",
        "key 'b' stands also at line 2",
    ]


def test_anchors_and_merges_are_no_second_keys(tmp_path):
    content = read(tmp_path, "a: &x {n: 1}\nb: {<<: *x, n: 2}\nc: {<<: *x}\nd: *x\n").content
    assert content == {"a": {"n": 1}, "b": {"n": 2}, "c": {"n": 1}, "d": {"n": 1}}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("no", '`no` as a truth value; quote it: "no"'),
        ("On", '"On"'),
        ("1.0", "a number"),
        ("2024-05-01", "a date"),
        ("~", "no value"),
        ("", "give one"),
        ("1_000", '"1_000"'),
        ('"no"', None),
        ("nope", None),
        ("[no]", None),
    ],
)
def test_what_yaml_takes_for_something_else(tmp_path, value, words):
    file = read(tmp_path, f"labels:\n  - name: x\n  - name: {value}\n")
    hint = file.hint(("labels", 1, "name"))
    assert (hint is None) if words is None else words in hint


def test_places(tmp_path):
    file = read(tmp_path, "a: 1\nb:\n  - c: 2\n    d: 3\n")
    assert file.where(("b", 0, "d")).endswith("file.yaml:4")
    assert file.where(("b", 0, "missing")).endswith("file.yaml:3")
    assert file.where(("b", 7)).endswith("file.yaml:3")
    assert file.hint(("b", 0, "missing")) is None
    assert read(tmp_path, "").where(("a",)).endswith("file.yaml")
    assert read(tmp_path, "").content is None


def test_an_alias_that_stands_more_than_once_is_no_fault(tmp_path):
    assert read(tmp_path, "a: &a [1]\nb: [*a, *a]\n").content == {"a": [1], "b": [[1], [1]]}
