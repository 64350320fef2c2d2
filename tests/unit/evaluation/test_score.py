import json
from hashlib import sha256

import numpy as np
import pytest

from data.codebook import Codebook
from data.problems import InputError
from evaluation.score import score_model

BOOK = Codebook.model_validate(
    {
        "name": "acts",
        "version": "2",
        "task": "event",
        "labels": [
            {"name": "clash", "crosswalk": {"wide": "ASSAULT"}},
            {"name": "raid", "crosswalk": {"wide": "ASSAULT"}},
            {"name": "talks", "crosswalk": {"wide": "AGREE"}},
            {"name": "calm"},
        ],
    }
)
# Probabilities by text; a raid and a clash together outweigh the talks.
KNOWN = {
    "They fought.": [0.6, 0.2, 0.2, 0.0],
    "They raided.": [0.3, 0.25, 0.4, 0.05],
    "They met.": [0.1, 0.1, 0.8, 0.0],
    "All was quiet.": [0.0, 0.1, 0.1, 0.8],
}


@pytest.fixture(scope="module")
def served(known_model, tmp_path_factory):
    """The folder of a model that gives the probabilities of KNOWN, at a temperature of 2."""
    return str(known_model(tmp_path_factory.mktemp("model") / "event", BOOK, KNOWN, 2.0))


@pytest.fixture(scope="module")
def careful(known_model, tmp_path_factory):
    """The same model, which abstains."""
    return str(
        known_model(
            tmp_path_factory.mktemp("model") / "event",
            BOOK,
            KNOWN,
            2.0,
            min_precision=0.9,
            certain_from=[0.5, None, 0.3, 0.9],
        )
    )


def table(folder, labels):
    path = folder / "rows.jsonl"
    path.write_text(
        "".join(
            json.dumps({"id": str(j), "text": text, "label": label}) + "\n"
            for j, (text, label) in enumerate(zip(KNOWN, labels, strict=True))
        )
    )
    return path


def test_scores_of_a_folder(served, tmp_path):
    path = table(tmp_path, ["clash", "raid", "talks", "calm"])
    result = score_model(served, path).as_json()
    assert result["model"] == {"ref": served, "name": "event", "version": ""}
    assert result["data"]["rows"] == 4
    assert result["data"]["sha256"] == sha256(path.read_bytes()).hexdigest()
    assert result["metrics"]["accuracy"] == 0.75
    assert result["confusion"]["counts"][1] == (0, 0, 1, 0)


def test_calibration_and_abstention_are_reported_beside_the_metrics(
    served, careful, tmp_path, here
):
    path = table(tmp_path, ["clash", "raid", "talks", "calm"])
    result = score_model(served, path)
    metrics = result.as_json()["metrics"]
    # Confidences 0.6, 0.4, 0.8 and 0.8; the second is wrong.
    assert metrics["ece"] == pytest.approx((0.4 + 0.4 + 2 * 0.2) / 4)
    # Before calibration every probability is squared, and rows sum to 1 again.
    squares = np.array(list(KNOWN.values())) ** 2
    squares /= squares.sum(axis=1, keepdims=True)
    highest = squares.max(axis=1)
    assert metrics["ece_uncalibrated"] == pytest.approx(
        np.abs([1, 0, 1, 1] - highest).mean(), abs=1e-6
    )
    assert metrics["brier_uncalibrated"] == pytest.approx(
        ((squares - np.eye(4)) ** 2).sum() / 4, abs=1e-6
    )
    assert result.as_json()["abstention"] is None
    sure = score_model(careful, path)
    assert sure.scores == result.scores
    assert sure.abstention.flat() == {"coverage": 0.75, "precision_when_certain": 2 / 3}
    assert score_model(careful, path, mapped_to="wide").abstention is None
    closed = score_model(careful, path, closed=True)
    assert (closed.calibration, closed.abstention) == (None, None)
    spread = {
        key: set(one.as_json()["intervals"]["metrics"])
        for key, one in (("always", result), ("sure", sure), ("closed", closed))
    }
    assert spread["always"] - spread["closed"] == {"ece", "brier"}
    assert spread["sure"] - spread["always"] == {"coverage", "precision_when_certain"}
    shown = here("evaluation", "score", "--model", careful, "--data", path)
    assert shown.returncode == 0, shown.stderr
    assert "precision_when_certain   0.6667 [" in shown.stdout
    assert "ece                      0.3000 [" in shown.stdout


def test_mapping_adds_probabilities_and_takes_both_kinds_of_names(served, tmp_path):
    path = table(tmp_path, ["ASSAULT", "raid", "AGREE", "calm"])
    result = score_model(served, path, mapped_to="wide")
    assert result.codebook.names == ("ASSAULT", "AGREE", "calm")
    assert result.scores.accuracy == 1.0


def test_only_and_drop_leave_out_gold_rows(served, tmp_path):
    path = table(tmp_path, ["clash", "raid", "talks", "calm"])
    assert score_model(served, path, only=["raid", "calm"]).scores.accuracy == 0.5
    dropped = score_model(served, path, drop=["raid"])
    assert (dropped.scores.rows, dropped.scores.accuracy) == (3, 1.0)
    with pytest.raises(InputError, match="did you mean 'raid'"):
        score_model(served, path, only=["raids"])
    with pytest.raises(InputError, match="no row is left"):
        score_model(served, path, only=["raid"], drop=["raid"])


def test_closed_leaves_the_model_only_labels_of_the_scored_rows(served, tmp_path):
    path = table(tmp_path, ["clash", "raid", "talks", "calm"])
    assert score_model(served, path, only=["raid", "calm"], closed=True).scores.accuracy == 1.0


def test_an_unknown_standard_is_refused(served, tmp_path):
    with pytest.raises(InputError, match="did you mean 'wide'"):
        score_model(served, table(tmp_path, ["clash"] * 4), mapped_to="wyde")


def test_command_prints_every_label_and_writes_json(served, tmp_path, here):
    path = table(tmp_path, ["clash", "raid", "talks", "calm"])
    out = tmp_path / "deep" / "scores.json"
    done = here("evaluation", "score", "--model", served, "--data", path, "--json", out)
    assert done.returncode == 0, done.stderr
    shown = done.stdout
    assert all(name in shown for name in [*BOOK.names, "macro_f1", "weighted_f1"])
    written = json.loads(out.read_text())
    assert written["metrics"]["f1/talks"] == pytest.approx(2 / 3)
    assert (written["intervals"]["articles"], written["intervals"]["resamples"]) == (4, 2000)
    low, high = written["intervals"]["metrics"]["accuracy"]
    assert low < 0.75 < high
    assert f"0.7500 [{low:.4f}, {high:.4f}]" in shown
    low, high = written["intervals"]["f1"]["talks"]
    assert f"0.667 [{low:.3f}, {high:.3f}]" in shown


def test_command_reports_all_problems_of_the_data(served, tmp_path, here):
    path = table(tmp_path, ["clash", "rade", "tolks", "calm"])
    done = here("evaluation", "score", "--model", served, "--data", path)
    assert done.returncode == 2
    assert f"{path}:2: unknown label 'rade'" in done.stderr
    assert f"{path}:3: unknown label 'tolks'" in done.stderr
