"""The corpus held to its bounds: every count, share and figure, each with what it must be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from data.codebook import Codebook, load_codebook
from data.files import Row
from data.quality.agreement import measure
from data.quality.annotations import read_annotations
from data.quality.corpus_bounds import (
    BOUNDS,
    CONFUSABLE,
    CONTINENT_OF,
    CONTINENTS,
    FLAGS,
    GENRES,
    NO_EVENT,
    YEARS,
)
from data.quality.table import load_rows
from data.quality.wording import (
    closest_pair,
    commonest_opening,
    moving_type_token_ratio,
    type_token_ratio,
)
from data.rows import labels_of
from data.text.words import words_of


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the corpus; `name` is a key of `BOUNDS` with or without ": …", or has none."""

    name: str
    value: float
    note: str = ""

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """The least and the greatest value allowed."""
        return BOUNDS.get(self.name.split(":")[0], (None, None))

    @property
    def ok(self) -> bool:
        """Whether the value is within its bounds."""
        low, high = self.bounds
        return (low is None or self.value >= low) and (high is None or self.value <= high)

    def __str__(self) -> str:
        low, high = self.bounds
        wanted = [
            f"{word} {_number(bound)}"
            for word, bound in (("at least", low), ("at most", high))
            if bound is not None
        ]
        state = "    " if not wanted else "ok  " if self.ok else "FAIL"
        line = f"{state} {self.name:<68} {_number(self.value):>8}  {', '.join(wanted):<16}"
        return f"{line}  {self.note}".rstrip()


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


def check_corpus(folder: str | Path) -> list[Figure]:
    """Every figure of the corpus in a folder, in the order to print.

    The folder holds `event.jsonl` and `stance.jsonl`, and `event_second.jsonl` and
    `stance_second.jsonl` with the labels of several annotators.

    Raises:
        InputError: a file is missing, holds no rows, or has rows that its codebook does not allow.
    """
    folder = Path(folder)
    book = load_codebook("event")
    events = load_rows([folder / "event.jsonl"], book)
    pairs = load_rows([folder / "stance.jsonl"], load_codebook("stance"))
    return [
        *_sizes(events, book),
        *_stances(pairs),
        *_spread(events),
        *_flags(events),
        *_wording(events),
        *_agreement(folder, {"event": events, "stance": pairs}),
    ]


def _sizes(events: Sequence[Row], book: Codebook) -> Iterator[Figure]:
    sentences: Counter[str] = Counter()
    articles: dict[str, set[str]] = defaultdict(set)
    for row in events:
        label = labels_of(row)[0]
        sentences[label] += 1
        articles[label].add(row["article_id"])
    yield Figure("articles", len({row["article_id"] for row in events}))
    yield Figure("labelled sentences", len(events))
    yield Figure("share of no_event", sentences[NO_EVENT] / len(events))
    for label in book.names:
        if label != NO_EVENT:
            kind = "a confusable label" if label in CONFUSABLE else "a label"
            yield Figure(f"sentences of {kind}: {label}", sentences[label])
            yield Figure(f"articles of a label: {label}", len(articles[label]))


def _stances(pairs: Sequence[Row]) -> Iterator[Figure]:
    labels = Counter(labels_of(row)[0] for row in pairs)
    by_sentence: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in pairs:
        by_sentence[row["article_id"], row["text"]].append(labels_of(row)[0])
    with_several = [stances for stances in by_sentence.values() if len(stances) > 1]
    yield Figure("stance pairs", len(pairs))
    yield Figure("distinct targets", len({row["target"] for row in pairs}))
    for label in ("against", "neutral", "favor"):
        yield Figure(f"share of stance: {label}", labels[label] / len(pairs))
    yield Figure("sentences with a stance", len(by_sentence))
    yield Figure("sentences with two targets or more", len(with_several) / len(by_sentence))
    yield Figure(
        "of them with different stances",
        sum(len(set(stances)) > 1 for stances in with_several) / max(len(with_several), 1),
    )


def _spread(events: Sequence[Row]) -> Iterator[Figure]:
    articles = {row["article_id"]: row for row in events}.values()
    genres, spellings, countries = (
        Counter(str(row.get(field)) for row in articles)
        for field in ("genre", "spelling", "country")
    )
    years = Counter(int(str(row.get("date", "0"))[:4]) for row in articles)
    continents = Counter(CONTINENT_OF.get(country, "") for country in countries.elements())
    for genre in GENRES:
        yield Figure(f"articles of genre: {genre}", genres[genre] / len(articles))
    for spelling in ("british", "american"):
        yield Figure(f"articles in spelling: {spelling}", spellings[spelling] / len(articles))
    fewest = min(YEARS, key=lambda year: years[year])
    yield Figure(
        "articles of a year, fewest", years[fewest], f"{fewest}; years {YEARS[0]} to {YEARS[-1]}"
    )
    for continent in CONTINENTS:
        yield Figure(f"articles of a continent: {continent}", continents[continent])
    unknown = sorted(country for country in countries if country not in CONTINENT_OF)
    yield Figure("countries of no known continent", len(unknown), ", ".join(unknown))
    yield Figure("countries", len(countries))


def _flags(events: Sequence[Row]) -> Iterator[Figure]:
    flags = Counter(flag for row in events for flag in row.get("hard") or ())
    yield Figure("sentences with any flag", sum(bool(row.get("hard")) for row in events))
    for flag in FLAGS:
        yield Figure(f"sentences with flag: {flag}", flags[flag])


def _wording(events: Sequence[Row]) -> Iterator[Figure]:
    texts = [str(row["text"]) for row in events]
    lengths = [len(text.split()) for text in texts]
    yield Figure("words of the shortest sentence", min(lengths))
    yield Figure("words of the median sentence", int(median(lengths)))
    yield Figure("words of the longest sentence", max(lengths))
    opening, times = commonest_opening(texts)
    yield Figure("commonest opening of three words", times / len(texts), f"“{opening}”, {times}")
    index, first, second = closest_pair(texts, [row["article_id"] for row in events])
    yield Figure(
        "5-gram Jaccard of the closest pair",
        index,
        f"{events[first]['id']} and {events[second]['id']}" if index else "",
    )
    yield Figure("words", sum(len(words_of(text)) for text in texts))
    yield Figure("type-token ratio", type_token_ratio(texts))
    yield Figure("moving type-token ratio, 1,000 words", moving_type_token_ratio(texts))


def _agreement(folder: Path, tables: Mapping[str, Sequence[Row]]) -> Iterator[Figure]:
    for task, rows in tables.items():
        units, _ = read_annotations([folder / f"{task}_second.jsonl"])
        ids = {f"id {row['id']}" for row in rows}
        agreement = measure(units)
        low, high = agreement.interval or (float("nan"), float("nan"))
        labelled_twice = sum(unit in ids and len(labels) > 1 for unit, labels in units.items())
        yield Figure(
            f"labelled a second time, {task}",
            labelled_twice / len(rows),
            f"{labelled_twice:,} of {len(rows):,}",
        )
        yield Figure(f"second labels of no row, {task}", sum(unit not in ids for unit in units))
        yield Figure(
            f"Krippendorff's alpha, {task}",
            agreement.alpha or 0.0,
            f"95 % interval {low:.3f} to {high:.3f}",
        )
