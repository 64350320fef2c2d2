"""The tokens that a saved encoder reads of a sentence, and how a long one is cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.portable.inputs import Bounds, Input, prepared

MARKERS = ("[T]", "[/T]", "[A]", "[/A]")
WHOLE = {"policy": "whole", "version": 1}  # rows are read to their end, however long
# What is done with a row longer than `max_tokens`: its name, and which version of it. Version 1,
# of models that say nothing of it, forgot the actor's markers where the target is not in the text.
CUTS = ({"policy": "around_target", "version": 1}, {"policy": "around_target", "version": 2})
CUT = CUTS[-1]  # of models that are trained now


@dataclass(frozen=True, slots=True)
class Tokens:
    """One row for an encoder.

    Attributes:
        ids: token ids with special tokens and markers.
        pool: half-open range of the tokens to average for the target; all if it has none.
        cut: whether the text was too long and lost tokens.
    """

    ids: list[int]
    pool: Bounds
    cut: bool


def tokenize(tokenizer: Any, rows: Sequence[Input], spec: dict[str, Any]) -> list[Tokens]:
    """Tokens of each row, in order.

    Args:
        tokenizer: a `tokenizers.Tokenizer` without truncation and padding.
        rows: sentences; a target that is not in its text is appended as a second segment.
        spec: `max_tokens`, `cut` (of `CUTS`; the first one if there is none), `cls`, `sep`, and
            `markers`: ids of [T] [/T] [A] [/A], or none.
    """
    rows = prepared(rows, spec)
    # "[T]he minister", as quotes have it, holds no marker: only _tokens sets those.
    tokenizer.encode_special_tokens = True

    def encoded(texts: list[str]) -> list[Any]:
        return list(tokenizer.encode_batch(texts, add_special_tokens=False))

    encodings = encoded([row.text for row in rows])
    extra = sorted({row.target for row in rows if row.target and row.target_at is None})
    names = dict(zip(extra, encoded(extra), strict=True))
    tokenized = []
    for row, encoding in zip(rows, encodings, strict=True):
        name = names[row.target].ids if row.target and row.target_at is None else None
        tokenized.append(_tokens(row, encoding, name, spec))
    return tokenized


def _tokens(row: Input, encoding: Any, name: list[int] | None, spec: dict[str, Any]) -> Tokens:
    ids, offsets = encoding.ids, encoding.offsets
    target = _token_range(offsets, row.target_at)
    actor = _token_range(offsets, row.actor_at)
    markers = spec.get("markers") or []
    budget = spec["max_tokens"] - 2
    if name is not None:
        name = name[: budget // 2]
        budget -= len(name) + 1 + (2 if markers else 0)
        if actor and markers and spec.get("cut", CUTS[0])["version"] > 1:
            budget = max(budget - 2, 0)
    else:
        budget -= 2 * len([span for span in (target, actor) if span and markers])
    start, end = _kept(len(ids), target or actor, budget)
    target, actor = _clipped(target, start, end), _clipped(actor, start, end)
    out, opened, pool = [spec["cls"]], None, None
    for position in range(start, end):
        for span, marker in ((target, 0), (actor, 2)):
            if markers and span and span[0] == position:
                out.append(markers[marker])
        if target and target[0] == position:
            opened = len(out)
        out.append(ids[position])
        for span, marker in ((actor, 3), (target, 1)):
            if span and position == span[1] - 1:
                if marker == 1 and opened is not None:
                    pool = (opened, len(out))
                if markers:
                    out.append(markers[marker])
    out.append(spec["sep"])
    if name is not None:
        out += markers[:1]
        pool = (len(out), len(out) + max(len(name), 1))
        out += [*name, *markers[1:2], spec["sep"]]
    if pool and markers:
        pool = (pool[0] - 1, min(pool[1] + 1, len(out)))  # the markers carry the target's role too
    at = pool or (0, len(out))
    return Tokens(out, at, cut=end - start < len(ids))


def _token_range(offsets: Sequence[Bounds], at: Bounds | None) -> Bounds | None:
    """The tokens that overlap the characters `at`; None if there is none."""
    if at is None:
        return None
    inside = [i for i, (start, end) in enumerate(offsets) if start < at[1] and end > at[0]]
    return (inside[0], inside[-1] + 1) if inside else None


def _clipped(span: Bounds | None, start: int, end: int) -> Bounds | None:
    """What of `span` lies in the kept range; None if nothing does."""
    if span is None or span[0] >= end or span[1] <= start:
        return None
    return max(span[0], start), min(span[1], end)


def _kept(length: int, span: Bounds | None, budget: int) -> Bounds:
    """The range of tokens to keep: the head, or as much on both sides of `span` as fits."""
    if length <= budget:
        return 0, length
    if span is None or span[1] <= budget // 2:
        return 0, budget
    if span[1] - span[0] >= budget:
        return span[0], span[0] + budget
    room = budget - (span[1] - span[0])
    start = min(max(0, span[0] - room // 2), length - budget)
    return start, start + budget


def batches(tokens: Sequence[Tokens], budget: int) -> Iterator[list[int]]:
    """Row numbers in batches of like length, each at most `budget` tokens with its padding."""
    batch: list[int] = []
    for row in sorted(range(len(tokens)), key=lambda i: len(tokens[i].ids)):
        if batch and (len(batch) + 1) * len(tokens[row].ids) > budget:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def padded(tokens: Sequence[Tokens], pad: int) -> dict[str, np.ndarray]:
    """Arrays (n, longest): `input_ids`, `attention_mask` (int64) and `pool_mask` (float32)."""
    width = max(len(row.ids) for row in tokens)
    ids = np.full((len(tokens), width), pad, dtype=np.int64)
    mask = np.zeros((len(tokens), width), dtype=np.int64)
    pool = np.zeros((len(tokens), width), dtype=np.float32)
    for i, row in enumerate(tokens):
        ids[i, : len(row.ids)] = row.ids
        mask[i, : len(row.ids)] = 1
        pool[i, row.pool[0] : row.pool[1]] = 1.0
    return {"input_ids": ids, "attention_mask": mask, "pool_mask": pool}
