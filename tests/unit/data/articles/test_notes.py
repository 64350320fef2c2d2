from data.articles.notes import Notes


def test_each_kind_has_a_line_with_its_count_and_first_example():
    notes = Notes()
    assert notes.lines() == []
    for example in ("a", "b", "c"):
        notes.add("odd dates", example)
    notes.add("doubled ids", "x")
    assert notes.lines() == ["odd dates: 3, such as a", "doubled ids: x"]
