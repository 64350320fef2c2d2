import pytest

from evaluation.plots.style import DPI, SHADES, canvas, plain, save, width


def test_a_picture_has_its_size_and_few_colours(tmp_path):
    from PIL import Image

    figure = canvas(2.0, 1.0)
    figure.add_subplot().imshow([[0, 1], [2, 3]], cmap="viridis")
    save(figure, tmp_path / "deep" / "plot.png")
    picture = Image.open(tmp_path / "deep" / "plot.png")
    assert picture.size == (2 * DPI, DPI)
    assert picture.mode == "P"
    assert len(picture.getcolors(256)) <= SHADES
    assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_dollar_signs_in_names_are_no_formulas(tmp_path):
    figure = canvas(2.0, 1.0)
    figure.add_subplot().set_title("$\\broken{ and $x$")
    save(figure, tmp_path / "plot.png")
    assert (tmp_path / "plot.png").exists()


def test_the_width_is_that_of_the_widest_text():
    figure = canvas(2.0, 1.0)
    assert width(figure, ["i", "wide text"], 9) == width(figure, ["wide text"], 9)
    assert width(figure, ["wide text"], 18) == pytest.approx(
        2 * width(figure, ["wide text"], 9), rel=0.1
    )
    assert width(figure, [], 9) == 0


def test_axes_lose_two_edges_and_gain_the_lines_asked_for():
    axes = canvas(2.0, 1.0).add_subplot()
    plain(axes, "x")
    assert [side for side, edge in axes.spines.items() if edge.get_visible()] == ["left", "bottom"]
    assert axes.xaxis.get_gridlines()[0].get_visible()
    assert not axes.yaxis.get_gridlines()[0].get_visible()
