"""The `data:` section of a run: which files, and how they are split."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from data.splitting.assignment import By


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SplitConfig(_Strict):
    """How one file is split: shares of dev and test, by what, and the seed of the draw.

    Rows that have a field `split` each are not split again, unless `fresh` says so.
    """

    by: By = "article"
    dev: float = Field(default=0.15, ge=0, lt=1)
    test: float = Field(default=0.15, ge=0, lt=1)
    seed: int = 0
    fresh: bool = False


class DataConfig(_Strict):
    """Either `path` with a `split`, or `train` and `dev` (and `test`) files.

    A `path` whose rows say their `split` may leave `split` out, and the rows decide even if it is
    there (`split.fresh` overrules them). `train` with a `split` and no `dev` takes dev out of the
    training rows. `share` keeps that part of the training articles, for learning curves: the
    articles of a smaller share are part of a larger one.
    """

    path: tuple[str, ...] = ()
    split: SplitConfig | None = None
    train: tuple[str, ...] = ()
    dev: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    share: float = Field(default=1.0, gt=0, le=1)

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: Any) -> Any:
        if isinstance(values, dict):
            return {
                key: (value,) if isinstance(value, str) and key != "split" else value
                for key, value in values.items()
            }
        return values

    @model_validator(mode="after")
    def _one_way(self) -> DataConfig:
        if bool(self.path) == bool(self.train):
            raise ValueError("give either 'path', or 'train' with 'dev' (and 'test') files")
        if self.path and (self.dev or self.test):
            raise ValueError("'dev' and 'test' files go with 'train', not with 'path'")
        if self.train and not self.dev and not (self.split and self.split.dev > 0):
            raise ValueError("'train' needs 'dev' files, or a 'split' that takes dev out of it")
        if self.train and self.dev and self.split:
            raise ValueError("'dev' files and a 'split' exclude each other")
        if self.train and self.split and self.split.test and self.test:
            raise ValueError("'test' files and 'split.test' exclude each other: set split.test=0")
        return self
