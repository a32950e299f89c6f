"""What cases store: cases, their steps, history and evidence; penalties and sanctions."""

from lantian.apps.cases.models.cases import (
    Case,
    CaseCounter,
    CaseQuerySet,
    CaseSource,
    CaseStep,
    CaseThread,
    Evidence,
    HistoryError,
)
from lantian.apps.cases.models.sanctions import Penalty, Sanction

__all__ = [
    "Case",
    "CaseCounter",
    "CaseQuerySet",
    "CaseSource",
    "CaseStep",
    "CaseThread",
    "Evidence",
    "HistoryError",
    "Penalty",
    "Sanction",
]
