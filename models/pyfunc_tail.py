"""What follows serving.py when a model is logged: the two together are MLflow's model file."""

from typing import TYPE_CHECKING, Any

import mlflow.pyfunc
import pandas
from mlflow.models import set_model

if TYPE_CHECKING:  # in the file that MLflow runs, these names stand above
    import json

    from models.serving import Input, load, locate


class PyfuncModel(mlflow.pyfunc.PythonModel):
    """(text, target) in, (label, probability, probabilities as JSON) out."""

    def load_context(self, context: Any) -> None:
        """Loads and checks the portable model."""
        self.model = load(context.artifacts["model"])

    def predict(self, context: Any, model_input: pandas.DataFrame, params: Any = None
                ) -> pandas.DataFrame:
        """One row for each of the input; several labels are joined by `|`.

        The probability is the highest of the labels, or of all for `uncertain` or no label.
        """
        targets = model_input["target"] if "target" in model_input else [None] * len(model_input)
        named = [target if isinstance(target, str) and target else None for target in targets]
        rows = [Input(str(text), target, locate(str(text), target))
                for text, target in zip(model_input["text"], named, strict=True)]
        proba = self.model.predict_proba(rows)
        labels = self.model.label_rows(proba)
        columns = {name: column for column, name in enumerate(self.model.labels)}
        best = [max((p[columns[name]] for name in names if name in columns), default=p.max())
                for p, names in zip(proba, labels, strict=True)]
        return pandas.DataFrame({
            "label": ["|".join(names) for names in labels],
            "probability": [float(value) for value in best],
            "probabilities": [json.dumps(dict(zip(self.model.labels, map(float, row.round(6)),
                                                  strict=True))) for row in proba],
        })


set_model(PyfuncModel())
