"""What makes a bulletin of each subject: its facts as JSON, its paper from them alone, and what a command says of it.

The flow from draft to signature, snapshots, numbers and files know nothing of the subject: another bulletin is one more
producer here and one more ``subject`` of the pack's record.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lantian.apps.assessment.models import Bulletin, Snapshot
from lantian.apps.assessment.reports.facts import report_written
from lantian.apps.assessment.rules import record_of
from lantian.apps.assessment.selectors.facts import facts_of
from lantian.apps.assessment.services.papers import Stamp
from lantian.apps.assessment.services.report_facts import report_facts
from lantian.apps.assessment.services.report_papers import report_paper
from lantian.apps.assessment.services.report_papers import told as report_told
from lantian.apps.assessment.snapshots import checked, written
from lantian.apps.ui.official.document import Official
from lantian.kernel.periods import Period
from lantian.policy.records_bulletin import BulletinRecord

Data = Mapping[str, Any]
"""A snapshot's JSON; it holds ``known_at``."""


@dataclass(frozen=True)
class Producer:
    """Makes the bulletins of a subject. told: figures for the command line."""

    facts: Callable[[BulletinRecord, Period, datetime], dict[str, Any]]
    paper: Callable[[BulletinRecord, Data, Stamp, str], Official]
    told: Callable[[Data], dict[str, Any]]


def _facts(record: BulletinRecord, period: Period, known_at: datetime) -> dict[str, Any]:
    return written(facts_of(record, period, known_at))


def _told(data: Data) -> dict[str, Any]:
    return {"checks": len(data["checks"])}


def _report_facts(record: BulletinRecord, period: Period, known_at: datetime) -> dict[str, Any]:
    return report_written(report_facts(record, period, known_at))


REPORT = Producer(_report_facts, report_paper, report_told)
PRODUCERS: Mapping[str, Producer] = {
    "checks": Producer(_facts, report_paper, _told),
    "month": REPORT,
    "quarter": REPORT,
    "year": REPORT,
}


def data_of(snapshot: Snapshot) -> Data:
    """Return a snapshot's JSON; raises SnapshotError when it was changed."""
    return checked(snapshot.data, snapshot.pk)


def paper_for(bulletin: Bulletin, stamp: Stamp) -> Official:
    """Return a bulletin's paper from its snapshot."""
    record = record_of(bulletin)
    return PRODUCERS[record.subject].paper(record, data_of(bulletin.snapshot), stamp, bulletin.requirements)
