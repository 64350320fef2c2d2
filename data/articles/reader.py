"""Articles read from text files, folders and tables, one by one."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from data.articles.article import Article, Columns, article_from_record, id_in
from data.articles.files import EARLIER, ArticleFile, ArticleFiles, count_lines, find_articles
from data.articles.metadata import Metadata, date_in_name, is_iso_date, names_of
from data.articles.notes import Notes
from data.files import Row, read_rows
from data.formats.lines import encoding_advice, encoding_fault, open_text
from data.problems import InputError, Problem, attempt

LABELS = {"article_id", "sentence_id", "kind", "probabilities", "model_version"}  # what we write


def read_articles(
    paths: Sequence[str | Path],
    columns: Columns | None = None,
    *,
    skip: Collection[str | Path] = (),
    encoding: str | None = None,
    sheet: str | None = None,
    metadata: str | Path | None = None,
) -> ArticleReader:
    """Returns an iterator over the articles of files and folders, in order, reading as it goes.

    What cannot be read, an empty text, a record that was there before, and a link out of a folder
    each give a `Problem` in place of the article, and reading goes on.

    An article is called what its record says (`id`, `article_id`). A text file is called by its
    path below the folder that holds all inputs, a record without id by that and its line
    (`news/a.jsonl:7`). So is a record whose id another one has; its own id is kept as metadata.

    Args:
        paths: files and folders.
        columns: which fields of a record hold what.
        skip: files in folders that are none of the articles.
        encoding: of text files, CSV, TSV and JSONL; None for that of their byte order mark, or
            UTF-8.
        sheet: of Excel workbooks; may be None where only one has rows.
        metadata: a table with fields of the articles, which it names in `file` or `id`. They
            stand in place of fields of the same name.

    Raises:
        InputError: before the first article, if a path does not exist or its kind is unknown, the
            table of metadata is wrong, or the encoding is unknown; all of it at once.
    """
    problems: list[Problem] = []
    if encoding is not None:
        attempt(problems, lambda: _check_encoding(encoding))
    files = attempt(problems, lambda: find_articles(paths, skip=skip))
    table = attempt(problems, lambda: Metadata(metadata, encoding)) if metadata else None
    if problems or files is None:
        raise InputError(problems)
    return ArticleReader(files, columns or Columns(), encoding, sheet, table)


class ArticleReader(Iterator[Article | Problem]):
    """Gives articles; knows how far it is, and what the user should know of what was read.

    Attributes:
        files: what the inputs hold; those that turn out to be none of the articles are among the
            files passed over.
        notes: what was noticed so far.
    """

    def __init__(
        self,
        files: ArticleFiles,
        columns: Columns,
        encoding: str | None,
        sheet: str | None,
        metadata: Metadata | None,
    ) -> None:
        """See `read_articles`."""
        self.files = files
        self.notes = Notes()
        self._columns, self._encoding, self._sheet = columns, encoding, sheet
        self._metadata = metadata
        self._ids = _Identities(self.notes)
        self._total = sum(file.size for file in files.files)
        self._read = 0.0  # bytes
        called = Counter(name for file in files.files for name in names_of(file.name))
        self._shared = {name for name, count in called.items() if count > 1}
        self._articles = self._all()

    def __next__(self) -> Article | Problem:
        return next(self._articles)

    @property
    def done(self) -> float:
        """The share of the input that was read, by size; 1 where there is none."""
        return min(1.0, self._read / self._total) if self._total else 1.0

    def notices(self) -> list[str]:
        """What the user should know, a line each; complete at the end."""
        lines = [*self.files.notices(), *self.notes.lines()]
        if self._metadata and (unused := self._metadata.unused):
            lines.append(
                f"rows of {self._metadata.path} that fit no article, or several: "
                f"{len(unused):,}, such as '{unused[0]}'"
            )
        return lines

    def _all(self) -> Iterator[Article | Problem]:
        yield from self.files.problems
        before = 0
        for file in self.files.files:
            try:
                yield from self._of_text(file) if file.is_text else self._of_table(file)
            except InputError as error:  # the rest of this file is lost, the other files are not
                yield from error.problems
            except OSError as error:
                yield Problem(str(file.path), f"cannot be read ({error.strerror})")
            except (ValueError, RecursionError) as error:
                yield Problem(str(file.path), f"cannot be read ({error})")
            before += file.size
            self._read = before

    def _of_text(self, file: ArticleFile) -> Iterator[Article | Problem]:
        where = str(file.path)
        with open_text(file.path, self._encoding) as stream:
            text = stream.read().removeprefix("\ufeff")
        if fault := encoding_fault(text, self._encoding):
            line = next(
                number
                for number, line in enumerate(text.split("\n"), 1)
                if encoding_fault(line, self._encoding)
            )
            yield Problem(f"{where}:{line}", fault, encoding_advice(self._encoding))
        elif not text.strip():
            yield Problem(where, "is empty", "expected the text of an article")
        elif "\0" in text:
            yield Problem(
                where,
                "holds NUL characters",
                "expected text; name its encoding with --encoding if it is one",
            )
        else:
            names = [name for name in names_of(file.name) if name not in self._shared]
            yield self._ids.admit(
                self._with_metadata(Article(file.name, text, where, self._date(file)), names),
                file.name,
            )

    def _of_table(self, file: ArticleFile) -> Iterator[Article | Problem]:
        before, lines, first = self._read, count_lines(file.path), True
        for line, row in read_rows(file.path, self._encoding, self._sheet):
            self._read = before + file.size * min(1.0, line / lines if lines else 0.0)
            if isinstance(row, Problem):
                yield row
                continue
            if first and file.in_folder and row.keys() >= LABELS:
                self.files.passed_over[EARLIER] += 1
                return
            first = False
            place = f"{file.name}:{line}"
            article = article_from_record(row, self._columns, f"{file.path}:{line}", place)
            if isinstance(article, Problem):
                yield article
                continue
            article = self._with_metadata(article, [article.sentence_id or "", article.id])
            part = not article.sentence_id and id_in(row, self._columns.article_id)
            yield article if part else self._ids.admit(article, place)

    def _date(self, file: ArticleFile) -> Row:
        try:
            date = date_in_name(file.name)
        except ValueError as error:
            self.notes.add("file names without one clear date", f"{file.path} {error}")
            return {}
        return {"date": date} if date else {}

    def _with_metadata(self, article: Article, names: Sequence[str]) -> Article:
        fields = self._metadata.of(*names) if self._metadata else {}
        for name, value in fields.items():
            if article.metadata.get(name, value) != value:
                self.notes.add(
                    f"values of '{name}' that --metadata has otherwise, and replaces",
                    f"{article.metadata[name]!r} by {value!r} ({article.where})",
                )
        article = replace(article, metadata=article.metadata | fields) if fields else article
        date = article.metadata.get("date")
        if date is not None and not is_iso_date(date):
            self.notes.add(
                "dates that are not written YYYY-MM-DD, kept as they are",
                f"{date!r} ({article.where})",
            )
        return article


class _Identities:
    """Sees to it that no two records have one id."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._seen: dict[str, tuple[int, str]] = {}

    def admit(self, article: Article, place: str) -> Article | Problem:
        """Returns the article, under its place if its id is taken; or that it was there before."""
        own = article.id if article.sentence_id is None else article.sentence_id
        content = hash((article.id, article.text, article.target))
        names = [own, place] if article.sentence_id is None else [own, f"{article.id}:{own}", place]
        for name in names:
            if name not in self._seen:
                break
            if self._seen[name][0] == content:
                return Problem(
                    article.where,
                    f"is the record '{own}' of {self._seen[name][1]} once more",
                    "expected each record once",
                )
        self._seen[name] = (content, article.where)
        if name == own:
            return article
        self._notes.add(
            "ids given twice, the later record labelled under another",
            f"'{own}' as '{name}' ({article.where}, after {self._seen[own][1]})",
        )
        article = replace(article, metadata={"id": own} | article.metadata)
        return (
            replace(article, id=name)
            if article.sentence_id is None
            else replace(article, sentence_id=name)
        )


def _check_encoding(name: str) -> None:
    try:
        io.TextIOWrapper(io.BytesIO(), name)
    except LookupError as error:
        raise InputError(
            Problem(
                f"--encoding {name}",
                "is no known encoding",
                "expected utf-8, utf-16, cp1252, latin-1, …",
            )
        ) from error
