"""Fine-tuning with the transformers Trainer. Imports torch and transformers."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import (
    EarlyStoppingCallback,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)
from transformers.trainer_utils import get_last_checkpoint

from models.classifier import Fitting
from models.encoder_head import EncoderHead, as_tensors, run, use_bf16
from models.serving import Tokens


class _Rows(torch.utils.data.Dataset[dict[str, Any]]):
    """Tokens and gold rows; `input_ids` lets the Trainer group rows by length."""

    def __init__(self, tokens: Sequence[Tokens], gold: np.ndarray) -> None:
        self.tokens, self.gold = tokens, gold

    def __len__(self) -> int:
        return len(self.tokens)

    def __getitem__(self, row: int) -> dict[str, Any]:
        return {"input_ids": self.tokens[row].ids, "tokens": self.tokens[row],
                "gold": self.gold[row]}


class _Trainer(Trainer):
    """Scores the dev rows in batches of like length, with the metrics that choose the model."""

    score_dev: Callable[[], Mapping[str, float]]

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        metrics = {f"eval_{name}": float(value) for name, value in self.score_dev().items()}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, metrics)
        return metrics


def finetune(model: EncoderHead, config: Any, fitting: Fitting, pad: int,
             train: Sequence[Tokens], gold: np.ndarray, dev: Sequence[Tokens],
             probabilities: Callable[[np.ndarray], np.ndarray]) -> dict[str, float]:
    """Trains `model` in place to its best epoch and returns facts (`best_epoch`, `epochs`).

    Args:
        model: on the CPU; the Trainer moves it to a GPU if there is one.
        config: a `TransformerConfig`.
        fitting: seed, dev metrics, checkpoints and callbacks.
        pad: the padding token.
        train: tokens of the training rows, and `gold` their 0/1 matrix.
        gold: float32 (n_train, n_columns).
        dev: tokens of the dev rows; without any the last epoch counts.
        probabilities: from logits to what `fitting.score_dev` takes.

    Raises:
        KeyboardInterrupt: after Ctrl-C, when the step in hand is done and its checkpoint kept.
    """
    with _folder(fitting.checkpoints) as folder:
        arguments = _arguments(config, fitting, folder, bool(dev))
        stop = _Interrupt()
        epochs = _Epochs(fitting)
        callbacks: list[TrainerCallback] = [epochs, stop]
        if config.patience is not None and dev:
            callbacks.append(EarlyStoppingCallback(config.patience))
        trainer = _Trainer(
            model=model, args=arguments, callbacks=callbacks, train_dataset=_Rows(train, gold),
            eval_dataset=_Rows(dev, gold), data_collator=lambda rows: _collate(rows, pad),
            optimizers=(_optimizer(model, config), None))
        trainer.score_dev = lambda: fitting.score_dev(
            probabilities(run(model, dev, pad, bf16=arguments.bf16)))
        if not fitting.progress:
            from transformers.trainer_callback import PrinterCallback

            trainer.remove_callback(PrinterCallback)
        last = get_last_checkpoint(str(folder)) if fitting.resume else None
        with stop.listening():
            trainer.train(resume_from_checkpoint=last)
        if stop.asked:
            raise KeyboardInterrupt
    # Training wrapped forward() in bfloat16; what is served and exported is float32.
    trainer.accelerator.unwrap_model(model, keep_fp32_wrapper=False)
    model.to("cpu")
    return {"best_epoch": float(epochs.best), "epochs": float(epochs.number)}


def _arguments(config: Any, fitting: Fitting, folder: Path, has_dev: bool) -> TrainingArguments:
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    bf16 = use_bf16(device) if config.bf16 == "auto" else config.bf16
    return TrainingArguments(
        output_dir=str(folder), seed=fitting.seed, data_seed=fitting.seed, report_to="none",
        use_cpu=device.type == "cpu",
        num_train_epochs=config.epochs, per_device_train_batch_size=config.batch_size,
        gradient_accumulation_steps=config.accumulate,
        learning_rate=config.learning_rate, lr_scheduler_type=config.schedule,
        warmup_steps=config.warmup, weight_decay=config.weight_decay, bf16=bf16,
        train_sampling_strategy="group_by_length", remove_unused_columns=False,
        logging_strategy="epoch", dataloader_pin_memory=False,
        eval_strategy="epoch" if has_dev else "no", save_strategy="epoch", save_total_limit=1,
        load_best_model_at_end=has_dev, metric_for_best_model=fitting.select_by,
        greater_is_better=True, disable_tqdm=not fitting.progress)


def _optimizer(model: EncoderHead, config: Any) -> torch.optim.Optimizer:
    head, rest, plain = [], [], []
    for name, parameter in model.named_parameters():
        if name.startswith("head."):
            head.append(parameter)
        elif name.endswith("bias") or "LayerNorm" in name or "layer_norm" in name:
            plain.append(parameter)  # decay is for matrices
        else:
            rest.append(parameter)
    rate, decay = config.learning_rate, config.weight_decay
    return torch.optim.AdamW([
        {"params": rest, "lr": rate, "weight_decay": decay},
        {"params": plain, "lr": rate, "weight_decay": 0.0},
        {"params": head, "lr": config.head_learning_rate or rate, "weight_decay": decay}])


def _collate(rows: Sequence[dict[str, Any]], pad: int) -> dict[str, torch.Tensor]:
    batch = as_tensors([row["tokens"] for row in rows], pad)
    batch["labels"] = torch.from_numpy(np.stack([row["gold"] for row in rows]))
    return batch


@contextmanager
def _folder(checkpoints: Path | None) -> Iterator[Path]:
    if checkpoints is not None:
        checkpoints.mkdir(parents=True, exist_ok=True)
        yield checkpoints
        return
    with tempfile.TemporaryDirectory(prefix="eventstance-") as folder:
        yield Path(folder)


class _Epochs(TrainerCallback):
    """Passes each epoch's loss and dev metrics on, and remembers the best epoch."""

    def __init__(self, fitting: Fitting) -> None:
        self.fitting, self.loss = fitting, float("nan")
        self.number, self.best, self.highest = 0, 0, -np.inf

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        if "loss" in (logs or {}):
            self.loss = float(logs["loss"])
            if not args.do_eval:
                self._report(round(state.epoch), {})

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any = None, **_: Any
                    ) -> None:
        named = {key.removeprefix("eval_"): value for key, value in metrics.items()
                 if key != "epoch"}
        self._report(round(state.epoch), named)

    def _report(self, number: int, metrics: dict[str, float]) -> None:
        self.number = number
        value = metrics.get(self.fitting.select_by, float(number))
        if value > self.highest:
            self.best, self.highest = number, value
        self.fitting.on_epoch(number, {"train_loss": self.loss, **metrics})


class _Interrupt(TrainerCallback):
    """Lets a first Ctrl-C finish the step and keep a checkpoint; a second one stops at once."""

    def __init__(self) -> None:
        self.asked = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        def note(number: int, frame: Any) -> None:
            if self.asked:
                raise KeyboardInterrupt
            self.asked = True

        try:
            before = signal.signal(signal.SIGINT, note)
        except ValueError:  # not the main thread: nothing to listen to
            yield
            return
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:
        if self.asked:
            control.should_save = control.should_training_stop = True
        return control
