import pytest

from data.articles.files import count_lines, find_articles
from data.problems import InputError


def make(folder, *names, text="Some text."):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def found(*paths, **options):
    return [file.name for file in find_articles(paths, **options).files]


def test_what_is_passed_over_is_told(tmp_path):
    make(
        tmp_path,
        "a.txt",
        "b.html",
        "deep/c.HTML",
        "deep/d.json",
        "deep/noend",
        ".git/e.txt",
        "deep/.hidden.txt",
        "old.jsonl.rejects.jsonl",
    )
    result = find_articles([tmp_path])
    assert [file.name for file in result.files] == ["a.txt"]
    assert result.notices() == [
        "4 files passed over, being of no known kind: .html (2), .json, without suffix",
        "2 files or folders passed over, being hidden",
        "1 file passed over, being what an earlier run wrote",
    ]


def test_nothing_to_tell_of_a_folder_that_is_read_whole(tmp_path):
    make(tmp_path, "a.txt", "B.TXT", "c.CSV", "d.tsv", "e.xlsx", "f.Parquet", "g.md", "h.jsonl")
    result = find_articles([tmp_path])
    assert len(result.files) == 8
    assert (result.notices(), result.problems) == ([], [])


def test_names_are_below_the_folder_that_holds_all_inputs(tmp_path, monkeypatch):
    make(tmp_path, "a/x.txt", "b/x.txt", "b/deep/x.txt", "x.txt")
    a, b, x = tmp_path / "a", tmp_path / "b", tmp_path / "x.txt"
    assert found(b) == ["x.txt", "deep/x.txt"]
    assert found(a, b) == ["a/x.txt", "b/x.txt", "b/deep/x.txt"]
    assert found(b / "x.txt", b / "deep" / "x.txt") == ["x.txt", "deep/x.txt"]
    assert found(a, x) == ["a/x.txt", "x.txt"]
    assert found(x) == ["x.txt"]
    monkeypatch.chdir(a)
    assert found(".", "../b/", "../x.txt") == ["a/x.txt", "b/x.txt", "b/deep/x.txt", "x.txt"]


def test_a_file_of_several_inputs_is_read_once(tmp_path):
    make(tmp_path, "a/x.txt", "a/deep/y.txt")
    result = find_articles(
        [
            tmp_path / "a",
            tmp_path / "a" / "deep",
            tmp_path / "a" / "x.txt",
            tmp_path / "a" / "deep" / ".." / "x.txt",
        ]
    )
    assert [file.name for file in result.files] == ["x.txt", "deep/y.txt"]
    assert result.notices() == ["3 files named by several inputs, read once"]


def test_a_folder_may_be_called_like_a_file_and_an_empty_one_holds_nothing(tmp_path):
    make(tmp_path, "x.txt/a.txt")
    (tmp_path / "empty.csv").mkdir()
    assert found(tmp_path) == ["x.txt/a.txt"]
    assert found(tmp_path / "x.txt") == ["a.txt"]
    assert found(tmp_path / "empty.csv") == []


def test_names_that_are_no_utf8_can_be_written(tmp_path):
    try:
        (tmp_path / "caf\udce9.txt").write_text("Text.")
    except OSError:
        pytest.skip("this file system takes only UTF-8")
    assert found(tmp_path) == ["caf\\xe9.txt"]


def test_links_that_lead_nowhere_or_out_are_problems(tmp_path):
    make(tmp_path, "in/a.txt", "out/b.txt")
    folder = tmp_path / "in"
    (folder / "round.txt").symlink_to("round.txt")
    (folder / "again").symlink_to(folder)
    (folder / "out.txt").symlink_to(tmp_path / "out" / "b.txt")
    (folder / "same.txt").symlink_to("a.txt")
    result = find_articles([folder])
    assert [file.name for file in result.files] == ["a.txt", "same.txt"]
    messages = "\n".join(map(str, result.problems))
    for part in (
        "round.txt: is a broken link",
        "again: is a link to a folder",
        "out.txt: is a link that leads out",
    ):
        assert part in messages
    (tmp_path / "door").symlink_to(folder)
    assert found(tmp_path / "door") == ["a.txt", "same.txt"]


def test_wrong_paths_are_told_together(tmp_path):
    make(tmp_path, "a.pdf", "noend")
    (tmp_path / "round.txt").symlink_to("round.txt")
    with pytest.raises(InputError) as caught:
        find_articles(
            [
                tmp_path / "a.pdf",
                tmp_path / "noend",
                tmp_path / "none.txt",
                tmp_path / "round.txt",
                "/dev/null",
            ]
        )
    messages = [str(problem) for problem in caught.value.problems]
    for part, problem in zip(
        (
            "unknown kind of file '.pdf'",
            "has no suffix",
            "no such file",
            "is a broken link",
            "is no ordinary file",
        ),
        messages,
        strict=True,
    ):
        assert part in problem


def test_lines_are_counted_for_the_progress(tmp_path):
    import pyarrow
    import pyarrow.parquet

    make(tmp_path, "a.jsonl", text="{}\n{}\n{}\n")
    make(tmp_path, "one.csv", text="id")
    make(tmp_path, "bad.parquet", "b.xlsx")
    pyarrow.parquet.write_table(pyarrow.table({"a": [1, 2]}), tmp_path / "two.parquet")
    assert [
        count_lines(tmp_path / name)
        for name in ("a.jsonl", "one.csv", "two.parquet", "bad.parquet", "b.xlsx")
    ] == [3, 1, 2, 0, 0]
