"""Rows from what an annotator marked in a text: labels for all of it, and spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from data.files import Row
from data.foreign.interface import ImportOptions, Outcome, Skipped
from data.foreign.labels import matching_label, put_labels
from data.foreign.spans import span_fields
from data.problems import Unreadable

ACTORS = {"actor", "source"}
TARGETS = {"target"}


@dataclass(frozen=True, slots=True)
class AnnotatedSpan:
    """A span of a text.

    Attributes:
        place: (start, end), in characters.
        kinds: what it is marked as: `target`, `actor`, a label of the codebook, PER, ….
        choices: labels chosen for this span alone.
        aside: whether it answers another question than the one with the labels: it may still be
            the target or the actor, and says nothing else.
    """

    place: tuple[int, int]
    kinds: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    aside: bool = False

    def plays(self, roles: set[str]) -> bool:
        """Whether it is marked as one of the roles."""
        return any(kind.casefold() in roles for kind in self.kinds)


def rows_of_annotation(
    base: Row,
    labels: Sequence[object],
    spans: Sequence[AnnotatedSpan],
    options: ImportOptions,
    where: str,
) -> Iterator[Outcome]:
    """Yields one row of the text; or one a span, where the labels stand with the spans.

    A span has its labels from choices made for it, or is marked with labels of the codebook
    itself. Otherwise the labels are those of the whole text; its target is the one that `base`
    names, or the span marked as target, or the only one that is marked at all.

    Args:
        base: the fields of the text; `target` may be among them.
        labels: of the whole text; none where nobody chose.
        spans: what is marked in it.
        options: the codebook, and how the file names its labels.
        where: the record, for problems.
    """
    text = base["text"]
    actor = next((span for span in spans if span.plays(ACTORS)), None)
    row = dict(base)
    if actor is not None and "actor" not in base:
        row |= span_fields(text, "actor", actor.place)
    free = [
        span
        for span in spans
        if not span.plays(ACTORS) and (not span.aside or span.choices or span.plays(TARGETS))
    ]
    if own := [
        (span, span_labels) for span in free if (span_labels := _own_labels(span, labels, options))
    ]:
        if labels:
            yield Unreadable(
                where,
                "has labels for the whole text and for spans of it",
                "label one or the other",
                base,
            )
            return
        for span, span_labels in own:
            yield put_labels(row | span_fields(text, "target", span.place), span_labels, options)
        if unsaid := [
            span for span in free if not any(span is labelled_span for labelled_span, _ in own)
        ]:
            kinds = sorted({kind for span in unsaid for kind in span.kinds}) or ["no label"]
            yield Skipped(f"span without a label of the codebook ({', '.join(kinds)})")
        return
    target = _target(row, free, bool(labels), options)
    if isinstance(target, str):
        yield Unreadable(where, target, "label each of them, or mark one as target", base)
        return
    yield from _whole(row | target, labels, free, options)


def _own_labels(span: AnnotatedSpan, whole: Sequence[object], options: ImportOptions) -> list[str]:
    """The labels that stand with a span itself."""
    if span.choices:
        return list(span.choices)
    if span.aside or (whole and options.codebook.task == "event"):
        return []  # what is marked is where the text says it
    return [
        kind
        for kind in span.kinds
        if kind.casefold() not in TARGETS and matching_label(kind, options) is not None
    ]


def _target(
    row: Row, free: Sequence[AnnotatedSpan], labelled: bool, options: ImportOptions
) -> Row | str:
    """The fields of the target; or what is wrong, where a text has several."""
    text = row["text"]
    marked = [span for span in free if span.plays(TARGETS)]
    if isinstance(name := row.get("target"), str) and name.strip():
        if row.get("target_start") is not None:
            return {}
        same = [span for span in free if text[slice(*span.place)].casefold() == name.casefold()]
        fitting = [*same, *(marked if len(marked) == 1 else [])]
        return span_fields(text, "target", fitting[0].place) | {"target": name} if fitting else {}
    candidates = marked or [
        span for span in free if options.codebook.task == "stance" or not span.kinds
    ]
    names = dict.fromkeys(text[slice(*span.place)] for span in candidates)
    if len(names) > 1 and labelled and options.codebook.task == "stance":
        return f"marks {len(names)} targets and has one label for all: {', '.join(names)}"
    return span_fields(text, "target", candidates[0].place) if candidates else {}


def _whole(
    row: Row, labels: Sequence[object], free: Sequence[AnnotatedSpan], options: ImportOptions
) -> Iterator[Outcome]:
    strange = [kind for span in free for kind in span.kinds if kind.casefold() not in TARGETS]
    if labels:
        yield put_labels(row, labels, options)
    elif strange:
        yield put_labels(row, strange, options)  # no labels of the codebook: the check says so
    elif options.codebook.multilabel:
        yield put_labels(row, [], options)
    else:
        yield Skipped("annotation without a choice")
