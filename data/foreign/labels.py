"""Labels of foreign files under the codebook's names; what may mean several is left as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from data.codebook import Codebook
from data.fields import as_text
from data.files import Row
from data.foreign.interface import ImportOptions
from data.problems import InputError, Problem
from data.rows import parse_labels

CHOICES = re.compile(r'\{"choices": *(\[.*\])\}', re.DOTALL)  # a cell of Label Studio's tables
NEWSMTSC_ANSWERS = {"2": "-1", "4": "0", "6": "1"}  # its annotators' scale of seven, kept points


def label_text(label: object) -> str:
    """The label as text; a whole number loses its `.0`, and None is empty."""
    if label is None:
        return ""
    text = as_text(label).strip()
    return text[:-2] if text.endswith(".0") and text[:-2].lstrip("+-").isdigit() else text


def to_codebook(label: object, codebook: Codebook, standard: str | None = None) -> str:
    """The codebook's label meant by `label`, or `label` as text where none or several fit.

    What does not fit is left for the check, which names it.

    Raises:
        InputError: the codebook has no crosswalk to the standard.
    """
    exact, text = ("" if label is None else str(label).strip()), label_text(label)
    if standard is None and exact in codebook.columns:
        return exact
    if standard == "newsmtsc":
        text = NEWSMTSC_ANSWERS.get(text, text)
    meanings = codebook.meanings(text, standard)
    return meanings[0] if len(meanings) == 1 else text


def matching_label(label: object, options: ImportOptions) -> str | None:
    """The codebook's label meant by `label`; None where none or several fit."""
    text = label_text(label)
    name = options.label_map.get(text) or to_codebook(label, options.codebook, options.standard)
    return name if name in options.codebook.columns else None


def parse_label_map(pairs: Sequence[str], codebook: Codebook) -> dict[str, str]:
    """The file's label to the codebook's, from `LABEL=NAME` each; no pairs give an empty mapping.

    Raises:
        InputError: a pair without a label, or with a name that is none of the codebook's; all at
            once.
    """
    names: dict[str, str] = {}
    problems: list[Problem] = []
    for text in pairs:
        label, sign, name = (part.strip() for part in text.rpartition("="))
        if not sign or not label:
            problems.append(
                Problem(
                    f"--map {text}",
                    "names no label",
                    "expected LABEL=NAME, the file's and the codebook's",
                )
            )
        elif name not in codebook.columns:
            problems.append(codebook.label_problem(name, f"--map {text}"))
        names[label] = name
    if problems:
        raise InputError(problems)
    return names


def put_labels(row: Row, labels: Sequence[object], options: ImportOptions) -> Row:
    """The row with its labels, each once: as `labels`, or as `label` where it is one of one.

    A label read under another name than the file has is counted in `options.renamed`.
    """
    names: dict[str, None] = {}
    for label in labels:
        text = label_text(label)
        name = matching_label(label, options) or text
        if name != text:
            options.renamed[text, name] += 1
        if name:
            names[name] = None
    label_names = list(names)
    if options.codebook.multilabel or len(label_names) > 1:
        row["labels"] = label_names
    elif label_names:
        row["label"] = label_names[0]
    return row


def scored_labels(scores: Mapping[str, Any], field: str) -> list[object] | Problem:
    """The labels that apply, of an object that says 1 or 0 of each, as spaCy's `cats` does."""
    unsure = [name for name, value in scores.items() if value not in (0, 1)]
    if unsure:
        return Problem(
            "",
            f"{field} says {scores[unsure[0]]} of {unsure[0]}",
            "expected 1 for the labels that apply and 0 for the others",
        )
    return [name for name, value in scores.items() if value == 1]


def split_labels(cell: str, options: ImportOptions, separators: Sequence[str]) -> list[str]:
    """The labels in a cell: the one that it names, a list, or parts of it that are all labels.

    Args:
        cell: what stands there.
        options: the codebook, and how the file names its labels.
        separators: what may part labels, the most usual first; where the parts of none are all
            labels, the first parts them.
    """
    if matching_label(cell, options) is not None:
        return [cell]
    if cell.lstrip().startswith("["):
        return [str(label) for label in parse_labels(cell)]
    if (chosen := CHOICES.fullmatch(cell.strip())) and (names := parse_labels(chosen[1])):
        return [str(label) for label in names]
    for separator in separators:
        parts = [part.strip() for part in cell.split(separator) if part.strip()]
        if all(matching_label(part, options) is not None for part in parts):
            return parts
    return [part.strip() for part in cell.split(separators[0]) if part.strip()]


def explain_unknown_label(label: str, problem: Problem, options: ImportOptions) -> Problem:
    """The problem of an unknown label, with what it may mean and how to say which."""
    codebook = options.codebook
    option = "--map=" if label.startswith("-") else "--map "  # -1=… alone reads as an option
    how = f"name it with {option}'{label}=…'"
    if options.standard is not None:
        meanings = codebook.meanings(label, options.standard)
        if len(meanings) < 2:
            return problem
        names = ", ".join(meanings)
        what = f"label '{label}' is {len(meanings)} labels in {options.standard}: {names}"
        return Problem(problem.where, what, how)
    readings = codebook.readings(label)
    if not readings:
        return (
            problem
            if not label.lstrip("+-").isdigit()
            else Problem(problem.where, problem.what, f"{problem.expected}; {how}")
        )
    listing = "; ".join(
        f"in {standard} {' or '.join(names)}" for standard, names in readings.items()
    )
    clear = "|".join(standard for standard, names in readings.items() if len(names) == 1)
    return Problem(
        problem.where,
        f"label '{label}' is not clear: {listing}",
        (f"say which with --standard {clear}, or " if clear else "") + how,
    )
