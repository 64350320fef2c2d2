import pytest

from data.codebook import Codebook
from data.problems import InputError
from models.registry.names import (
    LabelSet,
    check_labels,
    is_of_task,
    labels_of_model,
    note_labels,
    registered_name,
)
from models.store.connection import connect


def book(*names, name="event", multilabel=False):
    return Codebook.model_validate(
        {
            "name": name,
            "version": "1",
            "task": "event",
            "labels_per_row": "several" if multilabel else "single",
            "labels": [{"name": label} for label in names],
        }
    )


@pytest.mark.parametrize(
    ("task", "codebook", "name"),
    [
        ("event", "event", "event"),
        ("stance", "stance", "stance"),
        ("event", "acled", "event-acled"),
        ("event", "event-mine", "event-mine"),
        ("event", "event_2", "event-event_2"),
        ("stance", "event", "stance-event"),
        ("event", "my own / book: v2", "event-my-own-book-v2"),
        ("event", "Ereignisse ü", "event-Ereignisse-ü"),
        ("event", "v1.2", "event-v1.2"),
    ],
)
def test_names_of_registered_models(task, codebook, name):
    assert registered_name(task, codebook) == name
    assert is_of_task(name, task)
    assert not is_of_task(name, {"event": "stance", "stance": "event"}[task])


def test_a_codebook_named_in_signs_alone_is_not_the_tasks():
    assert registered_name("event", "???") not in ("event", registered_name("event", "!!!"))


def test_label_sets():
    first, second = LabelSet.of(book("b", "a")), LabelSet.of(book("a", "b"))
    assert first == second
    assert first.differences(second) == ""
    assert LabelSet.parse(first.text) == first
    more = LabelSet.of(book("a", "b", *(f"x{number}" for number in range(7)), multilabel=True))
    assert more.differences(first) == (
        "only here: x0, x1, x2, x3, x4 and 2 more; a row has several labels here, one there"
    )
    assert first.differences(more).startswith("lacking here: x0")


def test_a_registered_model_keeps_to_its_labels(store):
    client, own = connect(), LabelSet.of(book("a", "b"))
    assert labels_of_model(client, "event") is None
    check_labels(client, "event", own, "codebook event")
    client.create_registered_model("event")
    check_labels(client, "event", own, "codebook event")  # nothing is known of it
    note_labels(client, "event", own)
    check_labels(client, "event", own, "codebook event")
    with pytest.raises(
        InputError,
        match=r"codebook event: its codebook has other labels than the "
        r"versions of registered model 'event' \(only here: c; "
        r"lacking here: b\); .*a name of its own",
    ):
        check_labels(client, "event", LabelSet.of(book("a", "c")), "codebook event")
