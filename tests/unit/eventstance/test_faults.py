import pytest

from eventstance import faults


def test_a_package_into_which_others_have_put_files_is_told(monkeypatch, capsys):
    monkeypatch.setattr(faults, "also_installed_by", lambda name: ["theirs"])
    error = ImportError("cannot import name 'x' from 'models'", name="models")
    assert faults.report(error, "eventstance train") == 2
    line = capsys.readouterr().err
    assert line.startswith(f"{faults.ROOT / 'models'}: cannot import name 'x' from 'models'; ")
    assert "theirs has a package 'models' as well" in line


@pytest.mark.parametrize("name", ["models.registry", "torch", None])
def test_other_modules_that_are_missing_are_internal_errors(name, monkeypatch, capsys):
    monkeypatch.setattr(faults, "also_installed_by", lambda name: [])
    assert faults.report(ImportError("no", name=name), "eventstance train") == 70
    assert "internal error: ImportError: no" in capsys.readouterr().err


def test_long_messages_are_cut(capsys):
    assert faults.report(ValueError("x " * 1000), "eventstance train") == 70
    assert len(capsys.readouterr().err) < 500
