import json

import pytest

from data.articles.article import Article, Columns
from data.articles.reader import read_articles
from data.problems import InputError, Problem


def ids(outcomes):
    return [article.id for article in outcomes if isinstance(article, Article)]


def problems(outcomes):
    return [str(problem) for problem in outcomes if isinstance(problem, Problem)]


def test_a_folder_is_read_through_and_sorted(tmp_path):
    for name in ("b.txt", "a.md", "deep/c.txt", "deep/.hidden.txt", ".git/d.txt", "picture.png"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("Some text.")
    assert ids(read_articles([tmp_path])) == ["a.md", "b.txt", "deep/c.txt"]


def test_text_is_kept_as_it_stands_without_its_mark(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("\ufeffOne.\r\nTwo.\r\n".encode())
    (article,) = read_articles([path])
    assert isinstance(article, Article)
    assert article.text == "One.\r\nTwo.\r\n"
    assert article.id == "a.txt"


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_tables_keep_metadata(tmp_path, suffix):
    from data.files import write_rows

    path = tmp_path / f"a.{suffix}"
    write_rows(
        path,
        [
            {"id": "1", "text": "One.", "date": "2026-01-02", "source": "Post"},
            {"id": "2", "text": "Two.", "date": "2026-01-03", "source": "Post"},
        ],
    )
    first, second = read_articles([path])
    assert isinstance(first, Article)
    assert (first.id, first.text) == ("1", "One.")
    assert first.metadata == {"date": "2026-01-02", "source": "Post"}
    assert isinstance(second, Article)
    assert second.where == f"{path}:{3 if suffix == 'csv' else 2}"


def test_columns(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"url": "u", "title": "Head", "body": "Text.", "id": "x"}) + "\n")
    (article,) = read_articles([path], Columns("body", "title", ("url",), ()))
    assert isinstance(article, Article)
    assert (article.id, article.text) == ("u", "Head\n\nText.")


def test_article_id_is_an_id_and_a_record_without_is_named_by_its_line(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"article_id": "A", "text": "One."}\n{"text": "Two."}\n')
    assert ids(read_articles([tmp_path])) == ["A", "a.jsonl:2"]


def test_bad_records_are_problems_and_reading_goes_on(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(
        b'{"id": "1", "text": "One."}\n{"id": "2"\n{"id": "3", "txt": "x"}\n'
        b'{"id": "4", "text": "\xff"}\n{"id": "1", "text": "One."}\n[1]\n'
        b'{"id": "6", "text": "Cut \\ud83d"}\n{"id": "5", "text": "Five."}\n'
    )
    (tmp_path / "b.txt").write_bytes("Tea.\nCafé".encode("latin-1"))
    (tmp_path / "c.txt").write_text(" \n")
    (tmp_path / "d.parquet").write_text("no table")
    (tmp_path / "e.csv").write_bytes(b"id,text\n6,caf\xe9\n")
    (tmp_path / "f.txt").write_text("Last." * 999 + "\0")
    (tmp_path / "g.txt").write_text("Last.")
    outcomes = list(read_articles([tmp_path]))
    assert ids(outcomes) == ["1", "5", "g.txt"]
    messages = problems(outcomes)
    for part in (
        "a.jsonl:2: is not JSON",
        "a.jsonl:3: 'text' is missing",
        "a.jsonl:4: is not UTF-8",
        "a.jsonl:5: is the record '1' of",
        "a.jsonl:6: is a JSON list",
        "a.jsonl:7: ",
        "b.txt:2: is not UTF-8",
        "c.txt: is empty",
        "d.parquet: cannot be read as Parquet",
        "e.csv:2: is not UTF-8",
        "f.txt: holds NUL characters",
    ):
        assert any(part in problem for problem in messages), part
    assert len(messages) == 11


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("Secret.")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("Open.")
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "more").symlink_to(outside)
    (folder / "gone.txt").symlink_to(folder / "nothing.txt")
    (folder / "same.txt").symlink_to(folder / "a.txt")
    outcomes = list(read_articles([folder]))
    assert ids(outcomes) == ["a.txt", "same.txt"]
    messages = "\n".join(problems(outcomes))
    assert "link.txt: is a link that leads out" in messages
    assert "more: is a link to a folder" in messages
    assert "gone.txt: is a broken link" in messages


