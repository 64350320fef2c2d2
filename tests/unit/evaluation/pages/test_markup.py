"""What all pages share: escaping, figures as text, intervals as drawings."""

import pytest

from evaluation.pages import markup
from evaluation.pages.markup import Strip, amount, labels, pictures_in, render


def write(text, **values):
    """What a template that knows our macros makes of the values."""
    names = "contents, figure, heading, metric, numbers, pairs, pictures, strip, table, texts"
    template = f'{{% from "macros.html.jinja" import {names} %}}{text}'
    return markup._templates().from_string(template).render(values)


def test_figures_have_as_many_digits_as_they_bear():
    assert [amount(value) for value in (0.7314, -1, 2.449, 36.24, 7.0, 1520.3)] == [
        "0.731",
        "-1.000",
        "2.45",
        "36.2",
        "7",
        "1,520",
    ]


def test_labels_may_break_after_an_underscore_and_are_escaped():
    assert labels("air_strike|<b>") == "air_<wbr>strike, &lt;b&gt;"
    assert labels("") == "(none)"


def test_an_interval_is_drawn_between_the_edges():
    strip = Strip(0.5, 0.25, 1.0, 0.0, 1.0, "red", zero=True)
    assert [strip.x(value) for value in (0, 0.25, 0.5, 1)] == [5.0, 67.5, 130.0, 255.0]
    text = write("{{ strip(drawn) }}", drawn=strip)
    assert 'aria-label="0.500, 0.250 to 1.000"' in text
    assert '<line x1="5.0" y1="0" x2="5.0" y2="22"' in text
    assert '<line x1="67.5" y1="11" x2="255.0" y2="11" stroke="red"' in text
    assert '<circle cx="130.0" cy="11"' in text
    bare = write("{{ strip(drawn) }}", drawn=Strip(0.5, 0.25, 1.0, 0.0, 1.0, "red"))
    assert bare.count("<line") == 1


@pytest.mark.parametrize(
    ("metrics", "shown"),
    [
        ({}, "–"),
        ({"f1": 0.5}, "0.500"),
        ({"f1": 0.5, "f1_low": 0.4, "f1_high": 0.6}, "0.500 [0.400, 0.600]"),
        ({"f1": 0.5, "f1_sd": 0.01}, "0.500 ± 0.010"),
        ({"f1": 0.5, "f1_sd": 0.01, "f1_low": 0.4, "f1_high": 0.6}, "0.500 ± 0.010 [0.400, 0.600]"),
    ],
)
def test_a_metric_stands_with_its_deviation_and_interval(metrics, shown, content):
    assert content(write("{{ metric(metrics, 'f1') }}", metrics=metrics)).replace(
        " quiet small ", ""
    ) == (shown)


def test_counts_of_rows_are_whole():
    assert write("{{ metric({'a_rows': 1234.0}, 'a_rows') }}") == "1,234"


def test_columns_of_numbers_stand_right():
    text = write("{{ texts(['part', 'rows'], [['dev', '<7>']]) }}")
    assert "<th>part</th><th class=number>rows</th>" in text
    assert "<tr><td>dev</td><td class=number>&lt;7&gt;</td></tr>" in text


def test_links_lead_to_their_headings():
    assert '<a href="#all-figures">all figures</a>' in write("{{ contents(['all figures']) }}")
    assert '<h2 id="all-figures">All figures</h2>' in write("{{ heading('all figures') }}")


def test_pictures_are_inside_the_page_and_named(tmp_path):
    (tmp_path / "own_plot.png").write_bytes(b"drawn")
    (tmp_path / "notes.txt").write_text("no picture")
    text = write("{{ pictures(them) }}", them=pictures_in(tmp_path))
    assert text.split() == [
        "<figure><img",
        'alt="own',
        'plot"',
        'src="data:image/png;base64,ZHJhd24="></figure>',
    ]


def test_a_value_that_a_template_lacks_is_an_error():
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError, match="title"):
        render("page.html.jinja", summary="words")


def test_a_page_is_title_summary_and_body(content, hostile):
    text = render("page.html.jinja", title=hostile("title"), summary=hostile("summary"))
    assert content(text).count(hostile("title")) == 2
    assert hostile("summary") in content(text)
    assert text.startswith("<!doctype html>")
    assert text.endswith("</html>\n")
