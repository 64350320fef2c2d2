"""The families of classifiers: one line each."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from data.codebook import Codebook
from models.classifier import Classifier
from models.embedding import Embedding, EmbeddingConfig
from models.majority import Majority, MajorityConfig
from models.tfidf import Tfidf, TfidfConfig
from models.transformer import Transformer, TransformerConfig

FAMILIES: dict[str, tuple[type[Any], type[Classifier]]] = {
    "majority": (MajorityConfig, Majority),
    "tfidf": (TfidfConfig, Tfidf),
    "embedding": (EmbeddingConfig, Embedding),
    "transformer": (TransformerConfig, Transformer),
}

ModelConfig = Annotated[
    MajorityConfig | TfidfConfig | EmbeddingConfig | TransformerConfig,
    Field(discriminator="family"),
]


def by_chance(config: Any) -> bool:
    """Whether another seed can make another model of that configuration."""
    return FAMILIES[config.family][1].by_chance(config)


def make(config: Any, codebook: Codebook) -> Classifier:
    """Returns an untrained classifier of the config's family for that codebook."""
    return FAMILIES[config.family][1](config, codebook)
