"""Published and exported formats of labelled sentences: name to module, imported when asked for."""

from __future__ import annotations

FORMATS: dict[str, str] = {
    "newsmtsc": "data.importers.newsmtsc",
    "plv": "data.importers.plv",
    "conflibert": "data.importers.conflibert",
    "case2021": "data.importers.case2021",
    "plover-gsr": "data.importers.plover_gsr",
    "label-studio": "data.importers.label_studio",
    "doccano": "data.importers.doccano",
    "prodigy": "data.importers.prodigy",
    "csv": "data.importers.csv_table",
}
