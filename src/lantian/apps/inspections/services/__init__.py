"""Writes of the inspections: what was found on the spot with its photos; plans, campaigns, draws and visits."""

from lantian.apps.inspections.selectors.route import Due, Stop, route_of_day
from lantian.apps.inspections.services.drafts import Answer, InspectionDraft
from lantian.apps.inspections.services.errors import (
    InspectionError,
    ItemProblems,
    NotYourGround,
    PhotosMissing,
    SentDifferently,
)
from lantian.apps.inspections.services.photos import PhotoSent, add_photo, photo_content
from lantian.apps.inspections.services.recording import record_inspection

__all__ = [
    "Answer",
    "Due",
    "InspectionDraft",
    "InspectionError",
    "ItemProblems",
    "NotYourGround",
    "PhotoSent",
    "PhotosMissing",
    "SentDifferently",
    "Stop",
    "add_photo",
    "photo_content",
    "record_inspection",
    "route_of_day",
]
