import numpy as np
import pytest

from data.codebook import Codebook, load_codebook
from data.problems import InputError
from evaluation.chance.intervals import intervals
from evaluation.figures.metrics import score
from evaluation.plots import label_plots as plots
from evaluation.plots.precision_recall import curves, precision_recall_plot
from evaluation.plots.style import save


def given(codebook):
    names = codebook.names
    gold = [(name,) for name in names for _ in range(3)]
    probabilities = np.random.default_rng(1).random((len(gold), len(names)))
    return codebook, gold, probabilities / probabilities.sum(axis=1, keepdims=True)


def scored(codebook):
    return score(*given(codebook))


def spread(codebook):
    return intervals(*given(codebook), [f"a{row}" for row in range(3 * len(codebook.names))])


def texts_outside(figure):
    """Texts that are cut by the picture's edge."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    width, height = canvas.get_width_height()
    boxes = [
        (text.get_text(), text.get_window_extent(renderer))
        for text in figure.findobj(Text)
        if text.get_text() and text.get_visible()
    ]
    return [
        name
        for name, box in boxes
        if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1
    ]


@pytest.mark.parametrize("name", ["event", "stance"])
def test_no_text_is_cut(name):
    codebook = load_codebook(name)
    scores = scored(codebook)
    assert texts_outside(plots.confusion_matrix(scores, codebook)) == []
    assert texts_outside(plots.per_label_f1(scores, codebook)) == []
    assert texts_outside(plots.per_label_f1(scores, codebook, spread(codebook))) == []
    assert texts_outside(precision_recall_plot(curves(*given(codebook)))) == []


def test_confusion_puts_labels_of_a_parent_side_by_side():
    codebook = Codebook.model_validate(
        {
            "name": "mixed",
            "version": "1",
            "task": "event",
            "parents": [{"name": "war"}, {"name": "talk"}],
            "labels": [
                {"name": "clash", "parent": "war"},
                {"name": "speech", "parent": "talk"},
                {"name": "siege", "parent": "war"},
            ],
        }
    )
    figure = plots.confusion_matrix(scored(codebook), codebook)
    ticks = [tick.get_text() for tick in figure.axes[0].get_xticklabels()]
    assert ticks == ["clash", "siege", "speech"]


def test_whiskers_span_the_intervals_of_their_labels():
    codebook = load_codebook("stance")
    bounds = spread(codebook)
    axes = plots.per_label_f1(scored(codebook), codebook, bounds).axes[0]
    drawn = {
        axes.get_yticklabels()[int(line.get_ydata()[0])].get_text().split()[0]: tuple(
            line.get_xdata()
        )
        for line in axes.lines
        if len(set(line.get_ydata())) == 1
    }
    assert drawn == {name: pytest.approx(pair) for name, pair in bounds.labels.items()}


def test_no_confusion_of_several_labels():
    codebook = Codebook.model_validate(
        {
            "name": "acts",
            "version": "1",
            "task": "event",
            "labels_per_row": "several",
            "labels": [{"name": "kill"}, {"name": "arrest"}],
        }
    )
    with pytest.raises(InputError, match="several labels"):
        plots.confusion_matrix(score(codebook, [()], np.zeros((1, 2))), codebook)


def test_cells_hold_the_counts_of_their_labels_and_blocks_are_framed():
    codebook = Codebook.model_validate(
        {
            "name": "mixed",
            "version": "1",
            "task": "event",
            "parents": [{"name": "war"}, {"name": "talk"}],
            "labels": [
                {"name": "clash", "parent": "war"},
                {"name": "speech", "parent": "talk"},
                {"name": "siege", "parent": "war"},
            ],
        }
    )
    gold = [("clash",), ("clash",), ("speech",), ("siege",)]
    given = np.eye(3)[[0, 2, 1, 0]]
    axes = plots.confusion_matrix(score(codebook, gold, given), codebook).axes[0]
    rows = [tick.get_text() for tick in axes.get_yticklabels()]
    cells = {
        text.get_position(): text.get_text() for text in axes.texts if text.get_text().isdigit()
    }
    assert rows == ["clash (2)", "siege (1)", "speech (1)"]
    assert cells == {(0, 0): "1", (1, 0): "1", (0, 1): "1", (2, 2): "1"}
    frames = {(patch.get_x(), patch.get_width()) for patch in axes.patches}
    assert frames == {(-0.5, 2), (1.5, 1)}
    assert {"war", "talk"} <= {text.get_text() for text in axes.texts}


def test_a_saved_picture_is_small_and_white(tmp_path):
    from PIL import Image

    codebook = load_codebook("event")
    save(plots.confusion_matrix(scored(codebook), codebook), tmp_path / "made.png")
    picture = Image.open(tmp_path / "made.png").convert("RGB")
    assert picture.width == 1440
    assert picture.getpixel((2, 2)) == (255, 255, 255)
    assert (tmp_path / "made.png").stat().st_size < 250_000
