"""A fine-tuned encoder with the target marked and pooled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from data.examples import Labelled
from models.classifier import (
    Classifier,
    FamilyConfig,
    Fitted,
    Fitting,
    label_matrix,
    trained_columns,
)
from models.families.encoders import encoder_source, load_encoder, load_tokenizer, serving_spec
from models.families.target_swap import swapped
from models.families.token_table import tokens_of
from models.portable.backends import OnnxBackend
from models.portable.serving import probabilities
from models.portable.tokens import Tokens

if TYPE_CHECKING:
    from models.families.encoder_head import EncoderHead


class TransformerConfig(FamilyConfig):
    """Settings of the family `transformer`.

    Attributes:
        encoder: `packaged:…`, a hub name, or a folder.
        max_tokens: longer texts are cut around their target.
        pool: `span` averages the target's tokens, `sentence` all; `auto` takes the span for a
            stance and the sentence for an event.
        learning_rate: highest, after the warm-up.
        head_learning_rate: of the new linear layer; null takes `learning_rate`.
        schedule: how the rate falls to zero after the warm-up.
        epochs: most passes over the data.
        patience: epochs without a better dev metric before training stops; null never stops.
        batch_size: sentences a step.
        accumulate: steps whose gradients are added up.
        warmup: share of the steps in which the rate rises.
        weight_decay: of AdamW.
        dropout: before the head.
        swap_targets: share of the training rows with a named target that get another name.
        class_weight: `balanced` weighs labels by their rarity, `sqrt` by its root. Weights are
            those of rows within a batch: batches of one row have none to speak of.
        bf16: bfloat16 arithmetic; `auto` where the processor has it.
        batch_tokens: padded tokens scored at once when served.
    """

    family: Literal["transformer"]
    encoder: str = "packaged:all-MiniLM-L6-v2"
    max_tokens: int = Field(default=128, ge=8, le=512)
    pool: Literal["auto", "span", "sentence", "both"] = "auto"
    learning_rate: float = Field(default=1e-4, gt=0, lt=1)
    head_learning_rate: float | None = Field(default=1e-3, gt=0, lt=1)
    schedule: Literal["linear", "cosine"] = "linear"
    epochs: int = Field(default=4, ge=1, le=100)
    patience: int | None = Field(default=2, ge=1)
    batch_size: int = Field(default=32, ge=1)
    accumulate: int = Field(default=1, ge=1)
    warmup: float = Field(default=0.1, ge=0, lt=1)
    weight_decay: float = Field(default=0.01, ge=0)
    dropout: float = Field(default=0.1, ge=0, lt=1)
    swap_targets: float = Field(default=0.0, ge=0, le=1)
    class_weight: Literal["balanced", "sqrt"] | None = "sqrt"
    bf16: bool | Literal["auto"] = "auto"
    batch_tokens: int = Field(default=2_048, ge=64)


class Transformer(Classifier):
    """Fine-tunes with the transformers Trainer and is exported to ONNX."""

    family = "transformer"
    served_by = OnnxBackend
    config: TransformerConfig

    def _fit(self, train: Sequence[Labelled], dev: Sequence[Labelled], fitting: Fitting) -> Fitted:
        from transformers import set_seed

        from models.families.encoder_head import TorchBackend, check_room
        from models.families.finetuning import finetune

        config = self.config
        set_seed(fitting.seed)
        marked = any(row.example.target or row.example.actor_span for row in train)
        source = encoder_source(config.encoder)
        tokenizer, ids = load_tokenizer(source, markers=marked)
        vocabulary = ids.pop("vocabulary")
        spec = serving_spec(config, ids)
        matrix = label_matrix(train, self.codebook)
        # Labels without a training row keep no column: their logits would be noise.
        columns = trained_columns(matrix)
        spec["outputs"] = len(columns)
        model = self._model(source, matrix[:, columns], vocabulary)
        check_room(model, spec)
        named = swapped(train, config.swap_targets, fitting.seed) if config.swap_targets else train
        train_tokens, dev_tokens = (
            tokens_of(name, rows, tokenizer, spec, fitting.checkpoints, fitting.progress)
            for name, rows in (("train", named), ("dev", dev))
        )
        facts = finetune(
            model,
            config,
            fitting,
            spec["pad"],
            train_tokens,
            matrix[:, columns],
            dev_tokens,
            self._probabilities_over(columns),
        )
        facts["rows_cut"] = float(_cut(train_tokens) + _cut(dev_tokens))
        backend = TorchBackend(model, tokenizer, spec)
        return Fitted(
            backend=backend,
            spec=spec,
            scores="logits",
            columns=columns,
            write=backend.write,
            facts=facts,
        )

    def _probabilities_over(self, columns: list[int]) -> Callable[[np.ndarray], np.ndarray]:
        """What makes logits (n, len(columns)) probabilities (n, n_labels), uncalibrated."""
        meta = {
            "scores": "logits",
            "several": self.codebook.multilabel,
            "columns": columns,
            "labels": self.codebook.names,
        }
        return lambda logits: probabilities(logits.astype(np.float64), meta)

    def _model(self, source: str, gold: np.ndarray, vocabulary: int) -> EncoderHead:
        import torch

        from models.families.encoder_head import EncoderHead

        config = self.config
        encoder = load_encoder(source)
        if vocabulary > encoder.get_input_embeddings().num_embeddings:
            encoder.resize_token_embeddings(vocabulary)
        pool = config.pool
        if pool == "auto":
            pool = "span" if self.codebook.task == "stance" else "sentence"
        parts = ("sentence", "span") if pool == "both" else (pool,)
        weights = class_weights(gold, config.class_weight, self.codebook.multilabel)
        return EncoderHead(
            encoder,
            parts,
            gold.shape[1],
            config.dropout,
            None if weights is None else torch.from_numpy(weights),
            self.codebook.multilabel,
        )


def class_weights(gold: np.ndarray, rule: str | None, multilabel: bool) -> np.ndarray | None:
    """Loss weights (n_labels,), float32, or None without a rule.

    Args:
        gold: 0/1 matrix of the training rows.
        rule: `balanced`: n / (n_labels · count), as scikit-learn; `sqrt`: its square root.
        multilabel: weigh positives against negatives instead: negatives / positives, or its root.
    """
    if rule is None:
        return None
    positives = gold.sum(axis=0)
    if multilabel:
        weights = np.clip((len(gold) - positives) / np.maximum(positives, 1), 1.0, 100.0)
    else:
        weights = len(gold) / (gold.shape[1] * np.maximum(positives, 1))
    scaled: np.ndarray = np.sqrt(weights) if rule == "sqrt" else weights
    return scaled.astype(np.float32)


def _cut(tokens: Sequence[Tokens]) -> int:
    return sum(row.cut for row in tokens)
