import numpy as np

from data.codebook import Codebook, load_codebook
from evaluation.figures.hierarchy import as_types, mistake, types_of

ACTS = {
    "name": "acts",
    "version": "1",
    "task": "event",
    "parents": [{"name": "war (any)", "definition": "Arms."}, {"name": "street"}],
    "labels": [
        {"name": "clash", "parent": "war (any)"},
        {"name": "march", "parent": "street"},
        {"name": "raid", "parent": "war (any)"},
        {"name": "calm"},
    ],
}
BOOK = Codebook.model_validate(ACTS)


def test_types_are_the_parents_and_labels_without_one():
    types = types_of(BOOK)
    assert types.names == ("war (any)", "street", "calm")
    assert types.labels[0].definition == "Arms."
    assert types_of(load_codebook("stance")) is None
    assert len(types_of(load_codebook("event")).names) == 8  # no_event has no type above it
    one = ACTS | {"labels": [{"name": name, "parent": "street"} for name in ("march", "sit")]}
    assert types_of(Codebook.model_validate(one)) is None  # all of one type


def test_mistakes_of_the_event_codebook():
    event = load_codebook("event")
    assert mistake(event, ["air_drone_strike"], ["grenade"]) == "within_type"
    assert mistake(event, ["air_drone_strike"], ["armed_clash"]) == "across_types"


def test_labels_become_their_types_once_each():
    labels = np.array([[1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 0, 0]])  # clash and raid; march, calm
    assert as_types(BOOK, types_of(BOOK), labels).tolist() == [[1, 0, 0], [0, 1, 1], [0, 0, 0]]
