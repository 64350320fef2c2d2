"""What one annotator answered in Label Studio: questions, their choices, and spans."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from data.fields import as_text
from data.foreign.annotation_rows import AnnotatedSpan
from data.foreign.interface import ImportOptions
from data.foreign.labels import matching_label
from data.foreign.spans import locate
from data.problems import Problem

_CHOICES = ("choices", "taxonomy")  # what labels are usually chosen with
_SPANS = ("labels", "hypertextlabels", "paragraphlabels")
_USUAL = ("label", "labels", "choice", "taxonomy")  # names of the question in flat exports
_ANSWERS = (*_CHOICES, "rating", "number", "selected", "datetime", "text", "ranker")


@dataclass
class _Region:
    place: tuple[int, int]
    kinds: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Answers:
    """The answers of one annotation.

    Attributes:
        questions: their names, in order; those that mark spans as well.
        whole: question to what was answered for the whole text.
        kinds: question to the kind of control that asks it (`choices`, `rating`, …).
        regions: the spans, by their name in the export.
        faults: what cannot be read of the spans.
    """

    questions: list[str] = field(default_factory=list)
    whole: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    regions: dict[str, _Region] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def ask(self, question: str, kind: str) -> None:
        """Notes that a question was answered with a control of that kind."""
        if question not in self.questions:
            self.questions.append(question)
        self.kinds.setdefault(question, kind)

    def label_question(self, options: ImportOptions) -> str | Problem | None:
        """The question whose answers are the labels; None where none was answered.

        A problem where several could be meant, or what was answered is of a kind that is a label
        only when the label column says so.
        """
        if (wanted := options.columns.get("label")) is not None:
            return wanted if wanted in self.questions else None
        asked = [name for name in self.questions if self.kinds[name] in _CHOICES]
        if len(asked) > 1:
            return Problem(
                "",
                f"answers {len(asked)} questions: {', '.join(asked)}",
                "name the one with the labels: --label-column",
            )
        if asked:
            return asked[0]
        other_questions = [name for name in self.questions if self.kinds[name] not in _SPANS]
        if other_questions and not self._labelled_spans(options):
            named = ", ".join(f"{name} ({self.kinds[name]})" for name in other_questions)
            return Problem(
                "",
                f"has no choice, only {named}",
                "name the question with the labels: --label-column",
            )
        return None

    def _labelled_spans(self, options: ImportOptions) -> bool:
        return any(
            matching_label(kind, options) is not None
            for region in self.regions.values()
            for kinds in region.kinds.values()
            for kind in kinds
        )

    def spans_for(self, question: str | None, options: ImportOptions) -> list[AnnotatedSpan]:
        """The spans, with the choices that answer the question for each of them.

        Where the label column names the question, what other questions mark stands aside.
        """
        named = options.columns.get("label")
        return [
            AnnotatedSpan(
                region.place,
                tuple(kind for kinds in region.kinds.values() for kind in kinds),
                tuple(region.choices.get(question or "", ())),
                aside=named is not None and named not in region.kinds,
            )
            for region in self.regions.values()
        ]


def from_results(results: Any, text: str, options: ImportOptions) -> Answers:
    """The answers in an annotation's `result`: a list of what each control holds."""
    answers = Answers()
    if isinstance(results, str):
        try:
            results = json.loads(results)
        except ValueError:
            answers.faults.append("has a result that is no list")
            return answers
    entries = [
        (number, result)
        for number, result in enumerate(results or [])
        if isinstance(result, dict) and isinstance(result.get("value"), dict)
    ]
    for number, result in entries:  # spans first: a choice may stand before the span that it is for
        _mark(answers, str(result.get("id", number)), result, text, options)
    for number, result in entries:
        region = str(result.get("id", number))
        _answer(answers, region, _question(result), result["value"], options)
    return answers


