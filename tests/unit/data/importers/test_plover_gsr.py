"""PLOVER's gold records: marked actors, merged types, broken files."""

import json

from foreign_files import read_numbered, written

from data.foreign.interface import Skipped
from data.importers import plover_gsr
from data.problems import Problem


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


def test_actors_come_from_the_markup(tmp_path):
    [(_, row)] = read_numbered(plover_gsr, written(tmp_path, json.dumps([gsr()])), "plover")
    assert (row["actor"], row["actor_start"]) == ("Dockers", 0)
    assert row["text"][row["target_start"] : row["target_end"]] == row["target"] == "the port"
    assert row["label"] == "REQUEST"
    assert row["published_label"] == "DEMAND"
    assert "date" not in row


def test_two_that_act_on_each_other(tmp_path):
    both = gsr(
        event="CONSULT",
        text="Chad and Niger met.",
        source=[],
        textInfo={"markup": "(SRC/TAR: Chad) and (SRC/TAR: Niger) (EVT: met)."},
    )
    [(_, row)] = read_numbered(plover_gsr, written(tmp_path, json.dumps([both])), "plover")
    assert (row["actor"], row["target"], row["target_start"]) == ("Chad", "Niger", 9)


def test_broken_records_do_not_take_others_with_them(tmp_path):
    good, later = json.dumps(gsr(), indent=4), json.dumps(gsr(id="G-3"), indent=4)
    broken = good.replace('"G-1"', '"G-2').replace('"DEMAND",', '"DEMAND"')
    document = json.dumps(gsr(event="DOCUMENT"), indent=4)
    path = written(tmp_path, f"[\n{good},\n{broken},\n{document}\n{later}\n]\n")
    outcomes = read_numbered(plover_gsr, path, "plover")
    rows = [outcome["id"] for _, outcome in outcomes if isinstance(outcome, dict)]
    assert rows == ["G-1", "G-3"]
    [(line, problem)] = [
        (line, outcome) for line, outcome in outcomes if isinstance(outcome, Problem)
    ]
    assert line == 2 + good.count("\n") + 1
    assert '"G-2' in problem.raw
    assert '"G-3"' not in problem.raw
    assert sum(isinstance(outcome, Skipped) for _, outcome in outcomes) == 1
