"""The sweep (巡检): once a minute the rules look at the window, and the alarms follow what they find."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from lantian.analysis.detection.detect import HOURS_NEEDED, QUARTERS_NEEDED, days_needed, detect, minutes_needed
from lantian.analysis.detection.findings import Finding
from lantian.analysis.detection.rules import DailyCount, Fence, Route, Rule
from lantian.analysis.detection.window import Window
from lantian.apps.alarms.models import RuleDecision
from lantian.apps.alarms.selectors.rules import observing, rules_on
from lantian.apps.alarms.selectors.words import Words, words
from lantian.apps.alarms.services.lifecycle import Followed, Found, Terms, follow
from lantian.apps.alarms.services.looking import Reach, look
from lantian.apps.telemetry.air import lake_at
from lantian.apps.telemetry.models import Device, Point
from lantian.kernel.instants import day_of
from lantian.lake import Lake
from lantian.lake.errors import LakeBusy
from lantian.lake.lock import WriterLock
from lantian.lake.schema import ENGINE

TRACK_MINUTES = 30
LOCK = "alarms-sweep.lock"


def sweep(now: datetime, *, lake: Lake | None = None) -> Followed | None:
    """Judge the window that ends at ``now`` and bring the alarms up to it; None where another sweep is at it.

    Killed anywhere, the next one does what is left: findings are judged anew and alarms are opened in one transaction.
    """
    try:
        with WriterLock(Path(settings.DATA_DIR) / LOCK, wait_s=0).held():
            return _swept(lake or lake_at(settings.LAKE_URL), words(), now)
    except LakeBusy:
        return None


def _swept(lake: Lake, said: Words, now: datetime) -> Followed:
    rules = rules_on(said.pack, day_of(now))
    window = look(lake, reach_of(rules), now=now)
    findings = detect(rules, window)
    found = to_keep(findings, window, Keeping.of(rules, lake.snapshot().id))
    modes = RuleDecision.objects.modes()
    terms = {rule.id: terms_of(rule, observe=observing(rule.id, modes, said.pack, day_of(now))) for rule in rules}
    return follow(found, terms, prefix=said.district, now=now)


def reach_of(rules: Iterable[Rule]) -> Reach:
    """Return how far back the window goes for some rules."""
    asked = list(rules)
    mechanisms = [rule.mechanism for rule in asked]
    return Reach(
        minutes=minutes_needed(asked),
        quarters=QUARTERS_NEEDED,
        hours=HOURS_NEEDED,
        days=days_needed(asked),
        long_factors=tuple({rule.channel for rule in asked if isinstance(rule.mechanism, DailyCount)}),
        engine=tuple(sorted({column for rule in asked for column in _channels(rule)} & set(ENGINE.columns.names))),
        tracks=TRACK_MINUTES if any(isinstance(one, Fence | Route) for one in mechanisms) else 0,
    )


def _channels(rule: Rule) -> list[str]:
    """Return the channels that a rule looks at: its own and those of its gates."""
    return [rule.channel, *(gate.channel for gate in getattr(rule.mechanism, "gates", ()))]


def terms_of(rule: Rule, *, observe: bool) -> Terms:
    """Return how a rule's alarms are kept."""
    return Terms(observe=observe, clear_after=timedelta(minutes=rule.clear_minutes))


@dataclass(frozen=True)
class Keeping:
    """What is noted beside every finding: versions of the rules, made-up places, the lake's snapshot."""

    versions: Mapping[str, str]
    synthetic: frozenset[str]
    snapshot: str

    @classmethod
    def of(cls, rules: Iterable[Rule], snapshot: str) -> "Keeping":
        """Read which points and devices are made up."""
        points = Point.objects.synthetic().values_list("pk", flat=True)
        devices = Device.objects.filter(synthetic=True).values_list("pk", flat=True)
        return cls({rule.id: rule.version for rule in rules}, frozenset([*points, *devices]), snapshot)


def to_keep(findings: Iterable[Finding], window: Window, keeping: Keeping) -> list[Found]:
    """Return findings as the alarms keep them; one whose cause another tells opens none of its own."""
    return [_found(one, keeping) for one in findings if not one.duplicate_of or one.subject in window.active]


def _found(one: Finding, keeping: Keeping) -> Found:
    severity = abs(one.peak - one.limit)
    return Found(
        subject=one.subject,
        rule=one.rule,
        rule_version=keeping.versions.get(one.rule, "")[:16],
        first_at=one.start,
        last_at=one.end,
        level=one.level,
        point_id=one.point or None,
        device_id=one.device or None,
        area_code=one.area,
        factor=one.factor,
        unit=one.unit,
        value=_number(one.peak),
        limit=_number(one.limit),
        severity=severity if math.isfinite(severity) else 0.0,
        holds=one.holds,
        conditions=[row.as_json() for row in one.conditions],
        evidence={**one.evidence, "peak_at": one.peak_at.isoformat(), "snapshot": keeping.snapshot},
        covered_by=one.covered_by,
        window_id=int(one.window) if one.window else None,
        synthetic=bool({one.point, one.device} & keeping.synthetic),
    )


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
