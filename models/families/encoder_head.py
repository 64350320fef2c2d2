"""The torch side of encoder models: pooling, head, scoring and export. Imports torch."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from data.problems import InputError, Problem
from models.portable.inputs import Input
from models.portable.tokens import Tokens, batches, padded, tokenize


class EncoderHead(nn.Module):
    """An encoder, mean pooling, and a linear head.

    Args:
        encoder: a transformers encoder.
        parts: what is pooled and joined: `sentence` (all tokens) and `span` (the pool mask).
        n_labels: width of the output.
        dropout: on the joined vector, in training.
        class_weights: per label, for the loss.
        multilabel: sigmoid loss for each label in place of the softmax loss.
    """

    accepts_loss_kwargs = False  # the loss is a batch's mean: the Trainer divides what it adds up

    def __init__(
        self,
        encoder: Any,
        parts: Sequence[str],
        n_labels: int,
        dropout: float = 0.0,
        class_weights: torch.Tensor | None = None,
        multilabel: bool = False,
    ) -> None:
        super().__init__()
        self.encoder, self.parts, self.multilabel = encoder, tuple(parts), multilabel
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(encoder.config.hidden_size * len(self.parts), n_labels)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)
        self.register_buffer("class_weights", class_weights, persistent=False)

    def features(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, pool_mask: torch.Tensor
    ) -> torch.Tensor:
        """Joined means (n, hidden · parts)."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask)[0]
        masks = {"sentence": attention_mask.to(hidden.dtype), "span": pool_mask.to(hidden.dtype)}
        means = []
        for part in self.parts:
            mask = masks[part].unsqueeze(-1)
            means.append((hidden * mask).sum(1) / mask.sum(1).clamp(min=1.0))
        return torch.cat(means, dim=-1)

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        pool_mask: torch.Tensor,
        labels: torch.Tensor | None = None,
    ) -> dict[str, torch.Tensor]:
        """`logits` (n, n_labels), and the `loss` where labels are given."""
        logits = self.head(self.dropout(self.features(input_ids, attention_mask, pool_mask)))
        if labels is None:
            return {"logits": logits}
        if self.multilabel:
            loss = nn.functional.binary_cross_entropy_with_logits(
                logits.float(), labels.float(), pos_weight=self.class_weights
            )
        else:
            loss = nn.functional.cross_entropy(
                logits.float(), labels.argmax(dim=-1), weight=self.class_weights
            )
        return {"loss": loss, "logits": logits}


class _Exported(nn.Module):
    def __init__(self, model: EncoderHead) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, pool_mask: torch.Tensor
    ) -> torch.Tensor:
        return self.model(input_ids, attention_mask, pool_mask)["logits"]


def as_tensors(tokens: Sequence[Tokens], pad: int, device: Any = None) -> dict[str, torch.Tensor]:
    """The arrays of `tokens.padded` as tensors."""
    return {name: torch.from_numpy(array).to(device) for name, array in padded(tokens, pad).items()}


def infer(
    model: EncoderHead,
    tokens: Sequence[Tokens],
    pad: int,
    *,
    features: bool = False,
    bf16: bool = False,
    batch_tokens: int = 4_096,
) -> np.ndarray:
    """Logits (n, n_labels), or pooled features, of each row in order; batches of like length."""
    device = next(model.parameters()).device
    was_training = model.training
    model.eval()
    out: np.ndarray | None = None
    with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16, enabled=bf16):
        for batch in batches(tokens, batch_tokens):
            inputs = as_tensors([tokens[i] for i in batch], pad, device)
            values = model.features(**inputs) if features else model(**inputs)["logits"]
            if out is None:
                out = np.zeros((len(tokens), values.shape[1]), dtype=np.float32)
            out[batch] = values.float().cpu().numpy()
    model.train(was_training)
    return np.zeros((0, model.head.out_features)) if out is None else out


def check_room(model: EncoderHead, spec: dict[str, Any]) -> None:
    """Raises InputError unless the encoder reads rows of the spec's `max_tokens`."""
    longest = Tokens([spec["cls"]] * spec["max_tokens"], (0, spec["max_tokens"]), False)
    try:
        infer(model, [longest], spec["pad"])
    except (IndexError, RuntimeError) as error:
        limit = getattr(model.encoder.config, "max_position_embeddings", None)
        raise InputError(
            Problem(
                "model.max_tokens",
                f"is {spec['max_tokens']}, more than the encoder reads",
                f"expected {limit} or a little less" if limit else "lower it",
            )
        ) from error


def export_onnx(model: EncoderHead, path: Path) -> None:
    """Writes the model as one ONNX file with free batch size and length."""
    model = model.to("cpu").float().eval()
    sample = (
        torch.ones((2, 9), dtype=torch.int64),
        torch.ones((2, 9), dtype=torch.int64),
        torch.ones((2, 9), dtype=torch.float32),
    )
    rows, length = torch.export.Dim("rows", min=1), torch.export.Dim("length", min=2)
    shapes = tuple({0: rows, 1: length} for _ in sample)
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "onnxscript", "onnx_ir")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                _Exported(model),
                sample,
                str(path),
                dynamo=True,
                external_data=False,
                input_names=["input_ids", "attention_mask", "pool_mask"],
                output_names=["logits"],
                dynamic_shapes=shapes,
                verbose=False,
            )
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


class TorchBackend:
    """Scores with the torch model that was just trained, in float32, as its export will."""

    def __init__(self, model: EncoderHead, tokenizer: Any, spec: dict[str, Any]) -> None:
        self.model, self.tokenizer, self.spec = model, tokenizer, spec

    def scores(self, rows: Sequence[Input]) -> np.ndarray:
        """Logits (n, n_labels of the head)."""
        tokens = tokenize(self.tokenizer, rows, self.spec)
        return infer(self.model, tokens, self.spec["pad"], batch_tokens=self.spec["batch_tokens"])

    def write(self, folder: Path) -> None:
        """Writes `model.onnx` and `tokenizer.json`."""
        export_onnx(self.model, folder / "model.onnx")
        self.tokenizer.save(str(folder / "tokenizer.json"))


def cpu_has_bf16() -> bool:
    """Whether this CPU multiplies bfloat16 in hardware (AVX-512 BF16 or AMX)."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def use_bf16(device: torch.device) -> bool:
    """Whether bfloat16 makes training faster on this device."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    return device.type == "cpu" and cpu_has_bf16()
