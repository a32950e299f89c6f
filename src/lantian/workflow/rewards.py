"""Rewards of reports (有奖举报): the highest band that the case meets; the same thing pays once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Band:
    """A band (档次). yuan: what it pays. penalty: the case must have led to one. findings: of which it needs one."""

    id: str
    yuan: int
    penalty: bool = False
    findings: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a report and its case. findings: of its penalties, such as ``malice``.

    place: of the report among those joined for the same thing, from 1. wanted: the reporter asked for a reward.
    named: the reporter said who they are.
    """

    true: bool
    wanted: bool
    named: bool
    place: int = 1
    penalty: bool = False
    findings: frozenset[str] = frozenset()


Why = Literal["band", "not-wanted", "not-named", "not-true", "repeated", "no-band"]


@dataclass(frozen=True, slots=True)
class Reward:
    """What a report earns [yuan], by which band, or why nothing."""

    yuan: int
    band: str
    why: Why


def reward(bands: Sequence[Band], facts: Facts, *, needs_name: bool) -> Reward:
    """Return the reward: the highest band that fits, for the first report of the thing alone.

    >>> bands = [Band("checked", 200), Band("punished", 1000, penalty=True)]
    >>> reward(bands, Facts(true=True, wanted=True, named=True, penalty=True), needs_name=True)
    Reward(yuan=1000, band='punished', why='band')
    """
    refused = _refused(facts, needs_name)
    if refused:
        return Reward(0, "", refused)
    fitting = [band for band in bands if _fits(band, facts)]
    if not fitting:
        return Reward(0, "", "no-band")
    best = max(fitting, key=lambda band: band.yuan)
    return Reward(best.yuan, best.id, "band")


def _refused(facts: Facts, needs_name: bool) -> Why | None:
    checks: tuple[tuple[bool, Why], ...] = (
        (not facts.wanted, "not-wanted"),
        (needs_name and not facts.named, "not-named"),
        (not facts.true, "not-true"),
        (facts.place > 1, "repeated"),
    )
    return next((why for holds, why in checks if holds), None)


def _fits(band: Band, facts: Facts) -> bool:
    return (facts.penalty or not band.penalty) and (not band.findings or bool(band.findings & facts.findings))
