import ast

import pytest

from data.paths import ROOT
from models.store import artifact_names

NAMES = {key: value for key, value in vars(artifact_names).items() if key.isupper()}
FILES = {value for value in NAMES.values() if "." in value}
PACKAGES = ("data", "models", "evaluation", "train", "predict")


def test_no_two_things_have_one_name():
    assert len(set(NAMES.values())) == len(NAMES) > 15
    assert all(value == value.strip("/. ") for value in NAMES.values())


@pytest.mark.parametrize("package", PACKAGES)
def test_names_of_files_are_spelled_out_nowhere_else(package):
    spelled = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}"
        for path in sorted((ROOT / package).rglob("*.py"))
        if path.name != "artifact_names.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.rsplit("/", 1)[-1] in FILES
    ]
    assert spelled == []
