from evaluation.plots.searches import MOST_LABELS, importance, trial_history


def test_a_single_trial_is_not_blown_up():
    figure = trial_history([(0, 0.5, False)], "dev/macro_f1")
    assert [tick for tick in figure.axes[0].get_xticks() if -0.5 <= tick <= 0.5] == [0]
    assert figure.axes[0].get_title() == "1 trial complete, 0 pruned"


def test_trials_that_were_given_up_stand_apart_and_do_not_count_for_the_best():
    axes = trial_history([(0, 0.5, False), (2, 0.6, False), (1, 0.9, True)], "dev/macro_f1").axes[0]
    lines = {line.get_label(): line for line in axes.lines}
    assert list(lines["best so far"].get_ydata()) == [0.5, 0.6]
    assert list(lines["trial"].get_xdata()) == [0, 2]
    assert list(lines["pruned (its best epoch)"].get_ydata()) == [0.9]
    assert [text.get_text() for text in axes.texts] == ["0.600 (trial 2)"]
    assert list(trial_history([], "f").axes[0].lines) == []


def test_the_settings_that_mattered_most_stand_on_top():
    axes = importance({"c": 0.2, "ngrams": 0.7, "weight": 0.1}, "dev/macro_f1").axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["ngrams", "c", "weight"]
    assert [bar.get_width() for bar in axes.patches] == [0.7, 0.2, 0.1]
    many = importance({f"s{place}": place / 100 for place in range(MOST_LABELS + 5)}, "f").axes[0]
    assert len(many.patches) == MOST_LABELS
