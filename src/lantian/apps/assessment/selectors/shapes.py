"""The streets of a snapshot with their borders and the figure that a map shows of them."""

from fractions import Fraction

from lantian.apps.assessment import rules
from lantian.apps.assessment.maps import Shape, values_of
from lantian.apps.assessment.snapshots import Facts
from lantian.apps.telemetry.district import district_of
from lantian.policy.bulletins import percent


def shapes_of(facts: Facts, figure: str, language: str) -> list[Shape]:
    """Return the streets that can be drawn, in the order of the snapshot."""
    district = district_of(rules.pack())
    drawn = {one.code: one for one in district.streets}
    values = values_of(facts.league(), figure)
    return [
        Shape(
            place.code,
            drawn[place.code].short.in_language(language),
            district.shapes[place.code],
            drawn[place.code].longitude,
            drawn[place.code].latitude,
            values[place.code],
            _text(values[place.code], figure),
        )
        for place in facts.places
        if place.code in drawn
    ]


def _text(value: Fraction | None, figure: str) -> str:
    if value is None:
        return "—"
    return f"{percent(value)}%" if figure == "rate" else str(value)
