"""Snapshots of facts, and the bulletins that rest on them."""

from lantian.apps.assessment.models.bulletins import Bulletin, BulletinCounter, BulletinEvent, Snapshot
from lantian.apps.assessment.models.scheme import (
    Assessment,
    AssessmentAppeal,
    AssessmentEvent,
    AssessmentSnapshot,
    BodyResult,
    EnteredFigure,
    Mark,
    VetoFinding,
)

__all__ = [
    "Assessment",
    "AssessmentAppeal",
    "AssessmentEvent",
    "AssessmentSnapshot",
    "BodyResult",
    "Bulletin",
    "BulletinCounter",
    "BulletinEvent",
    "EnteredFigure",
    "Mark",
    "Snapshot",
    "VetoFinding",
]
