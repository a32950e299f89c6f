"""What cases store: cases, their steps, history and evidence; measures and papers; penalties and sanctions."""

from lantian.apps.cases.models.cases import (
    Case,
    CaseCounter,
    CaseQuerySet,
    CaseSource,
    CaseStep,
    CaseThread,
    CaseThreadQuerySet,
    Evidence,
    HistoryError,
)
from lantian.apps.cases.models.documents import FrozenError, Paper, PaperCounter
from lantian.apps.cases.models.measures import Measure, MeasureClock
from lantian.apps.cases.models.sanctions import Penalty, Sanction

__all__ = [
    "Case",
    "CaseCounter",
    "CaseQuerySet",
    "CaseSource",
    "CaseStep",
    "CaseThread",
    "CaseThreadQuerySet",
    "Evidence",
    "FrozenError",
    "HistoryError",
    "Measure",
    "MeasureClock",
    "Paper",
    "PaperCounter",
    "Penalty",
    "Sanction",
]
