"""A snapshot's facts as plain JSON, their number, and the figures that follow from them alone (快照).

The number is the SHA-256 of the facts in canonical form (sorted keys, no spaces, UTF-8), so that a snapshot which was
changed no longer has its number, and whoever has the file can compute both number and figures again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lantian.analysis.league import Check, League, LeagueRule, Silent, league
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.periods import Period

FORMAT = 1
SHORT = 12
"""Letters of the number that are printed."""


class SnapshotError(LantianError):
    """A snapshot that cannot be read, or that does not have its number."""


@dataclass(frozen=True)
class Place:
    """A place that is ranked, as it was called."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Facts:
    """What the figures of a period rest on. record: the bulletin's id. known_at: later knowledge is left out (UTC).

    pack: its id. least, silent, level_percent: the rule. counts: ids of what counts as a check. before: checks of the
    period before. synthetic: some are made up, of a demonstration.
    """

    record: str
    pack: str
    period: str
    known_at: datetime
    places: tuple[Place, ...]
    least: int
    silent: Silent
    level_percent: int
    counts: tuple[str, ...]
    checks: tuple[Check, ...]
    before: tuple[Check, ...]
    synthetic: bool = False

    def league(self) -> League:
        """Return how the places stand in the period."""
        return league(self.checks, self._codes, self._rule)

    def league_before(self) -> League:
        """Return how they stood in the period before."""
        return league(self.before, self._codes, self._rule)

    @property
    def _codes(self) -> list[str]:
        return [one.code for one in self.places]

    @property
    def _rule(self) -> LeagueRule:
        return LeagueRule(self.least, self.silent, self.level_percent / 100)

    @property
    def of(self) -> Period:
        """The period."""
        return Period.read(self.period)


def written(facts: Facts) -> dict[str, Any]:
    """Return the facts as JSON; checks in order of their ids."""
    return {
        "format": FORMAT,
        "record": facts.record,
        "pack": facts.pack,
        "period": facts.period,
        "known_at": facts.known_at.isoformat(),
        "places": [[one.code, one.zh, one.en] for one in facts.places],
        "rule": {"least": facts.least, "silent": facts.silent, "level_percent": facts.level_percent},
        "counts": list(facts.counts),
        "checks": _written(facts.checks),
        "before": _written(facts.before),
        "synthetic": facts.synthetic,
    }


def _written(checks: Sequence[Check]) -> list[list[Any]]:
    ordered = sorted(checks, key=lambda one: one.id)
    return [[one.id, one.place, one.at.isoformat(), one.sort, one.violation] for one in ordered]


def number_of(data: Mapping[str, Any]) -> str:
    """Return the number of facts in JSON: the SHA-256 of their canonical form."""
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def checked(data: Mapping[str, Any], number: str) -> Mapping[str, Any]:
    """Return a snapshot's JSON; raises SnapshotError when it does not have its number."""
    if number_of(data) != number:
        raise SnapshotError(
            Text(
                f"快照 {number[:SHORT]} 的内容与编号不符，已被改动。",
                f"Snapshot {number[:SHORT]} does not have its number: it was changed.",
            )
        )
    return data


def read(data: Mapping[str, Any]) -> Facts:
    """Read facts from JSON. Raises SnapshotError when they are of another format."""
    try:
        return _read(data)
    except (KeyError, TypeError, ValueError) as error:
        raise SnapshotError(Text(f"不是快照：{error}", f"This is no snapshot: {error}")) from error


def _read(data: Mapping[str, Any]) -> Facts:
    if data["format"] != FORMAT:
        raise ValueError(f"format {data['format']}")
    rule = data["rule"]
    return Facts(
        record=data["record"],
        pack=data["pack"],
        period=data["period"],
        known_at=datetime.fromisoformat(data["known_at"]),
        places=tuple(Place(*one) for one in data["places"]),
        least=rule["least"],
        silent=rule["silent"],
        level_percent=rule["level_percent"],
        counts=tuple(data["counts"]),
        checks=_checks(data["checks"]),
        before=_checks(data["before"]),
        synthetic=bool(data.get("synthetic", False)),
    )


def _checks(rows: Sequence[Sequence[Any]]) -> tuple[Check, ...]:
    return tuple(
        Check(name, place, datetime.fromisoformat(at), sort, bool(found)) for name, place, at, sort, found in rows
    )
