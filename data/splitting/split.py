"""Train, dev and test, with what belongs together kept together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from data.fields import SPLITS
from data.files import Row
from data.problems import InputError, Problem
from data.rows import article_of, labels_of
from data.splitting.assignment import STRATEGIES, By, Group, hashed, stratified
from data.splitting.dates import EXPECTED_DATE, Day, day_of
from data.splitting.near_duplicates import MAX_ARTICLES, MIN_WORDS, Linked, link_articles
from data.splitting.split_warnings import AssignedRows, split_warnings

MOST_LISTED = 5  # rows in a message


@dataclass(frozen=True)
class SplitResult:
    """A split and how it came about.

    Attributes:
        splits: `train`, `dev` or `test` for each row, in the order of the rows.
        groups: groups of rows that were assigned as one.
        articles: articles in all groups.
        near_duplicate_groups: groups that near-duplicate texts made of several articles.
        largest_group: rows of the largest group.
        short_texts: texts in several articles, too short to link them.
        boilerplate_texts: texts in too many articles to link them.
        labels: split to label to rows.
        warnings: what the user should know: splits that are empty or of another size than asked
            for, labels absent from dev or test, texts of dev and test that also stand in train.
    """

    splits: list[str]
    groups: int
    articles: int
    near_duplicate_groups: int
    largest_group: int
    short_texts: int
    boilerplate_texts: int
    labels: dict[str, Counter[str]]
    warnings: tuple[str, ...]

    def report(self) -> str:
        """Sizes, what was grouped, label shares in each split, and the warnings."""
        sizes = Counter(self.splits)
        rows = len(self.splits)
        labels = sorted({label for counts in self.labels.values() for label in counts})
        width = max([34, *map(len, labels)])
        lines = [
            ", ".join(f"{name} {sizes[name]} ({sizes[name] / max(rows, 1):.1%})" for name in SPLITS)
            + f" of {rows} rows",
            f"{self.groups} groups of {self.articles} articles; {self.near_duplicate_groups} "
            f"groups joined by near-duplicates; largest group {self.largest_group} rows",
            f"shared texts that joined nothing: {self.short_texts} under {MIN_WORDS} words, "
            f"{self.boilerplate_texts} in more than {MAX_ARTICLES} articles",
            f"{'share of rows with label':<{width + 2}}" + "".join(f"{name:>9}" for name in SPLITS),
        ]
        for label in labels:
            shares = "".join(
                f"{self.labels[name][label] / sizes[name]:>9.1%}" if sizes[name] else f"{'–':>9}"
                for name in SPLITS
            )
            lines.append(f"  {label:<{width}}{shares}")
        return "\n".join([*lines, *(f"warning: {warning}" for warning in self.warnings)])


def split_rows(
    rows: Sequence[Row],
    *,
    by: By,
    dev: float,
    test: float,
    seed: int = 0,
    allow_missing: bool = False,
    places: Sequence[str] = (),
) -> SplitResult:
    """Assigns rows to train, dev and test.

    Rows of one article, and articles that share near-duplicate texts or a story, stay together
    whatever the strategy. `article`: a group's split follows from the seed and its smallest
    article hash, so it stays when other articles are added; it can move only if a new article
    shares texts with it. `date`: oldest train, newest test. `random`: label shares as even as
    whole groups allow.

    Args:
        rows: with `text`, `article_id` (or `id`), labels, and `date` where `by` is `date`.
        by: the strategy.
        dev: fraction of rows for dev, 0 for none.
        test: fraction of rows for test, 0 for none.
        seed: another seed assigns otherwise; `date` knows no chance.
        allow_missing: accept labels that are absent from train.
        places: what to call each row in a message, as `rows.jsonl:7`; its id when empty.

    Raises:
        InputError: fractions out of bounds, an unknown strategy, rows without a date (as
            `data.splitting.dates.day_of` reads them) where one is needed, or labels absent from
            train. No rows give an empty result.
    """
    _check(rows, by, dev, test, places)
    articles = [article_of(row) for row in rows]
    linked = link_articles([str(row.get("text", "")) for row in rows], articles)
    names, groups = _groups(rows, articles, linked)
    assigned = STRATEGIES[by].assign(groups, dev, test, seed)
    split_of = dict(zip(names, assigned, strict=True))
    splits = [split_of[linked.groups[article]] for article in articles]
    labels: dict[str, Counter[str]] = {name: Counter() for name in SPLITS}
    for row, split in zip(rows, splits, strict=True):
        labels[split].update(set(labels_of(row)))
    if not allow_missing:
        _check_train(labels)
    members = Counter(linked.groups.values())
    wanted = {"train": 1 - dev - test, "dev": dev, "test": test}
    warnings = split_warnings(AssignedRows(rows, splits, labels, groups, by, wanted))
    return SplitResult(
        splits=splits,
        groups=len(groups),
        articles=len(linked.groups),
        near_duplicate_groups=sum(size > 1 for size in members.values()),
        largest_group=max((group.rows for group in groups), default=0),
        short_texts=linked.short_texts,
        boilerplate_texts=linked.boilerplate_texts,
        labels=labels,
        warnings=tuple(warnings),
    )


def fold_rows(rows: Sequence[Row], folds: int, seed: int = 0) -> list[int]:
    """Returns the fold (0, 1, …) of each row, for cross-validation.

    Rows of one article, and articles that share near-duplicate texts, are in one fold; shares of
    rows and labels are as even as whole groups allow. No rows give an empty list.

    Raises:
        InputError: fewer than two folds, or fewer groups than folds.
    """
    if folds < 2:
        raise InputError(Problem("folds", f"are {folds}", "expected two or more"))
    articles = [article_of(row) for row in rows]
    linked = link_articles([str(row.get("text", "")) for row in rows], articles)
    names, groups = _groups(rows, articles, linked)
    if rows and len(groups) < folds:
        raise InputError(
            Problem(
                "folds",
                f"are {folds}, but the {len(rows)} rows make {len(groups)} groups of articles "
                "without near-duplicates between them",
                "expected rows of more articles (field "
                "article_id)" + (f", or at most {len(groups)} folds" if len(groups) > 1 else ""),
            )
        )
    fold_of = dict(zip(names, stratified(groups, [1 / folds] * folds, seed), strict=True))
    return [fold_of[linked.groups[article]] for article in articles]


def _check(rows: Sequence[Row], by: By, dev: float, test: float, places: Sequence[str]) -> None:
    problems = []
    strategy = STRATEGIES.get(by)
    if strategy is None:
        problems.append(Problem("by", f"is '{by}'", f"expected one of {', '.join(STRATEGIES)}"))
    if not (dev >= 0 and test >= 0 and dev + test < 1):  # nan is refused as well
        problems.append(
            Problem(
                "dev, test",
                f"are {dev}, {test}",
                "expected fractions from 0 that leave some rows for train",
            )
        )
    undated = [
        at
        for at, row in enumerate(rows)
        if strategy and strategy.needs_dates and day_of(row.get("date")) is None
    ]
    if undated:
        examples = ", ".join(
            f"{places[at] if places else rows[at].get('id')} has {_shown(rows[at])}"
            for at in undated[:MOST_LISTED]
        )
        problems.append(
            Problem(
                f"by {by}",
                f"{len(undated)} of {len(rows)} rows have no date that says its day "
                f"({examples}{', …' if undated[MOST_LISTED:] else ''})",
                f"{EXPECTED_DATE} in field 'date'; or split by article",
            )
        )
    if problems:
        raise InputError(problems)


def _shown(row: Row) -> str:
    date = row.get("date")
    return "none" if date is None or not str(date).strip() else f"'{str(date)[:30]}'"


def _groups(
    rows: Sequence[Row], articles: Sequence[str], linked: Linked
) -> tuple[list[str], list[Group]]:
    keys: dict[str, str] = {}
    for article, group in linked.groups.items():
        key = hashed(article)
        keys[group] = min(keys.get(group, key), key)
    sizes: Counter[str] = Counter()
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    latest: dict[str, Day] = {}
    for row, article in zip(rows, articles, strict=True):
        group = linked.groups[article]
        sizes[group] += 1
        labels[group].update(set(labels_of(row)))
        if day := day_of(row.get("date")):
            latest[group] = max(day, latest.get(group, day))
    names = sorted(keys, key=keys.__getitem__)
    return names, [Group(keys[name], sizes[name], labels[name], latest.get(name)) for name in names]


def _check_train(labels: dict[str, Counter[str]]) -> None:
    absent = sorted((set(labels["dev"]) | set(labels["test"])) - set(labels["train"]))
    if absent:
        listing = ", ".join(
            f"{label} ("
            + " and ".join(
                f"{labels[name][label]} in {name}"
                for name in ("dev", "test")
                if labels[name][label]
            )
            + ")"
            for label in absent
        )
        raise InputError(
            Problem(
                "split",
                f"no train row has {listing}",
                "a label that is never seen cannot be learned: "
                "split by random, take another seed or smaller fractions, or add articles with it",
            )
        )
