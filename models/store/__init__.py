"""The MLflow store: opened, checked, and its files found wherever they lie."""

from models.store.connection import check as check
