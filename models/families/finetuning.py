"""Fine-tuning with the transformers Trainer. Imports torch and transformers."""

from __future__ import annotations

import math
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import Trainer, TrainerCallback, TrainingArguments
from transformers.trainer_pt_utils import get_length_grouped_indices

from data.problems import InputError, Problem
from models.classifier import Fitting
from models.families.checkpoints import newest_whole, seal, state_folder
from models.families.encoder_head import EncoderHead, as_tensors, infer, use_bf16
from models.portable.tokens import Tokens


class _TrainingRows(torch.utils.data.Dataset[dict[str, Any]]):
    """Tokens and gold of each row; tokens that lie on disk are read when they are needed."""

    def __init__(self, tokens: Sequence[Tokens], gold: np.ndarray) -> None:
        self.tokens, self.gold = tokens, gold

    def __len__(self) -> int:
        return len(self.tokens)

    def __getitem__(self, place: int) -> dict[str, Any]:
        return {"tokens": self.tokens[place], "gold": self.gold[place]}


class _ByLength(torch.utils.data.Sampler[int]):
    """Rows of like length together, in an order that seed and epoch alone decide.

    The Trainer's own sampler draws from torch's global state, which a training that goes on in
    the middle of an epoch cannot bring back: it would see other batches.
    """

    def __init__(self, lengths: list[int], batch: int, seed: int) -> None:
        self.lengths, self.batch, self.seed, self.epoch = lengths, batch, seed, 0

    def __len__(self) -> int:
        return len(self.lengths)

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self.seed + 1_000_003 * self.epoch)
        return iter(get_length_grouped_indices(self.lengths, self.batch, generator=generator))


class _Trainer(Trainer):
    """Scores the dev rows in batches of like length, with the metrics that choose the model.

    A checkpoint is sealed when all of it is written.
    """

    control: Any
    score_dev: Callable[[], Mapping[str, float]]
    order: _ByLength

    def _get_train_sampler(self, train_dataset: Any = None) -> _ByLength:
        return self.order

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        metrics = {f"eval_{name}": float(value) for name, value in self.score_dev().items()}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, metrics
        )
        return metrics

    def _save_checkpoint(self, *args: Any, **kwargs: Any) -> None:
        super()._save_checkpoint(*args, **kwargs)
        seal(Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}")


