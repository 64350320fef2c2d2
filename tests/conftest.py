"""What tests share: sentences of their own, a tiny encoder, a user's folder; more in fixtures/."""

import json
import os
from types import SimpleNamespace

import pytest
import yaml
from hypothesis import settings

settings.register_profile("project", deadline=None)  # a busy machine is no failure
settings.load_profile("project")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # tiny models are slower on several threads
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.pop("COLUMNS", None)  # tables whole, as in any pipe; processes of xdist have 80

# Of tests/fixtures:
pytest_plugins = [
    "command_lines",
    "kept_stores",
    "known_models",
    "made_stores",
    "own_process",
    "registered_runs",
]

PLACES = (
    "Arlow",
    "Besk",
    "Corin",
    "Dunmar",
    "Elvast",
    "Forrow",
    "Gathe",
    "Hollen",
    "Irsk",
    "Jorun",
)
EVENTS = {
    "protest": (
        "Crowds marched through {} against the new bread tax.",
        "Students in {} carried banners and called for elections.",
    ),
    "clash": (
        "Soldiers and rebels exchanged fire near {} until dawn.",
        "Two armed groups fought over the bridge at {}.",
    ),
    "aid": (
        "A convoy brought flour and blankets to {} on Friday.",
        "Doctors opened a free clinic in {} for the displaced.",
    ),
}
STANCES = (
    ("{0} lied to its own voters, while {1} fed the hungry.", "against", "favor"),
    ("{0} robbed the farmers, and {1} gave them shelter.", "against", "favor"),
    ("{0} was praised for honesty; {1} was blamed for the fire.", "favor", "against"),
)
WORDS = sorted(
    {
        word.strip(".,;").lower()
        for text in [
            *(text for texts in EVENTS.values() for text in texts),
            *(text for text, *_ in STANCES),
        ]
        for word in text.replace("{0}", "").replace("{1}", "").replace("{}", "").split()
    }
)


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory):
    """A folder with a BERT of 2 layers, 32 wide, with weights by chance and its own vocabulary."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("encoder")
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    vocabulary = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *".,;!?'\"[]/-",
        *letters,
        *(f"##{letter}" for letter in letters),
        *map(str, range(10)),
        *(word for word in WORDS if len(word) > 1),
    ]
    ids = {piece: number for number, piece in enumerate(dict.fromkeys(vocabulary))}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        mask_token="[MASK]",
    ).save_pretrained(folder)
    torch.manual_seed(0)
    BertModel(
        BertConfig(
            vocab_size=len(ids),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=160,
        )
    ).save_pretrained(folder)
    return folder


def _codebook(task, labels, several=False):
    from data.codebook import Codebook

    return Codebook.model_validate(
        {
            "name": f"small_{task}",
            "version": "1",
            "task": task,
            "labels_per_row": "several" if several else "single",
            "labels": [{"name": name} for name in labels],
        }
    )


@pytest.fixture(scope="session")
def small_rows():
    """Kind of task to rows: `event` and `multilabel` 60 each, `stance` 90 of two targets each."""
    rows = {"event": [], "multilabel": [], "stance": []}
    for number, place in enumerate(PLACES):
        other = PLACES[(number + 3) % len(PLACES)]
        for label, texts in EVENTS.items():
            for text in texts:
                row = {
                    "id": f"e{len(rows['event'])}",
                    "article_id": f"a{number}",
                    "text": text.format(place),
                }
                rows["event"].append(row | {"label": label})
                both = EVENTS["aid"][0].format(other)
                rows["multilabel"].append(
                    row | {"text": f"{row['text']} {both}", "labels": [label, "aid"]}
                    if label != "aid" and number % 2
                    else row | {"labels": [label]}
                )
        for text, first, second in STANCES:
            for target, label in ((place, first), (other, second)):
                sentence = text.format(place, other)
                rows["stance"].append(
                    {
                        "id": f"s{len(rows['stance'])}",
                        "article_id": f"a{number}",
                        "text": sentence,
                        "target": target,
                        "label": label,
                        "target_start": sentence.index(target),
                        "target_end": sentence.index(target) + len(target),
                    }
                )
    return rows


@pytest.fixture(scope="session")
def small(small_rows):
    """Kind of task to its codebook (with one label that no row has), train rows and dev rows."""
    from data.rows import labelled, tidy

    books = {
        "event": _codebook("event", ["clash", "never_seen", "aid", "protest"]),
        "multilabel": _codebook("event", ["clash", "never_seen", "aid", "protest"], True),
        "stance": _codebook("stance", ["against", "neutral", "favor"]),
    }
    made = {}
    for kind, rows in small_rows.items():
        examples = [labelled(tidy(row)) for row in rows]
        made[kind] = SimpleNamespace(
            codebook=books[kind],
            train=[row for row in examples if row.article_id != "a9"],
            dev=[row for row in examples if row.article_id == "a9"],
        )
    return made


@pytest.fixture(scope="session")
def saved_model(tmp_path_factory):
    """A model that says `armed_clash` to everything, two thirds sure: its folder, and served."""
    from data.codebook import load_codebook
    from data.examples import Example, Labelled
    from models.classifier import Fitting
    from models.families.majority import Majority, MajorityConfig

    model = Majority(MajorityConfig(family="majority"), load_codebook("event"))
    rows = [
        Labelled(Example(f"Sentence {label}."), (label,), label, "a")
        for label in ("armed_clash", "armed_clash", "attack")
    ]
    model.fit(rows, rows, Fitting(seed=1, score_dev=lambda probabilities: {}))
    folder = tmp_path_factory.mktemp("saved") / "kept"
    return folder, model.save(folder, "shares", [row.example for row in rows])


@pytest.fixture(scope="session")
def write_jsonl():
    """Writes rows to a path as JSONL and returns the path."""

    def write(path, rows):
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def configuration():
    """Writes a configuration of a folder's codebook and rows, and returns the file's name."""

    def write(folder, name, model, **others):
        (folder / f"{name}.yaml").write_text(
            yaml.safe_dump(
                {
                    "task": "event",
                    "codebook": str(folder / "small_event.yaml"),
                    "data": {"path": str(folder / "rows.jsonl")},
                    "model": model,
                    **others,
                }
            )
        )
        return f"{name}.yaml"

    return write


@pytest.fixture(scope="session")
def lay_out(small_rows, write_jsonl, configuration):
    """Fills a user's folder and returns it.

    With a codebook, rows with their splits by article (all others train), and two configurations:
    `shares` knows how frequent labels are, `words` is always right.
    """

    def make(folder, splits=(("a9", "dev"), ("a8", "test")), **others):
        (folder / "small_event.yaml").write_text(
            yaml.safe_dump(
                {
                    "name": "event",
                    "version": "1",
                    "task": "event",
                    "labels": [
                        {
                            "name": name,
                            "definition": f"{name} | as told",
                            "crosswalk": {"wide": name[0].upper()},
                        }
                        for name in ("clash", "aid", "protest")
                    ],
                }
            )
        )
        write_jsonl(
            folder / "rows.jsonl",
            [
                row | {"split": dict(splits).get(row["article_id"], "train")}
                for row in small_rows["event"]
            ],
        )
        configuration(folder, "shares", {"family": "majority"}, **others)
        configuration(folder, "words", {"family": "tfidf", "min_count": 1}, **others)
        return folder

    return make


@pytest.fixture
def project(store, lay_out):
    """A folder of a user's own, with an empty store; the test runs in it."""
    return lay_out(store)


@pytest.fixture
def empty_plots(monkeypatch):
    """Pictures are blank: drawing them takes most of a small run's time."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    def draw(self):
        self.renderer = self.get_renderer()

    monkeypatch.setattr(FigureCanvasAgg, "draw", draw)
