"""Pooling, loss, scoring and export of an encoder whose hidden states a test decides."""

from types import SimpleNamespace

import numpy as np
import pytest

from data.problems import InputError
from models.classifier import Fitting
from models.families import FAMILIES, make
from models.portable.tokens import Tokens, padded


@pytest.fixture
def head():
    """A head over an encoder whose hidden state of a token is (its id, 1)."""
    import torch

    from models.families.encoder_head import EncoderHead

    class Encoder(torch.nn.Module):
        config = SimpleNamespace(hidden_size=2)

        def forward(self, input_ids, attention_mask):
            return (torch.stack([input_ids.float(), torch.ones(input_ids.shape)], dim=-1),)

    def build(parts=("sentence",), n_labels=2, **settings):
        torch.manual_seed(1)
        return EncoderHead(Encoder(), parts, n_labels, **settings)

    return build


ROWS = [
    Tokens([1, 2, 3], (1, 3), False),
    Tokens([5], (0, 1), False),
    Tokens([4, 6, 8, 2, 5], (2, 3), False),
]


def test_means_are_of_the_tokens_and_of_the_targets(head):
    from models.families.encoder_head import infer

    features = infer(head(("sentence", "span")), ROWS, pad=0, features=True)
    assert features.tolist() == [[2, 1, 2.5, 1], [5, 1, 5, 1], [5, 1, 8, 1]]
    assert infer(head(("span",)), ROWS, pad=9, features=True).tolist() == [[2.5, 1], [5, 1], [8, 1]]


@pytest.mark.parametrize("batch_tokens", [1, 6, 100])
def test_rows_come_back_in_order_whatever_the_batches(head, batch_tokens):
    from models.families.encoder_head import infer

    model = head().train()
    weight, bias = (part.detach().numpy() for part in (model.head.weight, model.head.bias))
    logits = infer(model, ROWS, pad=0, batch_tokens=batch_tokens)
    means = np.array([[2, 1], [5, 1], [5, 1]], dtype=np.float32)
    assert logits == pytest.approx(means @ weight.T + bias, abs=1e-6)
    assert model.training  # as it was
    assert infer(model, [], pad=0).shape == (0, 2)


def test_the_loss_of_single_labels_weighs_them(head):
    import torch

    weights = torch.tensor([3.0, 1.0])
    model = head(class_weights=weights)
    inputs = {name: torch.from_numpy(array) for name, array in padded(ROWS, 0).items()}
    gold = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    out = model(**inputs, labels=gold)
    losses = -torch.log_softmax(out["logits"], dim=-1)
    expected = (3 * losses[0, 0] + losses[1, 1] + losses[2, 1]) / 5
    assert out["loss"].item() == pytest.approx(expected.item(), rel=1e-5)


def test_the_loss_of_several_labels_is_of_each_decision(head):
    import torch

    model = head(multilabel=True)
    inputs = {name: torch.from_numpy(array) for name, array in padded(ROWS, 0).items()}
    gold = torch.tensor([[1.0, 1.0], [0.0, 1.0], [0.0, 0.0]])
    out = model(**inputs, labels=gold)
    p = torch.sigmoid(out["logits"])
    expected = -(gold * p.log() + (1 - gold) * (1 - p).log()).mean()
    assert out["loss"].item() == pytest.approx(expected.item(), rel=1e-5)
    assert "loss" not in model(**inputs)


@pytest.mark.parametrize("family", ["embedding", "transformer"])
def test_rows_longer_than_the_encoder_reads_are_refused(small, tiny_encoder, family):
    data = small["event"]
    with pytest.raises(
        InputError,
        match=r"model\.max_tokens: is 300, more than the encoder reads; "
        r"expected 160",
    ):
        make(
            FAMILIES[family][0](family=family, encoder=str(tiny_encoder), max_tokens=300),
            data.codebook,
        ).fit(data.train, data.dev, Fitting(seed=1, score_dev=lambda proba: {}))


def test_the_export_scores_as_the_model_at_any_size(tiny_encoder, tmp_path):
    import onnxruntime

    from models.families.encoder_head import EncoderHead, export_onnx, infer
    from models.families.encoders import load_encoder

    model = EncoderHead(load_encoder(str(tiny_encoder)), ("sentence", "span"), 3)
    export_onnx(model, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"))
    for rows in (ROWS, ROWS[1:2] * 4, [Tokens(list(range(40)), (3, 9), False)]):
        (logits,) = session.run(None, padded(rows, 0))
        assert logits == pytest.approx(infer(model, rows, 0), abs=1e-5)
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx"]


@pytest.mark.parametrize(
    ("flags", "has"), [("fpu avx512_bf16 sse", True), ("amx_bf16", True), ("avx512f", False)]
)
def test_bfloat16_where_the_processor_has_it(monkeypatch, flags, has):
    import torch

    from models.families import encoder_head

    monkeypatch.setattr(encoder_head.Path, "read_text", lambda self, **_: flags)
    assert encoder_head.cpu_has_bf16() is has
    assert encoder_head.use_bf16(torch.device("cpu")) is has
    assert not encoder_head.use_bf16(torch.device("meta"))
