"""PLV: source and target as spans, and the codebook of each label column."""

import pytest
from foreign_files import read_numbered, written

from data.importers import plv
from data.problems import InputError, Problem

PLV15 = "configs/benchmarks/codebooks/plv15.yaml"


def test_spans_survive(tmp_path):
    path = written(
        tmp_path,
        "\tsentence_id\tsentence\tmarked_sentence\tgold_root\tgold_penta\n"
        "\t7\tThe bloc (EU) froze the general's accounts.\t"
        "<s>The bloc (EU) </s>froze <t>the general</t>'s accounts.\tSANCTION\t4\n",
    )
    [(line, row)] = read_numbered(plv, path, PLV15)
    assert line == 2
    assert row["label"] == "SANCTION"
    assert row["text"][row["actor_start"] : row["actor_end"]] == row["actor"] == "The bloc (EU)"
    assert row["text"][row["target_start"] : row["target_end"]] == row["target"] == "the general"
    assert row["article_id"] == "plv-7"
    [(_, quad)] = read_numbered(plv, path, "cameo", columns={"label": "gold_penta"})
    assert quad["label"] == "material_conflict"


def test_roles_nested_doubled_and_missing():
    text, spans = plv.unmarked("<s><t>Sahel</t> rebels</s> met <t>Sahel</t>.")
    assert text == "Sahel rebels met Sahel."
    assert spans == {"target": (0, 5), "actor": (0, 12)}
    assert plv.unmarked("<s>Rain </s>") == ("Rain ", {"actor": (0, 4)})
    assert plv.unmarked("Nobody.") == ("Nobody.", {})


def test_refuses_marks_of_another_sentence(tmp_path):
    path = written(tmp_path, "sentence\tmarked_sentence\tgold_root\nIt rains.\tIt pours.\tAID\n")
    [(_, problem)] = read_numbered(plv, path, PLV15)
    assert isinstance(problem, Problem)


def test_names_a_missing_column(tmp_path):
    with pytest.raises(InputError, match="gold_root"):
        read_numbered(plv, written(tmp_path, "sentence\tmarked_sentence\nA\tA\n"), PLV15)


def test_codebook_follows_the_label_column():
    assert plv.codebook_for("gold_penta") == "cameo"
    assert plv.codebook_for(None) == PLV15
    with pytest.raises(InputError, match="silver_root"):
        plv.codebook_for("silver_root")
