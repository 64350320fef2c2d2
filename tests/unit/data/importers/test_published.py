"""Importers of published sets, on rows of the tests' own in the published formats."""

import json

import pytest

from data.codebook import load_codebook
from data.foreign.interface import ImportOptions, Skipped
from data.foreign.labels import to_codebook
from data.importers import case2021, conflibert, newsmtsc, plover_gsr, plv
from data.problems import InputError, Problem

PLV15 = "configs/benchmarks/codebooks/plv15.yaml"
POLICE = "configs/benchmarks/codebooks/police.yaml"


def read(importer, path, codebook, **options):
    return list(importer.read(path, ImportOptions(load_codebook(codebook), **options)))


def written(tmp_path, text, name="file.tsv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def mtsc(tmp_path, **fields):
    record = {
        "mention": "Adoum",
        "polarity": -1,
        "from": 8,
        "to": 13,
        "sentence": "Colonel Adoum lied to the miners.",
        "id": "news_v1_77_5_3_C_Adoum_8_13",
    }
    return written(tmp_path, json.dumps({**record, **fields}), "file.jsonl")


def test_newsmtsc_keeps_mention_offsets_and_article(tmp_path):
    [(line, row)] = read(newsmtsc, mtsc(tmp_path), "stance")
    assert line == 1
    assert row["label"] == "against"
    assert (row["target"], row["target_start"], row["target_end"]) == ("Adoum", 8, 13)
    assert row["article_id"] == "news_v1_77"
    assert row["entity"] == "C_Adoum"


@pytest.mark.parametrize(
    ("polarity", "label"),
    [(0, "neutral"), (1, "favor"), (2.0, "against"), (4, "neutral"), (6, "favor")],
)
def test_newsmtsc_reads_both_scales(tmp_path, polarity, label):
    [(_, row)] = read(newsmtsc, mtsc(tmp_path, polarity=polarity), "stance")
    assert row["label"] == label


def test_newsmtsc_finds_a_mention_that_slipped(tmp_path):
    [(_, row)] = read(newsmtsc, mtsc(tmp_path, **{"from": 9, "to": 14}), "stance")
    assert row["target_start"] == 8


def test_newsmtsc_refuses_a_mention_that_is_not_there(tmp_path):
    [(_, problem)] = read(newsmtsc, mtsc(tmp_path, mention="Nadia"), "stance")
    assert isinstance(problem, Problem)
    assert "Nadia" in problem.what


def test_newsmtsc_reads_the_nested_form(tmp_path):
    record = {
        "primary_gid": "x",
        "sentence_normalized": "Ines praised Omar.",
        "targets": [
            {
                "Input.gid": "a_1_2_3_Ines_0_4",
                "mention": "Ines",
                "from": 0,
                "to": 4,
                "polarity": 4.0,
            },
            {"mention": "Omar", "from": 13, "to": 17, "polarity": 6.0},
        ],
    }
    rows = read(newsmtsc, written(tmp_path, json.dumps(record), "file.jsonl"), "stance")
    assert [(row["target"], row["label"]) for _, row in rows] == [
        ("Ines", "neutral"),
        ("Omar", "favor"),
    ]
    assert rows[1][1]["id"] == "x-1"


def test_plv_spans_survive(tmp_path):
    path = written(
        tmp_path,
        "\tsentence_id\tsentence\tmarked_sentence\tgold_root\tgold_penta\n"
        "\t7\tThe bloc (EU) froze the general's accounts.\t"
        "<s>The bloc (EU) </s>froze <t>the general</t>'s accounts.\tSANCTION\t4\n",
    )
    [(line, row)] = read(plv, path, PLV15)
    assert line == 2
    assert row["label"] == "SANCTION"
    assert row["text"][row["actor_start"] : row["actor_end"]] == row["actor"] == "The bloc (EU)"
    assert row["text"][row["target_start"] : row["target_end"]] == row["target"] == "the general"
    assert row["article_id"] == "plv-7"
    [(_, quad)] = read(plv, path, "cameo", columns={"label": "gold_penta"})
    assert quad["label"] == "material_conflict"


def test_plv_roles_nested_doubled_and_missing():
    text, spans = plv.unmarked("<s><t>Sahel</t> rebels</s> met <t>Sahel</t>.")
    assert text == "Sahel rebels met Sahel."
    assert spans == {"target": (0, 5), "actor": (0, 12)}
    assert plv.unmarked("<s>Rain </s>") == ("Rain ", {"actor": (0, 4)})
    assert plv.unmarked("Nobody.") == ("Nobody.", {})


def test_plv_refuses_marks_of_another_sentence(tmp_path):
    path = written(tmp_path, "sentence\tmarked_sentence\tgold_root\nIt rains.\tIt pours.\tAID\n")
    [(_, problem)] = read(plv, path, PLV15)
    assert isinstance(problem, Problem)


def test_plv_names_a_missing_column(tmp_path):
    with pytest.raises(InputError, match="gold_root"):
        read(plv, written(tmp_path, "sentence\tmarked_sentence\nA\tA\n"), PLV15)


def test_plv_codebook_follows_the_label_column():
    assert plv.codebook_for("gold_penta") == "cameo"
    assert plv.codebook_for(None) == PLV15
    with pytest.raises(InputError, match="silver_root"):
        plv.codebook_for("silver_root")


def test_conflibert_class_numbers_are_columns(tmp_path):
    path = written(tmp_path, 'Envoys met.\t1\r\n"He said ""no"" twice."\t3\r\nToo far\t5\r\n')
    (_, first), (_, second), (line, problem) = read(conflibert, path, "cameo")
    assert first == {"text": "Envoys met.", "label": "verbal_cooperation"}
    assert second == {"text": 'He said "no" twice.', "label": "verbal_conflict"}
    assert line == 3
    assert "'5'" in problem.what
    assert problem.raw == "Too far\t5"


def test_conflibert_multilabel(tmp_path):
    path = written(
        tmp_path,
        "Police shot at a car.\t0\t0\t1\t0\t1\nRain.\t0\t0\t0\t0\t0\n"
        "Short.\t0\t0\nOdd.\t0\t0\t2\t0\t0\n",
    )
    outcomes = [outcome for _, outcome in read(conflibert, path, POLICE)]
    assert outcomes[0]["labels"] == ["any_action", "force"]
    assert outcomes[1]["labels"] == []
    assert "3 cells" in outcomes[2].what
    assert "'2'" in outcomes[3].what


def test_case2021_codes_become_labels(tmp_path):
    path = written(tmp_path, "id\tEventSnippet\tSubType\n4\tA bridge fell.\tMAN_MADE_DISASTER\n")
    [(line, row)] = read(case2021, path, "event")
    assert (line, row["id"], row["label"]) == (2, "case2021-4", "man_made_disaster")


def gsr(**fields):
    return {
        "id": "G-1",
        "event": "DEMAND",
        "text": "Dockers and (some) clerks urged the port.",
        "source": [{"actorText": "Dockers"}],
        "target": "",
        "date": "2000-01-01",
        "textInfo": {
            "markup": "(SRC: Dockers) and (some) clerks (EVT: urged) (LOC:(TAR: the port))."
        },
    } | fields


def test_gsr_actors_come_from_the_markup(tmp_path):
    [(_, row)] = read(plover_gsr, written(tmp_path, json.dumps([gsr()])), "plover")
    assert (row["actor"], row["actor_start"]) == ("Dockers", 0)
    assert row["text"][row["target_start"] : row["target_end"]] == row["target"] == "the port"
    assert row["label"] == "REQUEST"
    assert row["published_label"] == "DEMAND"
    assert "date" not in row


def test_gsr_two_that_act_on_each_other(tmp_path):
    both = gsr(
        event="CONSULT",
        text="Chad and Niger met.",
        source=[],
        textInfo={"markup": "(SRC/TAR: Chad) and (SRC/TAR: Niger) (EVT: met)."},
    )
    [(_, row)] = read(plover_gsr, written(tmp_path, json.dumps([both])), "plover")
    assert (row["actor"], row["target"], row["target_start"]) == ("Chad", "Niger", 9)


def test_gsr_broken_records_do_not_take_others_with_them(tmp_path):
    good, later = json.dumps(gsr(), indent=4), json.dumps(gsr(id="G-3"), indent=4)
    broken = good.replace('"G-1"', '"G-2').replace('"DEMAND",', '"DEMAND"')
    document = json.dumps(gsr(event="DOCUMENT"), indent=4)
    path = written(tmp_path, f"[\n{good},\n{broken},\n{document}\n{later}\n]\n")
    outcomes = read(plover_gsr, path, "plover")
    rows = [outcome["id"] for _, outcome in outcomes if isinstance(outcome, dict)]
    assert rows == ["G-1", "G-3"]
    [(line, problem)] = [(line, one) for line, one in outcomes if isinstance(one, Problem)]
    assert line == 2 + good.count("\n") + 1
    assert '"G-2' in problem.raw
    assert '"G-3"' not in problem.raw
    assert sum(isinstance(outcome, Skipped) for _, outcome in outcomes) == 1


@pytest.mark.parametrize(
    ("standard", "label", "expected"),
    [
        ("semeval", "NONE", "neutral"),
        ("semeval", "favor", "favor"),
        ("tweeteval", 0, "neutral"),
        ("tweeteval", 1, "against"),
        ("vast", "0", "against"),
        ("vast", 1.0, "favor"),
        ("vast", 2, "neutral"),
        ("newsmtsc", -1, "against"),
        ("newsmtsc", "6", "favor"),
        ("sentiment", "Negative", "against"),
        (None, "positive", "favor"),
        (None, "AGAINST", "against"),
        (None, "1", "1"),
        (None, None, ""),
        ("vast", 7, "7"),
    ],
)
def test_stance_standards(standard, label, expected):
    assert to_codebook(label, load_codebook("stance"), standard) == expected
