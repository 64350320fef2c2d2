import pytest

from eventstance.main import main
from models.registry.promotion import Promotion, RefusedError

ENTRY = Promotion("2026-05-01T08:00:00Z", "event", "3", "2", "anna", "0.8 > 0.7", False)


@pytest.fixture
def promote(monkeypatch, capsys):
    """Runs `models promote`, where promoting answers as told; returns code, output and calls."""
    calls = []

    def run(answer, *words):
        def promoting(ref, rule, **how):
            calls.append((ref, how))
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr("models.registry.promotion.promote", promoting)
        code = main(["models", "promote", "event/3", *words])
        return code, capsys.readouterr(), calls

    return run


def test_a_promotion_is_told(promote):
    code, printed, calls = promote(ENTRY, "--force", "--why", "May", "--who", "anna")
    assert (code, printed.err) == (0, "")
    assert printed.out.startswith(ENTRY.line())
    assert calls == [("event/3", {"force": True, "why": "May", "who": "anna"})]


def test_a_refusal_is_3(promote):
    code, printed, _ = promote(RefusedError("0.6 < 0.7"))
    assert (code, printed.out, printed.err) == (3, "", "refused: 0.6 < 0.7\n")


def test_a_margin_that_is_none_is_2(promote):
    code, printed, calls = promote(ENTRY, "--margin", "2")
    assert (code, calls) == (2, [])
    assert "--margin: is 2.0" in printed.err


def test_the_history_is_told_line_by_line(monkeypatch, capsys):
    monkeypatch.setattr("models.registry.promotion.history", lambda name: [ENTRY, ENTRY])
    assert main(["models", "history", "event"]) == 0
    assert capsys.readouterr().out == f"{ENTRY.line()}\n" * 2


def test_a_store_without_models_is_told(monkeypatch, capsys):
    monkeypatch.setattr("models.registry.leaderboard.versions", lambda name: [])
    assert main(["models", "list", "event"]) == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "no registered model event in this store\n")


def test_a_card_is_printed_or_written(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("evaluation.cards.card.card", lambda ref: f"# {ref}\n")
    assert main(["models", "card", "event/3"]) == 0
    assert capsys.readouterr().out == "# event/3\n"
    out = tmp_path / "CARD.md"
    assert main(["models", "card", "event/3", "--out", str(out)]) == 0
    assert (capsys.readouterr().out, out.read_text()) == (f"{out}\n", "# event/3\n")
