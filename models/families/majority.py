"""The baseline that every other family must beat: the label shares of the training data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from data.examples import Labelled
from models.classifier import Classifier, FamilyConfig, Fitted, Fitting, label_matrix
from models.portable.backends import PriorBackend
from models.portable.tokens import WHOLE


class MajorityConfig(FamilyConfig):
    """Nothing to set."""

    family: Literal["majority"]


class Majority(Classifier):
    """Gives every sentence the label shares of the training data."""

    family = "majority"
    calibrations = ("none", "isotonic")  # shares are no scores to be divided
    served_by = PriorBackend
    config: MajorityConfig

    @classmethod
    def by_chance(cls, config: MajorityConfig) -> bool:
        """Never: shares are counted."""
        return False

    def _fit(self, train: Sequence[Labelled], dev: Sequence[Labelled], fitting: Fitting) -> Fitted:
        matrix = label_matrix(train, self.codebook)
        shares = (
            matrix.mean(axis=0) if self.codebook.multilabel else (matrix.sum(axis=0) / matrix.sum())
        )
        prior = [float(share) for share in shares]
        return Fitted(
            backend=PriorBackend(prior),
            spec={"kind": PriorBackend.kind, "prior": prior, "cut": WHOLE},
            scores="probabilities",
            columns=list(range(len(prior))),
        )
