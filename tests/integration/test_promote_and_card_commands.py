"""`models promote` and `models card` on runs as they come."""

import json

import pytest

pytestmark = pytest.mark.usefixtures("empty_plots")


@pytest.fixture
def configs(store, lay_out):
    """Configurations of a poor and a good model on the same rows."""
    return lay_out(store, {"a7": "dev", "a8": "dev", "a9": "test"})


def test_promoted_by_the_paired_test_and_told_in_a_card(configs, here):
    assert here("train", "shares.yaml").returncode == 0
    assert here("models", "promote", "event/1").returncode == 0
    trained = here("train", "words.yaml", "--promote")
    assert trained.returncode == 0, trained.stderr
    assert "event/2 is champion (before: 1)" in trained.stdout
    assert "better on the mean and clearly so at 95 %: dev/macro_f1 1.0000" in trained.stdout

    back = here("models", "promote", "event/1", "--margin", "1")
    assert back.returncode == 3
    assert back.stderr.startswith("refused: event/1 (dev/macro_f1 0.")
    for told in (
        "does not replace champion event/2 (1.0000): not better on the mean",
        "against 1.0000",
        "difference -0.",
        "p = ",
        "margin 1",
        "on 12 dev rows of 2",
    ):
        assert told in back.stderr
    assert here("models", "promote", "event/1", "--margin", "2").returncode == 2
    assert here("models", "promote", "event/1", "--force", "--why", "old machines").returncode == 0
    assert "forced: old machines" in here("models", "history").stdout
    assert here("models", "promote", "event/2").returncode == 0

    card = here("models", "card", "event@champion", "--out", "cards/CARD.md", "--log")
    assert card.returncode == 0, card.stderr
    text = (configs / "cards" / "CARD.md").read_text()
    for told in (
        "# Model card: event/2",
        "| train | 42 | 7 |",
        "| dev | 12 | 2 |",
        "| clash | – | clash \\| as told |",
        "| macro_f1 | 1.000 [1.000, 1.000] |",
        "### By label, on test",
        "| aid | 1.000 | 1.000 | 1.000",
        "model event/2 --out",
        "- data: as their owner says",
        "better on the mean",
        "Champion now.",
    ):
        assert told in text, told
    assert "CC BY" not in text  # these rows are not the corpus's
    assert "fiction" not in text

    from models.store.connection import connect

    client = connect()
    version = client.get_model_version("event", "2")
    assert version.description.startswith("Model card: [CARD.md](#/experiments/")
    assert "Promoted " in version.description
    assert "CARD.md" in [file.path for file in client.list_artifacts(version.run_id)]
    assert "Champion no more." in here("models", "card", "event/1").stdout
    (folder,) = {
        path.parent
        for path in configs.rglob("model.json")
        if json.loads(path.read_text())["family"] == "tfidf"
    }
    of_folder = here("models", "card", folder)
    assert "| family | tfidf |" in of_folder.stdout
    assert "## Figures" not in of_folder.stdout
    assert here("models", "card", folder, "--log").returncode == 2
    assert here("models", "card", "event/9").returncode == 2

    for path in list(configs.rglob("dev/predictions.jsonl")):
        path.unlink()
    lost = here("models", "promote", "event/1")
    assert lost.returncode == 3
    assert "its run holds no dev/predictions.jsonl" in lost.stderr
    assert "train that one again" in lost.stderr


@pytest.fixture
def uncertain(store, lay_out, configuration, write_jsonl):
    """Two models, of which `letters` is better on the mean, and worse in three of eight articles.

    Words in the plural are new to `words`, which then says `clash`, the most frequent label.
    """
    lay_out(store)
    texts = {"clash": "rifles at dawn", "aid": "flour for all", "protest": "banner over town"}
    rows = [
        {"article_id": f"t{number}", "text": texts[label], "label": label, "split": "train"}
        for number in range(4)
        for label in ("clash", "clash", *texts)
    ]
    for number in range(8):
        label = "aid" if number < 5 else "clash"
        rows += [
            {"article_id": f"d{number}", "text": f"flours {place}", "label": label, "split": "dev"}
            for place in ("xx", "yy")
        ]
        rows.append(
            {
                "article_id": f"d{number}",
                "text": texts["protest"],
                "label": "protest",
                "split": "dev",
            }
        )
    write_jsonl(
        store / "rows.jsonl", [row | {"id": f"r{number}"} for number, row in enumerate(rows)]
    )
    configuration(store, "words", {"family": "tfidf", "min_count": 1, "char_ngrams": 0})
    configuration(store, "letters", {"family": "tfidf", "min_count": 1})


@pytest.mark.usefixtures("uncertain")
def test_train_promotes_by_the_same_rule_and_margin(here):
    from models.store.connection import connect

    assert "first champion" in here("train", "words.yaml", "--promote").stdout
    refused = here("train", "letters.yaml", "--promote")
    assert refused.returncode == 3  # the run itself is fine
    line = refused.stdout.splitlines()[-1]
    assert line.startswith("refused: event/2 (dev/macro_f1 0.")
    assert "better on the mean, but may be worse by more than 0.01 (lower bound -" in line
    assert line.endswith('eventstance models promote event/2 --force --why "…" overrules')
    version = connect().get_model_version("event", "2")
    told = line.removeprefix("refused: ").partition("; eventstance")[0]
    assert version.tags["refused"].endswith(f": {told}")
    assert version.description.startswith("Refused 20")
    assert version.description.endswith(told)

    asked = here("models", "promote", "event/2")
    assert (asked.returncode, asked.stderr.strip()) == (3, line)
    done = here("train", "letters.yaml", "--reuse", "--promote", "--margin", "1")
    assert "event/2 is champion (before: 1)" in done.stdout
    assert "margin 1, on 24 dev rows of 8 articles" in done.stdout
    assert [
        part[:8] for part in connect().get_model_version("event", "2").description.split("\n\n")
    ] == ["Promoted", "Refused "]


@pytest.mark.usefixtures("configs", "empty_plots")
def test_nothing_to_promote_is_told(here):
    done = here("train", "shares.yaml", "register=false", "--promote")
    assert done.returncode == 3
    assert "refused: there is no finished run with a registered model" in done.stdout


@pytest.mark.parametrize("package", ["train", "models"])
def test_both_commands_tell_the_code_of_a_refusal(package, here):
    told = " ".join(here(package, "--help").stdout.split())
    assert "3 promotion refused" in told or "3 all runs finished, but --promote was refused" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--margin", "0"], "--margin: is given without --promote"),
        (["--promote", "--margin", "2"], "--margin: is 2.0; expected a number from 0 to 1"),
        (["--promote", "--margin", "2", "--search", "none.yaml"], "--margin: is 2.0"),
        (["--repeat", "abc", "--promote", "--margin", "0.1"], "is given with words.yaml --promote"),
    ],
)
def test_a_margin_that_is_none_is_told_before_anything_is_trained(configs, here, words, told):
    done = here("train", "words.yaml", *words)
    assert done.returncode == 2
    assert told in done.stderr
    assert "training" not in done.stderr
