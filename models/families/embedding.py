"""A frozen encoder with logistic regression on its sentence and target means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

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
from models.families.token_table import tokens_of
from models.portable.backends import OnnxBackend


class EmbeddingConfig(FamilyConfig):
    """Settings of the family `embedding`.

    Attributes:
        encoder: `packaged:…`, a hub name, or a folder.
        max_tokens: longer texts are cut around their target.
        c: inverse strength of regularisation.
        class_weight: `balanced` weighs labels by their rarity.
        batch_tokens: padded tokens scored at once.
    """

    family: Literal["embedding"]
    encoder: str = "packaged:all-MiniLM-L6-v2"
    max_tokens: int = Field(default=128, ge=8, le=512)
    c: float = Field(default=1.0, gt=0)
    class_weight: Literal["balanced"] | None = "balanced"
    batch_tokens: int = Field(default=2_048, ge=64)


class Embedding(Classifier):
    """Logistic regression whose weights become the head of the exported encoder."""

    family = "embedding"
    served_by = OnnxBackend
    config: EmbeddingConfig

    @classmethod
    def by_chance(cls, config: EmbeddingConfig) -> bool:
        """Never: the encoder is frozen, and L-BFGS draws nothing."""
        return False

    def _fit(self, train: Sequence[Labelled], dev: Sequence[Labelled], fitting: Fitting) -> Fitted:
        import torch

        from models.families.encoder_head import (
            EncoderHead,
            TorchBackend,
            check_room,
            infer,
            use_bf16,
        )

        config = self.config
        source = encoder_source(config.encoder)
        tokenizer, ids = load_tokenizer(source, markers=False)
        spec = serving_spec(config, ids)
        targeted = any(row.example.target or row.example.actor_span for row in train)
        parts = ("sentence", "span") if targeted else ("sentence",)
        matrix = label_matrix(train, self.codebook)
        columns = trained_columns(matrix)
        spec["outputs"] = len(columns)
        model = EncoderHead(load_encoder(source), parts, len(columns))
        check_room(model, spec)
        tokens = tokens_of("train", train, tokenizer, spec, fitting.checkpoints, fitting.progress)
        features = infer(
            model,
            tokens,
            spec["pad"],
            features=True,
            batch_tokens=config.batch_tokens,
            bf16=use_bf16(torch.device("cpu")),
        )
        weight, bias = self._regression(features, matrix[:, columns], fitting.seed)
        with torch.no_grad():
            model.head.weight.copy_(torch.from_numpy(weight))
            model.head.bias.copy_(torch.from_numpy(bias))
        backend = TorchBackend(model, tokenizer, spec)
        return Fitted(
            backend=backend,
            spec=spec,
            scores="logits",
            columns=columns,
            write=backend.write,
            facts={"rows_cut": float(sum(row.cut for row in tokens))},
        )

    def _regression(
        self, features: np.ndarray, gold: np.ndarray, seed: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Weight (n_columns, n_features) and bias (n_columns,) over the raw features."""
        from sklearn.linear_model import LogisticRegression

        mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-6
        scaled = (features - mean) / scale
        config = self.config

        def fitted(target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            # Standardised features: the penalty is divided by their number to keep c comparable.
            head = LogisticRegression(
                C=config.c * 10 / features.shape[1],
                max_iter=300,
                tol=1e-3,
                class_weight=config.class_weight,
                random_state=seed,
            )
            head.fit(scaled, target)
            return head.coef_, head.intercept_

        if self.codebook.multilabel:
            parts = [
                fitted(gold[:, i])
                if 0 < gold[:, i].sum() < len(gold)
                else (np.zeros((1, features.shape[1])), np.array([20.0]))
                for i in range(gold.shape[1])
            ]
            weight = np.concatenate([part[0] for part in parts])
            bias = np.concatenate([part[1] for part in parts])
        else:
            weight, bias = fitted(gold.argmax(axis=1))
            if gold.shape[1] == 2:  # scikit-learn keeps one margin for two labels
                weight, bias = np.concatenate([-weight, weight]) / 2, np.append(-bias, bias) / 2
        weight = weight / scale
        return weight.astype(np.float32), (bias - weight @ mean).astype(np.float32)
