"""The steps of fine-tuning: toward a smaller loss, at the rates that were set, to a fair end."""

import copy
from types import SimpleNamespace

import numpy as np
import pytest

from data.problems import InputError
from models.classifier import Fitting, label_matrix, trained_columns
from models.families.transformer import TransformerConfig, class_weights
from models.portable.inputs import as_input
from models.portable.tokens import CUT, tokenize

BATCH = 8
# A bias of the keys adds the same to all attention scores of a token; nothing reads the pooler.
IDLE = ("key.bias", "pooler")


@pytest.fixture(scope="module")
def untrained(small, tiny_encoder):
    """Kind of task to an untrained model, its training tokens and its gold matrix."""
    import torch

    from models.families.encoder_head import EncoderHead
    from models.families.encoders import load_encoder, load_tokenizer

    tokenizer, ids = load_tokenizer(str(tiny_encoder), markers=False)
    cases = {}
    for kind in ("event", "multilabel"):
        rows = [
            row
            for place, row in enumerate(small[kind].train[:28])
            if place < 12 or "clash" not in row.labels
        ]  # so that weights differ
        matrix = label_matrix(rows, small[kind].codebook)
        gold = matrix[:, trained_columns(matrix)]
        multilabel = kind == "multilabel"
        torch.manual_seed(3)
        weights = torch.from_numpy(class_weights(gold, "balanced", multilabel))
        cases[kind] = SimpleNamespace(
            model=EncoderHead(
                load_encoder(str(tiny_encoder)),
                ("sentence",),
                gold.shape[1],
                class_weights=weights,
                multilabel=multilabel,
            ),
            tokens=tokenize(
                tokenizer,
                [as_input(row.example) for row in rows],
                {"max_tokens": 32, "cut": CUT, **ids},
            ),
            gold=gold,
            pad=ids["pad"],
            weights=weights.numpy(),
            multilabel=multilabel,
        )
    return cases


def trained(case, fitting=None, dev=(), **settings):
    """A trained copy of the case's model, what was told of each epoch, and the facts."""
    from models.families.finetuning import finetune

    model, curve = copy.deepcopy(case.model), []
    fitting = fitting or Fitting(
        seed=1, score_dev=lambda proba: {}, on_epoch=lambda number, metrics: curve.append(metrics)
    )
    config = TransformerConfig(
        **{
            "family": "transformer",
            "epochs": 1,
            "batch_size": BATCH,
            "patience": None,
            "dropout": 0.0,
            "warmup": 0.0,
            "bf16": False,
            **settings,
        }
    )
    facts = finetune(model, config, fitting, case.pad, case.tokens, case.gold, dev, lambda x: x)
    return model, curve, facts


def loss_of(case, model):
    """The weighted loss of all training rows in batches of 8, by numpy."""
    from models.families.encoder_head import infer

    logits = infer(model, case.tokens, case.pad).astype(np.float64)
    if case.multilabel:
        losses = case.weights * case.gold * np.logaddexp(0, -logits) + (
            1 - case.gold
        ) * np.logaddexp(0, logits)
        return losses.mean()
    log_proba = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    weights = (case.gold * case.weights).sum(axis=1)
    return -(weights * (case.gold * log_proba).sum(axis=1)).sum() / weights.sum()


def moves(before, after):
    """How far each parameter went at most."""
    now = dict(after.named_parameters())
    return {
        name: float((now[name] - old).detach().abs().max())
        for name, old in before.named_parameters()
    }


@pytest.mark.parametrize("kind", ["event", "multilabel"])
def test_the_loss_falls(untrained, kind):
    case = untrained[kind]
    before = loss_of(case, case.model)
    model, curve, _ = trained(case, epochs=5, learning_rate=5e-3, head_learning_rate=2e-2)
    assert loss_of(case, model) < 0.7 * before
    losses = [metrics["train_loss"] for metrics in curve]
    assert len(losses) == 5
    assert losses[-1] < losses[0]


@pytest.mark.parametrize(("encoder", "head"), [(1e-6, 1e-2), (1e-2, 1e-6), (1e-3, None)])
def test_each_part_has_its_own_learning_rate(untrained, encoder, head):
    """AdamW moves a weight by about its rate a step."""
    case = untrained["event"]
    moved = moves(
        case.model,
        trained(case, learning_rate=encoder, head_learning_rate=head, weight_decay=0.0)[0],
    )
    steps = -(-len(case.tokens) // BATCH)
    for name, far in moved.items():
        rate = (head or encoder) if name.startswith("head.") else encoder
        assert far <= 1.5 * rate * steps
        assert far > 0.5 * rate or any(idle in name for idle in IDLE), name


def test_decay_shrinks_matrices_and_leaves_biases_and_norms(untrained):
    case = untrained["event"]
    plain, decayed = (
        trained(case, learning_rate=1e-3, weight_decay=decay)[0].state_dict()
        for decay in (0.0, 50.0)
    )
    for name, values in plain.items():
        if name.startswith("encoder.encoder") and values.ndim > 1:
            assert float(decayed[name].norm()) < 0.95 * float(values.norm()), name
        elif "LayerNorm.weight" in name:
            assert float(decayed[name].mean()) == pytest.approx(float(values.mean()), abs=0.01)


@pytest.mark.parametrize("kind", ["event", "multilabel"])
@pytest.mark.parametrize(("batch", "accumulate"), [(BATCH, 1), (4, 2), (2, 4), (6, 4)])
def test_the_loss_is_the_same_however_batches_are_added_up(untrained, kind, batch, accumulate):
    case = untrained[kind]
    _, curve, _ = trained(
        case, batch_size=batch, accumulate=accumulate, learning_rate=1e-12, head_learning_rate=1e-12
    )
    # Batches weigh the same, though some have fewer rows or rows of other weights.
    assert curve[0]["train_loss"] == pytest.approx(loss_of(case, case.model), rel=0.05)


@pytest.mark.parametrize(
    ("scores", "facts"),
    [
        ((0.5, 0.4, 0.4, 0.9), {"best_epoch": 1.0, "epochs": 3.0}),
        ((0.5, 0.6, 0.5, 0.7, 0.1, 0.1), {"best_epoch": 4.0, "epochs": 6.0}),
        ((0.0, 0.0, 0.0), {"best_epoch": 1.0, "epochs": 3.0}),
    ],
)
def test_training_stops_when_no_epoch_gets_better(untrained, scores, facts):
    case, left = untrained["event"], iter(scores)
    fitting = Fitting(seed=1, score_dev=lambda logits: {"macro_f1": next(left)})
    assert trained(case, fitting, dev=case.tokens[:5], epochs=6, patience=2)[2] == facts


def test_a_training_that_diverges_is_told(untrained):
    import torch

    case = copy.copy(untrained["event"])
    case.model = copy.deepcopy(case.model)
    with torch.no_grad():
        case.model.head.weight.fill_(float("nan"))
    with pytest.raises(
        InputError,
        match=r"learning_rate: the training diverged: the loss of "
        r"epoch 1 is nan; lower it",
    ):
        trained(case, epochs=2)
