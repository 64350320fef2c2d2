"""The report on an import: counts, reasons with their first place, and where the rejects are."""

from pathlib import Path

from data.foreign.report import MOST_LISTED, ImportReport
from data.problems import Problem


def report(**fields):
    return ImportReport(Path("out/rows.jsonl"), "event 1.0", **fields)


def test_counts_come_first():
    filled = report(read=9, written=4, mended=1, articles={"a", "b"})
    filled.skipped["cancelled"] += 2
    filled.labels["attack"] += 4
    first, second, *rest = str(filled).splitlines()
    assert first == "out/rows.jsonl: 4 rows of 2 articles, codebook event 1.0"
    assert second == "  records read 9, written 4, rejected 0, skipped 2, texts mended 1"
    assert rest == ["  skipped 2: cancelled", "        4 attack"]


def test_reasons_of_rejects_are_counted_with_their_first_place():
    filled = report()
    for line in (3, 5):
        filled.reject(Problem(f"in.csv:{line}", "id is missing", "expected one"))
    filled.reject(Problem("in.csv:9", "text is empty"))
    assert filled.rejected == {"id is missing (expected one)": 2, "text is empty": 1}
    assert "  rejected 2: id is missing (expected one) [first at in.csv:3]" in str(filled)
    assert "  rejected 1: text is empty [at in.csv:9]" in str(filled)
    assert "  rejected records: out/rows.jsonl.rejects.jsonl" in str(filled)


def test_long_lists_are_cut_and_say_so():
    filled = report()
    for number in range(MOST_LISTED + 3):
        filled.reject(Problem("in.csv:1", f"fault {number}"))
        filled.renamed[str(number), "attack"] += 1
    text = str(filled)
    assert "rejected for 3 reasons more" in text
    assert "read 3 labels more under other names" in text
    assert text.count("rejected 1:") == text.count("' as attack: 1") == MOST_LISTED


def test_what_was_read_otherwise_or_replaced_is_said():
    filled = report(replaced=True)
    filled.notes["offsets were read as UTF-16 units"] += 2
    filled.renamed["AGAINST", "against"] += 1
    assert "(replaced the file that was there)" in str(filled)
    assert "  offsets were read as UTF-16 units: 2" in str(filled)
    assert "  read 'AGAINST' as against: 1" in str(filled)
    assert filled.rejects_file == Path("out/rows.jsonl.rejects.jsonl")


def test_the_commonest_reasons_are_one_line():
    filled = report()
    assert filled.commonest_reasons() == "the files are empty"
    filled.skipped["cancelled"] += 3
    filled.reject(Problem("in.csv:2", "id is missing"))
    assert filled.commonest_reasons() == "3: cancelled; 1: id is missing [at in.csv:2]"


def test_a_row_that_is_written_counts_once_for_each_label():
    filled = report()
    filled.count_row("a", ["force", "kill"])
    filled.count_row("a", [])
    assert (filled.written, filled.articles) == (2, {"a"})
    assert filled.labels == {"force": 1, "kill": 1, "(none)": 1}
