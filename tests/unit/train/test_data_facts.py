"""What a run was trained and measured on, in numbers."""

import json
from types import SimpleNamespace

import pytest

from data.codebook import Codebook
from data.quality.table import as_dataset
from data.rows import tidy
from train.data_facts import DATA_FACTS, data_facts, write_data_facts
from train.rows import Part, RunData
from train.splitting import SplitUsed

BOOK = Codebook.model_validate(
    {
        "name": "stance",
        "version": "1",
        "task": "stance",
        "labels": [{"name": "against"}, {"name": "favor"}],
    }
)


def part(name, *rows):
    table = [
        tidy(
            {
                "id": str(place),
                "article_id": article,
                "text": f"{target} was praised.",
                "target": target,
                "label": label,
            }
        )
        for place, (article, target, label) in enumerate(rows)
    ]
    return Part(name, as_dataset(table)) if rows else SimpleNamespace(name=name, rows=[])


@pytest.fixture
def data():
    return RunData(
        BOOK,
        part("train", ("a", "Arlow", "favor"), ("a", "Dunmar", "favor"), ("b", "Arlow", "favor")),
        part("dev", ("c", "Arlow", "against")),
        part("test"),
        SplitUsed("rows", "as the rows say", warnings=("dev is small",)),
    )


def test_each_part_with_rows_is_counted(data):
    facts = data_facts(data)
    assert list(facts) == ["train", "dev"]
    assert (facts["train"]["rows"], facts["train"]["articles"], facts["train"]["targets"]) == (
        *(3, 2, 2),
    )
    assert facts["train"]["labels"] == {"against": 0, "favor": 3}
    assert facts["dev"]["digest"] == data.dev.digest


def test_the_file_says_as_well_how_rows_came_into_the_parts(data, tmp_path):
    write_data_facts(tmp_path, data)
    kept = json.loads((tmp_path / DATA_FACTS).read_text())
    assert kept == data_facts(data) | {"split": "as the rows say", "warnings": ["dev is small"]}
