from evaluation.plots.training import epoch_curves, length_histogram


def test_epoch_curves_part_losses_from_metrics_and_bear_gaps():
    figure = epoch_curves(
        [{"epoch": 1, "train_loss": 0.9}, {"epoch": 2, "train_loss": 0.5, "macro_f1": 0.6}]
    )
    assert [axes.get_title() for axes in figure.axes] == ["loss", "dev metrics"]
    assert list(figure.axes[1].lines[0].get_xdata()) == [2]
    assert epoch_curves([]).axes == []


def test_the_first_of_the_best_epochs_is_marked_and_counts_are_left_out():
    history = [
        {"epoch": n, "macro_f1": value, "unseen_target_rows": 300}
        for n, value in enumerate((0.4, 0.7, 0.7, 0.6), 1)
    ]
    (axes,) = epoch_curves(history, "macro_f1").axes
    curve, mark = axes.lines
    assert curve.get_label() == "macro_f1: 0.700"
    assert set(mark.get_xdata()) == {2}


def test_lengths_tell_how_many_rows_are_cut():
    axes = length_histogram({"train": [5, 8, 9, 20], "dev": [8], "test": []}, "tokens", 8).axes[0]
    told = [text.get_text() for text in axes.get_legend().get_texts()]
    assert told == [
        "train: median 8.5, longest 20; 2 of 4 cut (50.0%)",
        "dev: median 8, longest 8; 0 of 1 cut (0.0%)",
    ]
    assert set(axes.lines[0].get_xdata()) == {8}


def test_words_are_never_cut_and_no_rows_give_no_axes():
    axes = length_histogram({"train": [5, 8]}, "words").axes[0]
    assert "cut" not in axes.get_legend().get_texts()[0].get_text()
    assert axes.get_xlabel() == "words a row"
    assert length_histogram({"train": []}, "words").axes == []
