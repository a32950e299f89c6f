"""What has changed since a report's snapshot (原为／现为): its facts taken anew, each printed figure compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lantian.apps.assessment import rules
from lantian.apps.assessment.reports.facts import report_read, report_written
from lantian.apps.assessment.reports.printed import Printed
from lantian.apps.assessment.services.report_facts import report_facts
from lantian.apps.assessment.services.report_papers import report_figures
from lantian.kernel.errors import Text

SHOWN = 60
"""Figures that a page lists; the others are counted."""


@dataclass(frozen=True)
class FigureChange:
    """A figure that would be printed otherwise now."""

    key: str
    label: Text
    unit: str
    was: str
    now: str


@dataclass(frozen=True)
class ReportChanges:
    """All figures that changed, those of sentences first."""

    figures: list[FigureChange]
    known_at: datetime

    @property
    def any(self) -> bool:
        """Whether a figure of the bulletin would be another one now."""
        return bool(self.figures)

    @property
    def shown(self) -> list[FigureChange]:
        """Those that a page lists."""
        return self.figures[:SHOWN]

    @property
    def more(self) -> int:
        """How many others there are."""
        return max(len(self.figures) - SHOWN, 0)


def report_changes(data: Mapping[str, Any], known_at: datetime) -> ReportChanges:
    """Compare a snapshot with what is known at an instant, by the rules that hold then."""
    then = report_read(data)
    record = rules.bulletin_named(then.record, then.of)
    now = report_facts(record, then.of, known_at, then.rankings)
    was, later = report_figures(data), report_figures(report_written(now))
    nothing = Printed("", Text("", ""), "")
    changed = [
        FigureChange(key, (was.get(key) or later[key]).label, (was.get(key) or later[key]).unit, before, after)
        for key in dict.fromkeys([*was, *later])
        if (before := was.get(key, nothing).text) != (after := later.get(key, nothing).text)
    ]
    return ReportChanges(changed, now.known_at)
