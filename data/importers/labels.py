"""Labels of foreign files under the codebook's names."""

from __future__ import annotations

from collections.abc import Sequence

from data.codebook import Codebook
from data.files import Row

STANCE_STANDARDS = ("semeval", "tweeteval", "vast", "newsmtsc", "sentiment")
NEWSMTSC_ANSWERS = {"2": "-1", "4": "0", "6": "1"}  # its annotators' scale of seven, kept points


def plain(label: object) -> str:
    """The label as text; a whole number loses its `.0`, and None is empty."""
    if label is None:
        return ""
    if isinstance(label, float) and label.is_integer():
        label = int(label)
    text = str(label).strip()
    return text[:-2] if text.endswith(".0") and text[:-2].lstrip("-").isdigit() else text


def to_codebook(label: object, codebook: Codebook, standard: str | None = None) -> str:
    """The codebook's label meant by `label`, or `label` as text where nothing fits.

    With a standard only its names count and the codebook's own; without one, every spelling that
    means one label. What does not fit is left for the check, which names it.

    Raises:
        InputError: the codebook has no crosswalk to the standard.
    """
    text = plain(label)
    if standard is None:
        return codebook.canonical(text) or text
    codes = {code.casefold(): name for code, name in codebook.from_standard(standard).items()}
    if standard == "newsmtsc":
        text = NEWSMTSC_ANSWERS.get(text, text)
    if (meant := codes.get(text.casefold())) is not None:
        return meant
    return next((name for name in codebook.names if name.casefold() == text.casefold()), text)


def put_labels(row: Row, labels: Sequence[object], codebook: Codebook,
               standard: str | None = None) -> Row:
    """The row with its labels, each once: as `labels`, or as `label` where it is one of one."""
    names = list(dict.fromkeys(to_codebook(label, codebook, standard) for label in labels))
    if codebook.several or len(names) > 1:
        row["labels"] = names
    elif names:
        row["label"] = names[0]
    return row
