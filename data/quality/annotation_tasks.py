"""Rows as Label Studio tasks with a suggestion, and the labelling page that they need.

What a person then submits comes back by `eventstance data import label-studio`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from data.codebook import JOINER, Codebook
from data.files import Row
from data.rows import labels_of

GIVEN, SUGGESTED = "given_label", "suggested_label"


def annotation_task(
    number: int,
    row: Row,
    suggested: Sequence[str],
    score: float,
    source: str,
    meta: Mapping[str, Any],
) -> dict[str, Any]:
    """Returns a task with its row as data and the suggested labels as a prediction.

    Args:
        number: of the task, from 1.
        row: a tidy row; its fields that are text or numbers are kept, and its label as
            `given_label`.
        suggested: labels to preselect; none for a row that should have none.
        score: how sure the suggestion is, 0 to 1.
        source: what suggests; Label Studio calls it the model's version.
        meta: further facts of the task, which stay out of its data.
    """
    data = {
        key: value
        for key, value in row.items()
        if key != "labels" and isinstance(value, str | int | float | bool)
    }
    data |= {GIVEN: JOINER.join(labels_of(row)), SUGGESTED: JOINER.join(suggested)}
    choice = {
        "id": f"suggestion-{number}",
        "from_name": "label",
        "to_name": "text",
        "type": "choices",
        "value": {"choices": list(suggested)},
    }
    return {
        "id": number,
        "data": data,
        "meta": dict(meta),
        "predictions": [
            {"model_version": source, "score": score, "result": [choice] if suggested else []}
        ],
    }


def labelling_page(codebook: Codebook) -> str:
    """Returns Label Studio's labelling configuration (XML) for the tasks of a codebook."""
    choice = "multiple" if codebook.multilabel else "single"
    target = (
        ['  <Header value="Target"/>', '  <Text name="target" value="$target"/>']
        if codebook.task == "stance"
        else []
    )
    return "\n".join(
        [
            "<View>",
            '  <Text name="text" value="$text"/>',
            *target,
            '  <Header value="Label given before"/>',
            f'  <Text name="given" value="${GIVEN}"/>',
            f'  <Choices name="label" toName="text" choice="{choice}" showInline="true">',
            *(
                f"    <Choice value={quoteattr(label.name)} hint={quoteattr(label.definition)}/>"
                for label in codebook.labels
            ),
            "  </Choices>",
            "</View>",
            "",
        ]
    )
