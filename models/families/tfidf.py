"""TF-IDF of words and characters with a linear classifier: strong for its price."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from pydantic import Field

from data.examples import Labelled
from data.problems import InputError, Problem
from models.classifier import (
    Classifier,
    FamilyConfig,
    Fitted,
    Fitting,
    label_matrix,
    trained_columns,
)
from models.portable.backends import SklearnBackend, vectorizers
from models.portable.dehyphenation import DEHYPHENATION
from models.portable.inputs import MASKING, as_input, columns_of_text
from models.portable.tokens import WHOLE

BLOCK = 10_000  # rows whose text is prepared at a time; the rows of large tables lie on disk


class TfidfConfig(FamilyConfig):
    """Settings of the family `tfidf`.

    Attributes:
        classifier: logistic regression, or a linear support vector machine.
        c: inverse strength of regularisation.
        class_weight: `balanced` weighs labels by their rarity.
        word_ngrams: longest run of words.
        char_ngrams: longest run of characters inside words; 0 leaves characters out.
        min_count: sentences a term must occur in.
        max_features: most terms of each kind.
        window: for a target: words on each side that count once more by their side; 0 for none.
    """

    family: Literal["tfidf"]
    classifier: Literal["logistic", "svc"] = "logistic"
    c: float = Field(default=4.0, gt=0)
    class_weight: Literal["balanced"] | None = "balanced"
    word_ngrams: int = Field(default=2, ge=1, le=5)
    char_ngrams: int = Field(default=4, ge=0, le=6)
    min_count: int = Field(default=2, ge=1)
    max_features: int = Field(default=60_000, ge=100)
    window: int = Field(default=5, ge=0, le=50)


class Tfidf(Classifier):
    """A scikit-learn pipeline that is kept with skops."""

    family = "tfidf"
    served_by = SklearnBackend
    config: TfidfConfig

    @classmethod
    def by_chance(cls, config: TfidfConfig) -> bool:
        """Only for the SVM, whose solver goes through the rows by chance."""
        return config.classifier == "svc"

    def _fit(self, train: Sequence[Labelled], dev: Sequence[Labelled], fitting: Fitting) -> Fitted:
        matrix = label_matrix(train, self.codebook)
        columns = trained_columns(matrix)
        targeted = any(row.example.target_span is not None for row in train)
        spec: dict[str, Any] = {
            "kind": SklearnBackend.kind,
            "cut": WHOLE,
            "masking": MASKING,
            "words": DEHYPHENATION,
            "window": self.config.window if targeted else 0,
            "method": "decision_function",
            "outputs": len(columns),
        }
        table = np.concatenate(
            [
                columns_of_text(
                    [as_input(row.example) for row in train[first : first + BLOCK]], spec
                )
                for first in range(0, len(train), BLOCK)
            ]
        )
        pipeline = self._pipeline(table.shape[1], fitting.seed)
        gold = matrix[:, columns]
        features, head = (step for _, step in pipeline.steps)
        try:
            counts = features.fit_transform(table)
        except ValueError as error:  # scikit-learn's, of a vocabulary without terms
            raise InputError(
                Problem(
                    "model.min_count",
                    f"of {len(train)} training rows no terms are left ({error})",
                    "lower it, or train on more rows",
                )
            ) from error
        head.fit(counts, gold if self.codebook.multilabel else gold.argmax(axis=1))
        backend = SklearnBackend(pipeline, spec)
        terms = sum(len(step.vocabulary_) for step in vectorizers(pipeline))
        return Fitted(
            backend=backend,
            spec=spec,
            columns=columns,
            write=backend.write,
            scores="margins",
            facts={"terms": float(terms)},
        )

    def _pipeline(self, n_columns: int, seed: int) -> Any:
        from sklearn.compose import ColumnTransformer
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.multiclass import OneVsRestClassifier
        from sklearn.pipeline import Pipeline
        from sklearn.svm import LinearSVC

        config = self.config
        shared = {
            "min_df": config.min_count,
            "max_features": config.max_features,
            "sublinear_tf": True,
            "dtype": np.float32,
            "strip_accents": "unicode",
        }
        views: list[tuple[str, Any, int]] = [
            ("words", TfidfVectorizer(ngram_range=(1, config.word_ngrams), **shared), 0)
        ]
        if config.char_ngrams:
            views.append(
                (
                    "characters",
                    TfidfVectorizer(
                        analyzer="char_wb", ngram_range=(2, config.char_ngrams), **shared
                    ),
                    0,
                )
            )
        if n_columns > 1:
            views.append(
                ("window", TfidfVectorizer(token_pattern=r"(?u)\b\w[\w’'-]*", **shared), 1)
            )
        head: Any = (
            LinearSVC(C=config.c, class_weight=config.class_weight, random_state=seed)
            if config.classifier == "svc"
            else LogisticRegression(
                C=config.c,
                class_weight=config.class_weight,
                max_iter=300,
                tol=1e-3,
                random_state=seed,
            )
        )
        if self.codebook.multilabel:
            head = OneVsRestClassifier(head)
        return Pipeline([("features", ColumnTransformer(views)), ("classifier", head)])