def test_the_same_file_twice_is_read_once(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("One.")
    reader = read_articles([path, path])
    assert ids(reader) == ["a.txt"]
    assert reader.notices() == ["1 file named by several inputs, read once"]


def write(path, *rows):
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_rows_of_one_article_are_all_read(tmp_path):
    write(
        tmp_path / "a.jsonl",
        *[{"id": f"a-{n}", "article_id": "a", "text": "One."} for n in range(3)],
        {"article_id": "a", "text": "One."},
    )
    articles = list(read_articles([tmp_path]))
    assert [(article.id, article.sentence_id) for article in articles] == [
        ("a", "a-0"),
        ("a", "a-1"),
        ("a", "a-2"),
        ("a", None),
    ]


def test_another_record_under_the_same_id_keeps_it_beside_its_place(tmp_path):
    write(tmp_path / "a.jsonl", {"id": 1, "text": "One."}, {"id": 1, "text": "Two."})
    write(tmp_path / "more" / "a.jsonl", {"id": 1, "text": "Three.", "n": 1})
    reader = read_articles([tmp_path])
    assert [(article.id, article.metadata) for article in reader] == [
        ("1", {}),
        ("a.jsonl:2", {"id": "1"}),
        ("more/a.jsonl:1", {"id": "1", "n": 1}),
    ]
    (notice,) = reader.notices()
    assert notice.startswith("ids given twice, the later record labelled under another: 2, such")


def test_sentences_are_numbered_within_their_article(tmp_path):
    write(
        tmp_path / "a.jsonl",
        *[{"id": 0, "article_id": name, "text": f"Of {name}."} for name in "abc"],
    )
    assert [article.sentence_id for article in read_articles([tmp_path])] == ["0", "b:0", "c:0"]


def test_a_sentence_with_two_targets_is_two_records(tmp_path):
    write(
        tmp_path / "a.jsonl",
        *[{"id": "s", "article_id": "a", "text": "A met B.", "target": t} for t in "ABA"],
    )
    outcomes = list(read_articles([tmp_path]))
    assert [outcome.target for outcome in outcomes if isinstance(outcome, Article)] == ["A", "B"]
    assert "a.jsonl:3: is the record 's' of" in problems(outcomes)[0]


def test_encodings(tmp_path):
    text = "Café, “quoted”. Größe."
    for name in ("utf-8-sig", "utf-16", "utf-32"):
        (tmp_path / f"{name}.txt").write_text(text, encoding=name)
    (tmp_path / "utf-16.csv").write_text(f'id,text\n1,"{text}"\n', encoding="utf-16")
    assert [article.text for article in read_articles([tmp_path])] == [text] * 4
    for path in tmp_path.iterdir():
        path.unlink()
    (tmp_path / "a.txt").write_text(text, encoding="cp1252")
    (tmp_path / "b.jsonl").write_text(
        json.dumps({"text": text}, ensure_ascii=False), encoding="cp1252"
    )
    assert [article.text for article in read_articles([tmp_path], encoding="cp1252")] == [text] * 2
    assert "--encoding" in problems(read_articles([tmp_path]))[0]


@pytest.mark.parametrize("name", ["klingon", "rot13", ""])
def test_encodings_that_are_none(tmp_path, name):
    (tmp_path / "a.txt").write_text("One.")
    with pytest.raises(InputError, match="is no known encoding"):
        read_articles([tmp_path], encoding=name)


def test_tabs_and_workbooks(tmp_path):
    import openpyxl

    (tmp_path / "a.tsv").write_text("id\ttext\n1\tOne.\n")
    book = openpyxl.Workbook()
    for row in (["id", "text", "n"], [2, "Two.", 5]):
        book.active.append(row)
    book.save(tmp_path / "b.xlsx")
    first, second = read_articles([tmp_path])
    assert (first.id, first.text) == ("1", "One.")
    assert (second.id, second.text, second.metadata) == ("2", "Two.", {"n": 5})
    assert second.where == f"{tmp_path / 'b.xlsx'}:2"


def test_dates_of_file_names_and_of_a_table(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("2024-08-03_a.txt", "b.txt", "2024-02-30_c.txt", "20240101.txt"):
        (folder / name).write_text("One.")
    write(folder / "r.jsonl", {"id": 7, "text": "Two.", "date": "03/04/2024", "source": "Post"})
    table = tmp_path / "about.csv"
    table.write_text(
        "file,date,source\nb,2023-05-05,News\n20240101.txt,2024-01-02,\nnone.txt,2024-01-01,\n"
    )
    reader = read_articles([folder], metadata=table)
    assert [article.metadata for article in reader] == [
        {},
        {"date": "2024-08-03"},
        {"date": "2024-01-02"},
        {"date": "2023-05-05", "source": "News"},
        {"date": "03/04/2024", "source": "Post"},
    ]
    notices = "\n".join(reader.notices())
    for part in (
        "file names without one clear date: ",
        "02-30_c.txt",
        "values of 'date' that --metadata has otherwise, and replaces: '2024-01-01' by "
        "'2024-01-02'",
        "dates that are not written YYYY-MM-DD, kept as they are: '03/04/2024'",
        "fit no article, or several: 1, such as 'none.txt'",
    ):
        assert part in notices


def test_a_short_name_that_fits_two_files_is_given_to_neither(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text("One.")
    table = tmp_path / "about.csv"
    table.write_text("file,date\nx.txt,2023-05-05\n")
    reader = read_articles([tmp_path / "a", tmp_path / "b"], metadata=table)
    assert [article.metadata for article in reader] == [{}, {}]
    assert "fit no article, or several: 1, such as 'x.txt'" in reader.notices()[-1]
    table.write_text("file,date\nb/x.txt,2023-05-05\n")
    reader = read_articles([tmp_path / "a", tmp_path / "b"], metadata=table)
    assert [article.metadata for article in reader] == [{}, {"date": "2023-05-05"}]


def test_labels_of_an_earlier_run_are_passed_over_in_a_folder_only(tmp_path):
    row = {
        "article_id": "a",
        "sentence_id": "a:0",
        "text": "One.",
        "kind": "event",
        "probabilities": {},
        "model_version": "1",
    }
    write(tmp_path / "labels.jsonl", row)
    (tmp_path / "a.txt").write_text("One.")
    reader = read_articles([tmp_path])
    assert ids(reader) == ["a.txt"]
    assert reader.notices() == ["1 file passed over, being what an earlier run wrote"]
    (again,) = read_articles([tmp_path / "labels.jsonl"])
    assert again.sentence_id == "a:0"


def test_it_knows_how_far_it_is(tmp_path):
    write(tmp_path / "a.jsonl", *[{"id": n, "text": "One."} for n in range(4)])
    (tmp_path / "b.txt").write_text("x" * (tmp_path / "a.jsonl").stat().st_size)
    reader = read_articles([tmp_path])
    assert [round(reader.done, 3) for _ in reader] == [0.125, 0.25, 0.375, 0.5, 0.5]
    assert reader.done == 1
    (tmp_path / "empty").mkdir()
    assert read_articles([tmp_path / "empty"]).done == 1


def test_paths_are_checked_before_reading_all_at_once(tmp_path):
    (tmp_path / "a.pdf").write_text("x")
    with pytest.raises(InputError) as caught:
        read_articles([tmp_path / "a.pdf", tmp_path / "none.txt"])
    assert len(caught.value.problems) == 2


def test_skipped_files(tmp_path):
    (tmp_path / "a.txt").write_text("One.")
    (tmp_path / "labels.jsonl").write_text("{}")
    assert problems(read_articles([tmp_path], skip=[tmp_path / "labels.jsonl"])) == []


def test_reading_is_lazy(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "1", "text": "One."}\nbroken\n')
    first = next(read_articles([path]))
    assert isinstance(first, Article)
