"""From a snapshot's JSON to all that a report can say (通报取用): needs the pack, and neither server nor store."""

from collections.abc import Mapping
from typing import Any

from lantian.apps.assessment.reports.content import Content
from lantian.apps.assessment.reports.facts import FORMAT, ReportFacts, report_read
from lantian.apps.assessment.reports.printed import Printed
from lantian.apps.assessment.reports.words import all_figures
from lantian.apps.assessment.snapshots import SHORT, Facts, number_of, read
from lantian.policy.air import air_rules
from lantian.policy.bulletins import Told
from lantian.policy.pack import Pack
from lantian.policy.records_bulletin import BulletinRecord, CheckCountRecord


def told_from(facts: Facts, pack: Pack, number: str, requirements: str = "") -> Told:
    """Return what the words of checks are made from. number: of the snapshot."""
    sorts = {one.id: one.zh for name in facts.counts if (one := pack.find(CheckCountRecord, name, facts.of.last))}
    return Told(
        period=facts.of,
        now=facts.league(),
        before=facts.league_before(),
        names={one.code: one.zh for one in facts.places},
        sorts=sorts,
        snapshot=number[:SHORT],
        known=facts.known_at,
        requirements=requirements,
    )


def content_of(record: BulletinRecord, facts: ReportFacts, pack: Pack, number: str, requirements: str = "") -> Content:
    """Return all that a report can say, from its facts alone."""
    return Content(record, facts, air_rules(pack), told_from(facts.checks, pack, number, requirements))


def facts_in(data: Mapping[str, Any]) -> ReportFacts:
    """Return the facts of a snapshot: those of a week are its checks alone."""
    if data.get("format") == FORMAT:
        return report_read(data)
    checks = read(data)
    return ReportFacts(
        checks.record, checks.pack, checks.period, checks.known_at, checks, rankings={}, synthetic=checks.synthetic
    )


def figures_of(data: Mapping[str, Any], pack: Pack) -> dict[str, Printed]:
    """Return every figure of a report by its key, computed again from its snapshot."""
    facts = facts_in(data)
    record = pack.get(BulletinRecord, facts.record, facts.of.last)
    return all_figures(content_of(record, facts, pack, number_of(data)))
