"""Names on the map of streets: none runs into another, wide streets first; on paper each stays in its middle."""

import re
from fractions import Fraction

from lantian.apps.assessment.maps import Shape, svg


def square(code: str, west: float, south: float, side: float) -> Shape:
    """Return a square street whose value is 10.5."""
    ring = [(west, south), (west + side, south), (west + side, south + side), (west, south + side), (west, south)]
    shape = {"type": "Polygon", "coordinates": [ring]}
    return Shape(code, f"街{code}", shape, west + side / 2, south + side / 2, Fraction(21, 2), "10.5")


def lines(drawn: str) -> list[tuple[float, float, str]]:
    """Return where each line of text stands."""
    found = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" [^>]*>([^<]+)<', drawn)
    return [(float(x), float(y), text) for x, y, text in found]


TOWN = [square(f"{row}{column}", 0.06 * column, 0.02 * row, 0.055) for row in range(8) for column in range(8)]
"""Streets as wide as their names, and half as high as two lines need."""
WIDE = square("大", 0.05, 0.2, 0.4)


def test_no_name_runs_into_another_and_the_widest_street_has_its_own() -> None:
    placed = lines(svg([*TOWN, WIDE], {}, "", paper=False))
    assert "街大" in [text for *_, text in placed]
    assert len(placed) > 20
    for number, (x, y, text) in enumerate(placed):
        for other_x, other_y, other in placed[number + 1 :]:
            # letters are 19 wide, figures half of that; lines 19 high
            half = sum(19 if letter > "⺀" else 9.5 for letter in text + other) / 2
            assert abs(x - other_x) >= half or abs(y - other_y) >= 18.9, (text, other)


def test_paper_is_set_as_it_was_signed() -> None:
    placed = lines(svg(TOWN, {}, "", paper=True))
    assert [text for *_, text in placed] == [text for one in TOWN for text in (one.name, one.text)]
    assert svg([], {}, "", paper=True) == ""
