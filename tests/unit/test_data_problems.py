from data.problems import InputError, Problem, nearest

LABELS = ["shelling_artillery_missile_attack", "armed_clash", "arrests"]


def test_the_nearest_name_is_by_spelling_or_a_part_of_it():
    assert nearest("Armed Clsh", LABELS) == " (did you mean 'armed_clash'?)"
    assert nearest("shelling", LABELS) == " (did you mean 'shelling_artillery_missile_attack'?)"
    assert nearest("weather", LABELS) == ""


def test_an_error_tells_every_problem():
    error = InputError([Problem("a:1", "is wrong", "expected right"), Problem("a:2", "is gone")])
    assert str(error) == "a:1: is wrong; expected right\na:2: is gone"
