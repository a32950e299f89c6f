"""Points (监测点位) in words: kind, area, confidence."""

from dataclasses import dataclass

from lantian.apps.telemetry.models import Point
from lantian.kernel.errors import Text
from lantian.policy.labels import CONFIDENCES
from lantian.policy.pack import Pack
from lantian.policy.records_plan import Area

KINDS = {
    "urban": Text("城区点", "urban"),
    "suburban": Text("郊区点", "suburban"),
    "background": Text("对照点", "background"),
    "traffic": Text("交通点", "roadside"),
    "embassy": Text("使馆", "embassy"),
}
"""Kinds of points in words; an unknown kind goes by its own name."""


@dataclass(frozen=True)
class PointFacts:
    """What a page says of a point in words."""

    kind: Text
    area: Text
    confidence: Text


@dataclass(frozen=True)
class PointWords:
    """Words for points under one pack."""

    areas: dict[str, Text]

    def facts(self, point: Point) -> PointFacts:
        """Return a point's kind, area and confidence in words."""
        return PointFacts(kind_text(point.kind), self.area(point.area_code), confidence_text(point.confidence))

    def area(self, code: str) -> Text:
        """Return an area's name, by its own code or the nearest above it."""
        found = self.areas.get(code) or self.areas.get(code[:6])
        return found or Text(code or "—", code or "—")


def point_words(pack: Pack) -> PointWords:
    """Return the words of a pack."""
    return PointWords({area.id: Text(area.zh, area.en) for area in pack.all(Area)})


def kind_text(kind: str) -> Text:
    """Return a kind in words."""
    return KINDS.get(kind, Text(kind, kind))


def confidence_text(confidence: str) -> Text:
    """Return a confidence in words."""
    known = {name: text for name, text in CONFIDENCES.items() if name == confidence}
    return known.get(confidence, Text(confidence, confidence))
