"""What tests share: sentences of their own, a tiny encoder, and an MLflow store made once."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import settings

settings.register_profile("project", deadline=None)  # a busy machine is no failure
settings.load_profile("project")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # tiny models are slower on several threads
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ["HF_HUB_OFFLINE"] = "1"

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("Arlow", "Besk", "Corin", "Dunmar", "Elvast", "Forrow", "Gathe", "Hollen", "Irsk",
          "Jorun")
EVENTS = {
    "protest": ("Crowds marched through {} against the new bread tax.",
                "Students in {} carried banners and called for elections."),
    "clash": ("Soldiers and rebels exchanged fire near {} until dawn.",
              "Two armed groups fought over the bridge at {}."),
    "aid": ("A convoy brought flour and blankets to {} on Friday.",
            "Doctors opened a free clinic in {} for the displaced."),
}
STANCES = (("{0} lied to its own voters, while {1} fed the hungry.", "against", "favor"),
           ("{0} robbed the farmers, and {1} gave them shelter.", "against", "favor"),
           ("{0} was praised for honesty; {1} was blamed for the fire.", "favor", "against"))
WORDS = sorted({word.strip(".,;").lower() for text in
                [*(text for texts in EVENTS.values() for text in texts),
                 *(text for text, *_ in STANCES)]
                for word in text.replace("{0}", "").replace("{1}", "").replace("{}", "").split()})


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory):
    """A folder with a BERT of 2 layers, 32 wide, with weights by chance and its own vocabulary."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("encoder")
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *".,;!?'\"[]/-", *letters,
                  *(f"##{letter}" for letter in letters), *map(str, range(10)),
                  *(word for word in WORDS if len(word) > 1)]
    ids = {piece: number for number, piece in enumerate(dict.fromkeys(vocabulary))}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        pad_token="[PAD]", mask_token="[MASK]").save_pretrained(folder)
    torch.manual_seed(0)
    BertModel(BertConfig(
        vocab_size=len(ids), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=160)).save_pretrained(folder)
    return folder


def _codebook(task, labels, several=False):
    from data.codebook import Codebook

    return Codebook.model_validate({
        "name": f"small_{task}", "version": "1", "task": task,
        "labels_per_row": "several" if several else "single",
        "labels": [{"name": name} for name in labels]})


@pytest.fixture(scope="session")
def small_rows():
    """Kind of task to rows: `event` and `multilabel` 60 each, `stance` 90 of two targets each."""
    rows = {"event": [], "multilabel": [], "stance": []}
    for number, place in enumerate(PLACES):
        other = PLACES[(number + 3) % len(PLACES)]
        for label, texts in EVENTS.items():
            for text in texts:
                row = {"id": f"e{len(rows['event'])}", "article_id": f"a{number}",
                       "text": text.format(place)}
                rows["event"].append(row | {"label": label})
                both = EVENTS["aid"][0].format(other)
                rows["multilabel"].append(
                    row | {"text": f"{row['text']} {both}", "labels": [label, "aid"]}
                    if label != "aid" and number % 2 else row | {"labels": [label]})
        for text, first, second in STANCES:
            for target, label in ((place, first), (other, second)):
                sentence = text.format(place, other)
                rows["stance"].append({
                    "id": f"s{len(rows['stance'])}", "article_id": f"a{number}",
                    "text": sentence, "target": target, "label": label,
                    "target_start": sentence.index(target),
                    "target_end": sentence.index(target) + len(target)})
    return rows


@pytest.fixture(scope="session")
def small(small_rows):
    """Kind of task to its codebook (with one label that no row has), train rows and dev rows."""
    from data.rows import labelled, tidy

    books = {"event": _codebook("event", ["clash", "never_seen", "aid", "protest"]),
             "multilabel": _codebook("event", ["clash", "never_seen", "aid", "protest"], True),
             "stance": _codebook("stance", ["against", "neutral", "favor"])}
    made = {}
    for kind, rows in small_rows.items():
        examples = [labelled(tidy(row)) for row in rows]
        made[kind] = SimpleNamespace(
            codebook=books[kind], train=[row for row in examples if row.article_id != "a9"],
            dev=[row for row in examples if row.article_id == "a9"])
    return made


@pytest.fixture(scope="session")
def _made_store(tmp_path_factory):
    """An empty MLflow store: making one takes seconds, copying it none."""
    folder = tmp_path_factory.mktemp("store")
    script = ("from mlflow.tracking import MlflowClient; "
              f"MlflowClient('sqlite:///{folder}/mlflow.db').search_experiments()")
    subprocess.run([sys.executable, "-c", script], cwd=folder, check=True, capture_output=True)
    return folder / "mlflow.db"


@pytest.fixture
def store(_made_store, tmp_path, monkeypatch):
    """An empty store of the test's own, in the folder that the test then runs in."""
    shutil.copy(_made_store, tmp_path / "mlflow.db")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def write_jsonl():
    """Writes rows to a path as JSONL and returns the path."""
    def write(path, rows):
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path
    return write
