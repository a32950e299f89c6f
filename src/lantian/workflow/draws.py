"""Verifiable draws (随机抽查): anybody can run them again and gets the same.

Before the draw the list, the rule and a commitment are frozen and published as one SHA-256; the seed comes from a
public number that is named beforehand and known only later (and a secret that was committed to). The draw is weighted
sampling without replacement (Efraimidis & Spirakis 2006, A-ES): for each subject

    u = (first 8 bytes of SHA-256(seed ‖ 0x1f ‖ id), as an unsigned integer, + 0.5) / 2^64,   key = ln(u) / w

and the k largest keys are drawn, ties by id. With weights 1 : 2 : 7 a first draw falls on each with 0.1, 0.2, 0.7; over
several draws the shares of inclusion are near the weights, not equal to them.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lantian.kernel.errors import Text
from lantian.workflow.errors import WorkflowError

METHOD = "A-ES/SHA-256/1"
_SEPARATOR = b"\x1f"


class DrawError(WorkflowError):
    """A list, rule or seed that no draw can be made of."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who may be drawn. band: the risk class, a key of the rule's weights.."""

    id: str
    band: str


@dataclass(frozen=True)
class Rule:
    """weights: by band, above 0. take: how many. least: at least so many of a band are drawn, as far as there are."""

    weights: Mapping[str, Fraction]
    take: int
    least: Mapping[str, int]
    version: str

    def __post_init__(self) -> None:
        """Refuse a rule that draws nobody or weighs nothing."""
        if self.take < 1 or any(weight <= 0 for weight in self.weights.values()):
            raise DrawError(
                Text(
                    f"抽取数 {self.take} 应不小于 1，权重应大于 0。",
                    f"At least one is to be drawn (found {self.take}), and weights must be above 0.",
                )
            )


@dataclass(frozen=True)
class Drawn:
    """The result: ids in the order of their keys, with the keys as decimal text of 12 digits for print."""

    ids: tuple[str, ...]
    keys: tuple[str, ...]


def canonical(subjects: Sequence[Subject], rule: Rule) -> bytes:
    """Return what is frozen: method, rule, and subjects sorted by id, as UTF-8 JSON without blanks.

    Raises DrawError for a subject that stands twice or has a band without a weight.
    """
    ids = [subject.id for subject in subjects]
    twice = sorted({one for one in ids if ids.count(one) > 1}) if len(set(ids)) < len(ids) else []
    if twice:
        raise DrawError(Text(f"名单中重复：{', '.join(twice)}", f"listed twice: {', '.join(twice)}"))
    unknown = sorted({subject.band for subject in subjects} - set(rule.weights))
    if unknown:
        raise DrawError(Text(f"没有权重的档：{', '.join(unknown)}", f"bands without a weight: {', '.join(unknown)}"))
    frozen = {
        "method": METHOD,
        "rule": {
            "version": rule.version,
            "take": rule.take,
            "weights": {band: str(weight) for band, weight in sorted(rule.weights.items())},
            "least": dict(sorted(rule.least.items())),
        },
        "subjects": [[subject.id, subject.band] for subject in sorted(subjects, key=lambda each: each.id)],
    }
    return json.dumps(frozen, ensure_ascii=False, separators=(",", ":")).encode()


def list_hash(subjects: Sequence[Subject], rule: Rule) -> str:
    """Return the SHA-256 of the frozen list and rule, in hexadecimal; published before the draw."""
    return hashlib.sha256(canonical(subjects, rule)).hexdigest()


def commitment(secret: bytes, frozen: str) -> str:
    """Return what is published with the list: SHA-256(secret ‖ 0x1f ‖ list hash). It binds the office to its secret."""
    return hashlib.sha256(secret + _SEPARATOR + frozen.encode()).hexdigest()


def seed_of(secret: bytes, beacon: str, frozen: str) -> bytes:
    """Return the seed: SHA-256(secret ‖ 0x1f ‖ public number ‖ 0x1f ‖ list hash); neither side can choose it alone."""
    return hashlib.sha256(_SEPARATOR.join([secret, beacon.encode(), frozen.encode()])).digest()


def key_of(seed: bytes, subject: str, weight: Fraction) -> float:
    """Return a subject's key ln(u) / w, below 0; the largest are drawn."""
    number = int.from_bytes(hashlib.sha256(seed + _SEPARATOR + subject.encode()).digest()[:8], "big")
    return math.log((number + 0.5) / 2**64) / float(weight)


def draw(subjects: Sequence[Subject], rule: Rule, seed: bytes) -> Drawn:
    """Draw: first what each band must have at least, by key, then the rest by key. Fewer subjects: all are drawn."""
    canonical(subjects, rule)
    keyed = sorted(
        ((key_of(seed, each.id, rule.weights[each.band]), each.id, each.band) for each in subjects),
        key=lambda one: (-one[0], one[1]),
    )
    kept: list[tuple[float, str, str]] = []
    for band, least in sorted(rule.least.items()):
        kept += [one for one in keyed if one[2] == band][:least]
    kept = sorted(kept, key=lambda one: (-one[0], one[1]))[: rule.take]
    chosen = {one[1] for one in kept}
    kept += [one for one in keyed if one[1] not in chosen][: rule.take - len(kept)]
    kept.sort(key=lambda one: (-one[0], one[1]))
    return Drawn(tuple(one[1] for one in kept), tuple(f"{one[0]:.12g}" for one in kept))


def record(subjects: Sequence[Subject], rule: Rule, seed: bytes) -> dict[str, Any]:
    """Draw, and return all that is needed to draw again, as plain values for JSON."""
    drawn = draw(subjects, rule, seed)
    return {
        "method": METHOD,
        "rule": {
            "version": rule.version,
            "take": rule.take,
            "weights": {band: str(weight) for band, weight in sorted(rule.weights.items())},
            "least": dict(sorted(rule.least.items())),
        },
        "subjects": [{"id": one.id, "band": one.band} for one in sorted(subjects, key=lambda each: each.id)],
        "list_hash": list_hash(subjects, rule),
        "seed": seed.hex(),
        "drawn": list(drawn.ids),
        "keys": list(drawn.keys),
    }
