# Appended to serving.py when a model is logged: the two together are MLflow's model file.
import mlflow.pyfunc  # noqa: E402
import pandas  # noqa: E402
from mlflow.models import set_model  # noqa: E402


class PyfuncModel(mlflow.pyfunc.PythonModel):
    """(text, target) in, (label, probability, probabilities as JSON) out."""

    def load_context(self, context):
        self.model = load(context.artifacts["model"])

    def predict(self, context, model_input: pandas.DataFrame, params=None) -> pandas.DataFrame:
        targets = model_input["target"] if "target" in model_input else [None] * len(model_input)
        named = [target if isinstance(target, str) and target else None for target in targets]
        rows = [Input(str(text), target, locate(str(text), target))
                for text, target in zip(model_input["text"], named, strict=True)]
        proba = self.model.predict_proba(rows)
        labels = self.model.label_rows(proba)
        best = [max((p[self.model.labels.index(name)] for name in names), default=float(p.max()))
                for p, names in zip(proba, labels, strict=True)]
        return pandas.DataFrame({
            "label": ["|".join(names) for names in labels],
            "probability": [float(value) for value in best],
            "probabilities": [json.dumps(dict(zip(self.model.labels, map(float, row.round(6)),
                                                  strict=True))) for row in proba],
        })


set_model(PyfuncModel())
