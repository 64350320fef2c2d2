import json

import pytest

from data.problems import InputError
from models.families.encoders import encoder_source, load_encoder, load_tokenizer


def test_packaged_encoder():
    assert encoder_source("packaged:all-MiniLM-L6-v2").endswith("model")
    with pytest.raises(InputError, match=r"no packaged encoder 'MiniLM'.*all-MiniLM-L6-v2"):
        encoder_source("packaged:MiniLM")


def test_folders_and_hub_names(tmp_path, tiny_encoder):
    assert encoder_source(str(tiny_encoder)) == str(tiny_encoder)
    assert encoder_source("somebody/some-encoder") == "somebody/some-encoder"
    with pytest.raises(InputError, match=r"holds no config\.json"):
        encoder_source(str(tmp_path))
    for name in ("./none", "/none/at/all", "a/b/c"):
        with pytest.raises(InputError, match="no such folder"):
            encoder_source(name)


def test_markers_are_added_on_wish(tiny_encoder):
    plain, ids = load_tokenizer(str(tiny_encoder), markers=False)
    marked, more = load_tokenizer(str(tiny_encoder), markers=True)
    assert ids["markers"] == []
    assert len(set(more["markers"])) == 4
    assert more["vocabulary"] == ids["vocabulary"] + 4
    assert plain.token_to_id("[T]") is None
    assert marked.token_to_id("[/A]") == more["markers"][3]
    assert (ids["cls"], ids["sep"], ids["pad"]) == tuple(
        plain.token_to_id(name) for name in ("[CLS]", "[SEP]", "[PAD]")
    )


def test_what_cannot_be_loaded_is_told(tmp_path, tiny_encoder):
    with pytest.raises(InputError, match=r"no fast tokenizer[\s\S]*tokenizer\.json"):
        load_tokenizer(str(tmp_path), markers=False)
    (tmp_path / "config.json").write_text((tiny_encoder / "config.json").read_text())
    with pytest.raises(InputError, match=r"cannot load[\s\S]*safetensors"):
        load_encoder(str(tmp_path))
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")  # never read
    with pytest.raises(InputError, match="safetensors"):
        load_encoder(str(tmp_path))


@pytest.mark.encoder
def test_the_packaged_encoder_knows_related_sentences():
    import numpy as np

    from models.families.encoder_head import EncoderHead, infer
    from models.portable.inputs import Input
    from models.portable.tokens import tokenize

    source = encoder_source("packaged:all-MiniLM-L6-v2")
    tokenizer, ids = load_tokenizer(source, markers=False)
    rows = [
        Input(text)
        for text in (
            "Rebels shelled the town.",
            "The village came under fire.",
            "The bakery sells good bread.",
        )
    ]
    head = EncoderHead(load_encoder(source), ("sentence",), 2)
    features = infer(
        head, tokenize(tokenizer, rows, {"max_tokens": 64, **ids}), ids["pad"], features=True
    )
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    assert features[0] @ features[1] > features[0] @ features[2] + 0.1
    assert json.dumps(ids)  # goes into model.json as it is
