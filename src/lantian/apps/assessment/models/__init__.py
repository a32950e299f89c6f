"""Snapshots and bulletins, assessments, inspectors' problems, and what bodies answer for."""

from lantian.apps.assessment.models.accountability import AccountabilityNotice, Appeal, CountedProblem, Exposure
from lantian.apps.assessment.models.bulletins import Bulletin, BulletinCounter, BulletinEvent, Snapshot
from lantian.apps.assessment.models.rankings import CityRank, RankingOrder, ResultImport, RoadDust
from lantian.apps.assessment.models.rectification import (
    Extension,
    FeedbackBatch,
    Problem,
    ProblemImport,
    ProgressReport,
    Supervision,
)
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
    "AccountabilityNotice",
    "Appeal",
    "Assessment",
    "AssessmentAppeal",
    "AssessmentEvent",
    "AssessmentSnapshot",
    "BodyResult",
    "Bulletin",
    "BulletinCounter",
    "BulletinEvent",
    "CityRank",
    "CountedProblem",
    "EnteredFigure",
    "Exposure",
    "Extension",
    "FeedbackBatch",
    "Mark",
    "Problem",
    "ProblemImport",
    "ProgressReport",
    "RankingOrder",
    "ResultImport",
    "RoadDust",
    "Snapshot",
    "Supervision",
    "VetoFinding",
]
