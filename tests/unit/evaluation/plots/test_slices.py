from matplotlib.colors import to_hex

from evaluation.plots.slices import MOST, WIDEST, forest
from evaluation.plots.style import BLUE, DARK, RED
from evaluation.slices.scores import Slice, Slices


def row(value, difference, p=0.5, column="genre", articles=6, bounds=True):
    low, high = (difference - 0.1, difference + 0.1) if bounds else (None, None)
    f1 = (0.4, 0.6) if bounds else (None, None)
    return Slice(
        column,
        value,
        30,
        articles,
        0.5,
        *f1,
        0.5,
        0.5,
        difference,
        low,
        high,
        p if bounds else None,
    )


def marks(axes):
    """Colour of each dot from the top, and whether it is filled."""
    dots = sorted((dot.get_ydata()[0], dot) for dot in axes.lines if dot.get_marker() == "o")
    return [
        (to_hex(dot.get_color()), to_hex(dot.get_markerfacecolor()) != "#ffffff") for _, dot in dots
    ]


def test_what_is_clear_is_filled_and_worst_slices_stand_above_all():
    slices = Slices("accuracy", (row("a", -0.3, 0.001), row("b", 0.3, 0.001), row("c", 0.1)))
    left, right = forest(slices).axes
    ticks = [label.get_text() for label in left.get_yticklabels()]
    assert ticks == ["worst", "genre=a  (30)", "genre", "a  (30)", "b  (30)", "c  (30)"]
    assert marks(right) == [(RED, True), (RED, True), (BLUE, True), (DARK, False)]


def test_slices_of_few_articles_have_a_dot_without_an_interval():
    left, right = forest(Slices("accuracy", (row("a", -0.3), row("b", 0.3, bounds=False)))).axes
    for axes in (left, right):
        spans = [
            line for line in axes.lines if len(line.get_xdata()) == 2 and line.get_linewidth() > 1
        ]
        rows = {tuple(line.get_ydata()) for line in spans if len(set(line.get_ydata())) == 1}
        assert rows >= {(1, 1), (3, 3)}
        assert (4, 4) not in rows


def test_long_names_are_cut_and_the_slices_of_fewest_articles_are_not_drawn():
    rows = [row(f"v{place}", 0.1, articles=place + 3) for place in range(MOST + 2)]
    figure = forest(Slices("accuracy", (*rows, row("x" * 50, 0.1, column="source", articles=99))))
    ticks = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert "x" * (WIDEST - 1) + "…  (30)" in ticks
    assert "v2  (30)" not in ticks
    assert "3 of fewest articles not drawn" in figure.get_suptitle()


def test_no_slices_give_a_picture_that_says_so():
    figure = forest(Slices("accuracy", ()))
    assert ([text.get_text() for text in figure.texts], figure.axes) == (["no slices"], [])
