"""The families of classifiers: an import and a line of `FAMILIES` each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Field

from data.codebook import Codebook
from models.classifier import Classifier
from models.families.embedding import Embedding, EmbeddingConfig
from models.families.majority import Majority, MajorityConfig
from models.families.tfidf import Tfidf, TfidfConfig
from models.families.transformer import Transformer, TransformerConfig

FAMILIES: dict[str, tuple[type[Any], type[Classifier]]] = {
    "majority": (MajorityConfig, Majority),
    "tfidf": (TfidfConfig, Tfidf),
    "embedding": (EmbeddingConfig, Embedding),
    "transformer": (TransformerConfig, Transformer),
}

if TYPE_CHECKING:
    ModelConfig = Any
else:
    ModelConfig = Annotated[
        Union[tuple(config for config, _ in FAMILIES.values())],  # noqa: UP007
        Field(discriminator="family"),
    ]


def by_chance(config: Any) -> bool:
    """Whether another seed can make another model of that configuration."""
    return FAMILIES[config.family][1].by_chance(config)


def make(config: Any, codebook: Codebook) -> Classifier:
    """Returns an untrained classifier of the config's family for that codebook."""
    return FAMILIES[config.family][1](config, codebook)
