"""Champions chosen from Python."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eventstance.model import Referred


@dataclass(frozen=True)
class Decision:
    """Whether a model is champion now, and why; true where it is.

    Attributes:
        promoted: whether the model was made champion, and is it still.
        reason: the figures that decided, or what stands against it.
        model: the registered model; empty where it was refused.
        version: of the new champion; empty where it was refused.
        replaced: the version before; empty where there was none, or it was refused.
    """

    promoted: bool
    reason: str
    model: str = ""
    version: str = ""
    replaced: str = ""

    def __bool__(self) -> bool:
        return self.promoted


def promote(
    model: str | Path | Referred,
    *,
    margin: float | None = None,
    force: bool = False,
    why: str = "",
    who: str = "",
    store: str | Path | None = None,
) -> Decision:
    """Makes a run or version the champion of its registered model, if the rule allows it.

    A refusal is an answer, not an error: `if promote(run): …`. It is noted on the version.

    Args:
        model: a run id, `event/3`, a loaded model or a finished run.
        margin: how much worse the candidate may truly be; 0.01 when None, 0 asks for a clear gain.
        force: overrule the rule; needs `why`.
        why: the reason, kept in the log.
        who: who decides; the login name if empty.
        store: address of the MLflow store, or the file of a sqlite one; for this call alone.

    Raises:
        InputError: no such run or version, a margin that is none, or force without a reason.
    """
    from evaluation.comparing.promotion_rule import MARGIN, promotion_rule
    from eventstance.model import arguments, ref_of, store_of
    from models.registry import promotion
    from models.store.process_state import undisturbed

    store = store_of([model], store)
    with arguments(store), undisturbed(store):
        rule = promotion_rule(MARGIN if margin is None else margin)
        try:
            entry = promotion.promote(ref_of(model), rule, force=force, why=why, who=who)
        except promotion.RefusedError as refused:
            return Decision(False, str(refused))
    return Decision(entry.now is None, entry.line(), entry.model, entry.version, entry.replaced)