def finetune(
    model: EncoderHead,
    config: Any,
    fitting: Fitting,
    pad: int,
    train: Sequence[Tokens],
    gold: np.ndarray,
    dev: Sequence[Tokens],
    probabilities: Callable[[np.ndarray], np.ndarray],
) -> dict[str, float]:
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
        InputError: the loss of an epoch is no number.
        KeyboardInterrupt: after Ctrl-C, when the step in hand is done and its checkpoint kept.
    """
    with state_folder(fitting.checkpoints) as folder:
        arguments = _arguments(config, fitting, folder, bool(dev))
        stop = _Interrupt()
        order = _ByLength(
            [len(row.ids) for row in train], config.batch_size * config.accumulate, fitting.seed
        )
        epochs = _Epochs(fitting, order, config.patience if dev else None)
        trainer = _Trainer(
            model=model,
            args=arguments,
            callbacks=[epochs, stop],
            train_dataset=_TrainingRows(train, gold),
            eval_dataset=dev,
            data_collator=lambda rows: _collate(rows, pad),
            optimizers=(_optimizer(model, config), None),
        )
        trainer.order = order
        trainer.score_dev = lambda: fitting.score_dev(
            probabilities(infer(model, dev, pad, bf16=arguments.bf16))
        )
        if not fitting.progress:
            from transformers.trainer_callback import PrinterCallback

            trainer.remove_callback(PrinterCallback)
        last = newest_whole(folder, fitting.say) if fitting.resume else None
        with stop.listening():
            trainer.train(resume_from_checkpoint=str(last) if last else None)
        if stop.asked:
            raise KeyboardInterrupt
        facts = epochs.facts(trainer.state)
    # Training wrapped forward() in bfloat16; what is served and exported is float32.
    trainer.accelerator.unwrap_model(model, keep_fp32_wrapper=False)
    model.to("cpu")
    return facts


def _arguments(config: Any, fitting: Fitting, folder: Path, has_dev: bool) -> TrainingArguments:
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    bf16 = use_bf16(device) if config.bf16 == "auto" else config.bf16
    return TrainingArguments(
        output_dir=str(folder),
        seed=fitting.seed,
        data_seed=fitting.seed,
        report_to="none",
        use_cpu=device.type == "cpu",
        num_train_epochs=config.epochs,
        per_device_train_batch_size=config.batch_size,
        gradient_accumulation_steps=config.accumulate,
        learning_rate=config.learning_rate,
        lr_scheduler_type=config.schedule,
        warmup_steps=config.warmup,
        weight_decay=config.weight_decay,
        bf16=bf16,
        remove_unused_columns=False,
        logging_strategy="epoch",
        logging_nan_inf_filter=False,
        dataloader_pin_memory=False,
        eval_strategy="epoch" if has_dev else "no",
        save_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=has_dev,
        metric_for_best_model=fitting.select_by,
        greater_is_better=True,
        disable_tqdm=not fitting.progress,
    )


def _optimizer(model: EncoderHead, config: Any) -> torch.optim.Optimizer:
    head, matrices, vectors = [], [], []
    for name, parameter in model.named_parameters():
        if name.startswith("head."):
            head.append(parameter)
        elif parameter.ndim < 2:  # biases, and the scales of norms, whatever they are called
            vectors.append(parameter)
        else:
            matrices.append(parameter)
    rate, decay = config.learning_rate, config.weight_decay
    return torch.optim.AdamW(
        [
            {"params": matrices, "lr": rate, "weight_decay": decay},
            {"params": vectors, "lr": rate, "weight_decay": 0.0},
            {"params": head, "lr": config.head_learning_rate or rate, "weight_decay": decay},
        ],
        fused=True,
    )  # unfused, a quarter of the training time on a CPU


def _collate(rows: Sequence[dict[str, Any]], pad: int) -> dict[str, torch.Tensor]:
    batch = as_tensors([row["tokens"] for row in rows], pad)
    batch["labels"] = torch.from_numpy(np.stack([row["gold"] for row in rows]))
    return batch


class _Epochs(TrainerCallback):
    """Passes each epoch's loss and dev metrics on, and stops when none gets better.

    It keeps nothing itself: all follows from the Trainer's log, which checkpoints hold, so that
    a resumed training goes on as if it had never stopped.
    """

    def __init__(self, fitting: Fitting, order: _ByLength, patience: int | None) -> None:
        self.fitting, self.order, self.patience = fitting, order, patience

    def facts(self, state: Any) -> dict[str, float]:
        """`best_epoch` and `epochs`; without dev rows the last epoch is the best."""
        values = self._values(state)
        last = round(state.epoch or 0)
        best = max(values, key=lambda number: values[number]) if values else last
        return {"best_epoch": float(best), "epochs": float(last)}

    def _values(self, state: Any) -> dict[int, float]:
        """The dev metric of each epoch so far."""
        key = f"eval_{self.fitting.select_by}"
        return {round(entry["epoch"]): entry[key] for entry in state.log_history if key in entry}

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self.order.epoch = int(state.epoch or 0)

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        if not math.isfinite((logs or {}).get("loss", 0.0)):
            raise InputError(
                Problem(
                    "model.learning_rate",
                    f"the training diverged: the loss of epoch "
                    f"{math.ceil(state.epoch)} is {logs['loss']}",
                    "lower it, or raise model.warmup",
                )
            )
        if "loss" in (logs or {}) and not args.do_eval and float(state.epoch).is_integer():
            self._report(state, {})

    def on_evaluate(
        self, args: Any, state: Any, control: Any, metrics: Any = None, **_: Any
    ) -> None:
        self._report(
            state,
            {key.removeprefix("eval_"): value for key, value in metrics.items() if key != "epoch"},
        )
        values = self._values(state)
        best = max(values, key=lambda number: values[number])
        if self.patience is not None and max(values) - best >= self.patience:
            control.should_training_stop = True
            control.should_save = False  # it is not the best, and resuming must stop here too

    def _report(self, state: Any, metrics: dict[str, float]) -> None:
        number = round(state.epoch)
        self.fitting.on_epoch(number, {"train_loss": _mean_loss(state, number), **metrics})


def _mean_loss(state: Any, number: int) -> float:
    """Mean loss over the steps of an epoch, which has several entries if it was interrupted."""
    total, steps, before = 0.0, 0, 0
    for entry in state.log_history:
        if "loss" in entry:
            if entry["epoch"] > number - 1:
                total += entry["loss"] * (entry["step"] - before)
                steps += entry["step"] - before
            before = entry["step"]
    return total / steps if steps else float("nan")


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

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        # The last step of an epoch is saved with the epoch, after its dev rows are scored.
        if self.asked and not float(state.epoch).is_integer():
            control.should_log = control.should_save = True

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if self.asked:
            raise KeyboardInterrupt
