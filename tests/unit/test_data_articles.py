import json

import pytest

from data.articles import Article, Columns, read_articles
from data.problems import InputError, Problem


def ids(found):
    return [article.id for article in found if isinstance(article, Article)]


def problems(found):
    return [str(problem) for problem in found if isinstance(problem, Problem)]


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
    assert article.id == path.as_posix()


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_tables_keep_metadata(tmp_path, suffix):
    from data.files import write_rows

    path = tmp_path / f"a.{suffix}"
    write_rows(path, [{"id": "1", "text": "One.", "date": "2026-01-02", "source": "Post"},
                      {"id": "2", "text": "Two.", "date": "2026-01-03", "source": "Post"}])
    first, second = read_articles([path])
    assert isinstance(first, Article)
    assert (first.id, first.text) == ("1", "One.")
    assert first.metadata == {"date": "2026-01-02", "source": "Post"}
    assert isinstance(second, Article)
    assert second.where == f"{path}:{3 if suffix == 'csv' else 2}"


def test_columns(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"url": "u", "title": "Head", "body": "Text.", "id": "x"}) + "\n")
    (article,) = read_articles([path], Columns(text="body", title="title", id=("url",)))
    assert isinstance(article, Article)
    assert (article.id, article.text) == ("u", "Head\n\nText.")


def test_article_id_counts_before_id_and_a_row_without_is_named_by_its_line(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "s1", "article_id": "A", "text": "One."}\n{"text": "Two."}\n')
    assert ids(read_articles([tmp_path])) == ["A", "a.jsonl:2"]


def test_bad_records_are_problems_and_reading_goes_on(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(
        b'{"id": "1", "text": "One."}\n{"id": "2"\n{"id": "3", "txt": "x"}\n'
        b'{"id": "4", "text": "\xff"}\n{"id": "1", "text": "Again."}\n[1]\n'
        b'{"id": "5", "text": "Five."}\n')
    (tmp_path / "b.txt").write_bytes("Café".encode("latin-1"))
    (tmp_path / "c.txt").write_text(" \n")
    (tmp_path / "d.parquet").write_text("no table")
    (tmp_path / "e.csv").write_bytes(b"id,text\n6,caf\xe9\n")
    (tmp_path / "f.txt").write_text("Last.")
    found = list(read_articles([tmp_path]))
    assert ids(found) == ["1", "5", "f.txt"]
    told = problems(found)
    for part in ("a.jsonl:2: is not JSON", "a.jsonl:3: 'text' is missing",
                 "a.jsonl:4: is not UTF-8",
                 "a.jsonl:5: article id '1' stands also at", "a.jsonl:6: is a JSON list",
                 "b.txt: is not UTF-8", "c.txt: is empty", "d.parquet: cannot be read as Parquet",
                 "e.csv:"):
        assert any(part in problem for problem in told), part
    assert len(told) == 9


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
    found = list(read_articles([folder]))
    assert ids(found) == ["a.txt", "same.txt"]
    told = "\n".join(problems(found))
    assert "link.txt: is a link that leads out" in told
    assert "more: is a link to a folder" in told
    assert "gone.txt: is a broken link" in told


def test_the_same_file_twice_is_a_duplicate(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("One.")
    found = list(read_articles([path, path]))
    assert len(ids(found)) == 1
    assert "stands also at" in problems(found)[0]


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