def from_values(values: Mapping[str, Any], text: str, options: ImportOptions) -> Answers:
    """The answers in a flat record, where each question is a field.

    Without a label column the questions are the fields with a usual name (`label`), or else those
    that hold a list of choices or a label of the codebook; any other is a column of the data.
    """
    answers = Answers()
    wanted = options.columns.get("label")
    usual = [name for name in _USUAL if wanted is None and name in values]
    for name, value in values.items():
        if _is_spans(value):
            for number, span in enumerate(value):
                result = {"from_name": name, "value": span}
                _mark(answers, f"{name} {number}", result, text, options)
        elif (
            name in usual
            if usual
            else name == wanted
            or isinstance(value, (dict, list))
            or (
                wanted is None
                and isinstance(value, str)
                and matching_label(value, options) is not None
            )
        ):
            answer = (
                value
                if isinstance(value, dict)
                else {"taxonomy" if _is_paths(value) else "choices": value}
            )
            _answer(answers, name, name, answer, options)
    if wanted is not None and wanted in values and wanted not in answers.questions:
        answers.ask(wanted, "labels")
    return answers


def _question(result: Mapping[str, Any]) -> str:
    return str(result.get("from_name") or result.get("type") or "label")


def _is_spans(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(entry, dict) and "start" in entry for entry in value)
    )


def _is_paths(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(entry, list) for entry in value)


def _mark(
    answers: Answers, region: str, result: Mapping[str, Any], text: str, options: ImportOptions
) -> None:
    """Notes the span of a result, if it has one, and what it is marked as."""
    value = result["value"]
    if "start" not in value and "globalOffsets" not in value:
        return
    whole = value.get("globalOffsets")
    start, end = (
        (whole.get("start"), whole.get("end"))
        if isinstance(whole, dict)
        else (value.get("start"), value.get("end"))
    )
    if region not in answers.regions:
        place = locate(text, start, end, value.get("text"), "UTF-16 units", options)
        if isinstance(place, str):
            answers.faults.append(place)
            return
        answers.regions[region] = _Region(place)
    for kind in _SPANS:
        if names := _listed(value.get(kind)):
            question = _question(result)
            answers.ask(question, kind)
            answers.regions[region].kinds.setdefault(question, []).extend(names)


def _answer(
    answers: Answers, region: str, question: str, value: Mapping[str, Any], options: ImportOptions
) -> None:
    """Notes what a result answers, for its span or for the whole text."""
    of_span = region in answers.regions
    kinds = [
        kind
        for kind in (*_ANSWERS, *_SPANS)
        if kind in value and not (of_span and kind in ("text", *_SPANS))
    ]
    for kind in kinds[:1]:
        paths = kind == "taxonomy" or _is_paths(value[kind])  # nested choices are paths as well
        answered = _leaves(value[kind], options) if paths else _listed(value[kind])
        answers.ask(question, kind if kind not in _SPANS else "choices")
        answers_of = answers.regions[region].choices if of_span else answers.whole
        answers_of.setdefault(question, []).extend(answered)


def _listed(value: Any) -> list[str]:
    """The answers in a value: one, or a list of them."""
    if value is None or value == "":
        return []
    return [as_text(answer) for answer in value] if isinstance(value, list) else [as_text(value)]


def _leaves(paths: Any, options: ImportOptions) -> list[str]:
    """The chosen ends of taxonomy paths, each the last of its path that is a label.

    A path that another goes on from was chosen with it and says nothing of its own.
    """
    if isinstance(paths, str):
        paths = [[paths]]
    kept = [
        [as_text(part) for part in (path if isinstance(path, list) else [path])]
        for path in paths or []
        if path
    ]
    ends = [
        path
        for path in kept
        if not any(longer[: len(path)] == path and len(longer) > len(path) for longer in kept)
    ]
    return [
        next(
            (part for part in reversed(path) if matching_label(part, options) is not None), path[-1]
        )
        for path in ends
    ]
