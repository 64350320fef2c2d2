import pytest
from pydantic import ValidationError

from train.data_config import DataConfig


def test_one_file_is_a_list_of_one():
    data = DataConfig.model_validate({"path": "rows.jsonl"})
    assert (data.path, data.split, data.share) == (("rows.jsonl",), None, 1.0)
    assert DataConfig.model_validate({"train": ["a", "b"], "dev": "c"}).train == ("a", "b")


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        ({}, "give either 'path', or 'train'"),
        ({"path": "a", "train": "b", "dev": "c"}, "give either 'path', or 'train'"),
        ({"path": "a", "dev": "c"}, "go with 'train', not with 'path'"),
        ({"train": "a"}, "'train' needs 'dev' files"),
        ({"train": "a", "split": {"dev": 0}}, "'train' needs 'dev' files"),
        ({"train": "a", "dev": "b", "split": {}}, "'dev' files and a 'split' exclude each other"),
        ({"train": "a", "split": {}, "test": "c"}, "set split.test=0"),
        ({"path": "a", "split": {"by": "luck"}}, "split.by"),
        ({"path": "a", "split": {"dev": 1}}, "less than 1"),
        ({"path": "a", "share": 0}, "greater than 0"),
    ],
)
def test_what_does_not_go_together(section, problem):
    with pytest.raises(ValidationError, match=problem):
        DataConfig.model_validate(section)


def test_dev_may_be_taken_out_of_the_training_files():
    data = DataConfig.model_validate({"train": "a", "split": {"test": 0}, "test": "c"})
    assert (data.split.dev, data.split.by) == (0.15, "article")
