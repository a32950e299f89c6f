"""Records of the rectification of problems that inspectors feed back (督察整改): who does what, by when."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from lantian.policy.records import Model, Record, record_type
from lantian.policy.records_case import CategoryRecord


@record_type("inspector_source")
class InspectorSourceRecord(Record):
    """Who feeds problems back (督察来源): central, city, ministry and district inspectors."""

    references: ClassVar[Mapping[str, str]] = {"organisation": "organisation"}

    order: int = 0
    organisation: str | None = None


class PartPlayed(Model):
    """Who may take a part, in order: the first that neither leads nor joins in the rectification takes it."""

    party: str
    candidates: tuple[str, ...] = Field(min_length=1)


@record_type("rectification_rule")
class RectificationRecord(Record):
    """How problems are rectified (整改机制). case_type: the table of steps; lead: the party that rectifies.

    deadline_steps: steps that end with the problem's own deadline instead of a period. within_days: the deadline
    where the feedback states none. parts: of others than the lead. reported, failed, struck: the outcomes that say
    that progress was reported, that the re-check failed, and that the problem is struck off, as ``step:outcome``.
    offices: organisations that keep the ledger, import lists, extend deadlines and supervise.
    """

    references: ClassVar[Mapping[str, str]] = {"case_type": "case_type", "offices": "organisation"}

    case_type: str
    lead: str
    deadline_steps: tuple[str, ...] = Field(min_length=1)
    within_days: int = Field(ge=1)
    parts: tuple[PartPlayed, ...] = ()
    reported: str
    failed: str
    struck: str
    offices: tuple[str, ...] = Field(min_length=1)
    categories: tuple[CategoryRecord, ...] = Field(min_length=1)


@record_type("supervision")
class SupervisionRecord(Record):
    """What is done beside the steps (督办措施): supervision under a deadline, an interview, a special inspection.

    document: the paper that goes with it. within_days: by when a result is expected.
    """

    references: ClassVar[Mapping[str, str]] = {"document": "case_document"}

    order: int = 0
    document: str | None = None
    within_days: int = Field(ge=1)
