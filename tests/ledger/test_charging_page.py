"""The charging page over two streets of known area: the radius by the pack's definition, gaps, and next sites."""

from collections.abc import Callable
from decimal import Decimal
from math import cos, pi, radians, sqrt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lantian.analysis.charging import M_PER_DEGREE
from lantian.apps.accounts.models import Person
from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.pages.charging import ChargingPage, charging_page
from lantian.apps.ledger.services import create_source
from lantian.apps.ledger.services.sources import Values
from lantian.policy.records_credential import ChargingRule
from tests.ledger.conftest import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district")]
RULE = ChargingRule(
    id="r", zh="r", en="r", article=4, definition="equal-area", target=Decimal("0.9"), areas=("110105001",), grid_m=300
)
SIDE_KM = 0.1 * M_PER_DEGREE / 1000
AREA_KM2 = SIDE_KM * SIDE_KM * cos(radians(39.95))
"""A square of a tenth of a degree: 94.8 km², its degrees of longitude shortened at its middle."""


def site(longitude: float, latitude: float, *, public: bool = True, state: str = "working") -> None:
    own = {"name": f"站 {longitude} {latitude}", "area_id": "110105001", "longitude": longitude, "latitude": latitude,
           "state": state}  # fmt: skip
    create_source(kind("charging-site"), Values(own, {"place": "public", "fast": 2, "public": public}), by=None, at=AT)


@pytest.fixture
def page(person: Callable[..., Person]) -> Callable[..., ChargingPage]:
    duty = person("duty")
    return lambda asked=3, **changes: charging_page(duty, RULE.model_copy(update=changes), asked)


def test_the_radius_is_that_of_the_distinct_sites_inside(page: Callable[..., ChargingPage]) -> None:
    site(116.45, 39.95)
    site(116.4502, 39.95)  # 17 m away: the same site
    site(116.42, 39.92)
    site(116.55, 39.95)  # the next street: serves, but does not count
    site(116.43, 39.97, public=False)
    site(116.44, 39.97, state="closed")
    found = page()
    assert (found.now.sites, found.all_sites) == (2, 4)
    assert found.area_km2 == pytest.approx(AREA_KM2, rel=1e-6)
    assert found.now.radius_km == pytest.approx(sqrt(AREA_KM2 / (2 * pi)), rel=1e-6)
    assert found.needed == 38  # 94.8 / (π · 0.81) = 37.2…


def test_next_sites_cover_what_can_be_covered_without_overlap(page: Callable[..., ChargingPage]) -> None:
    site(116.45, 39.95)
    found = page(5)
    assert len(found.siting.chosen) == 5
    assert found.siting.covered >= found.siting.greedy > 0
    assert found.then.share
    assert found.now.share
    gained = (found.then.share - found.now.share) * AREA_KM2
    assert 4.2 * pi * 0.81 < gained < 5.3 * pi * 0.81  # five circles, hardly overlapping
    assert found.then.mean_km
    assert found.now.mean_km
    assert found.then.mean_km < found.now.mean_km
    assert found.drawing
    assert [one.label for one in found.drawing.proposals] == ["1", "2", "3", "4", "5"]
    assert {one.street for one in found.drawing.proposals} == {"第1街道"}


def test_without_sites_there_is_no_radius_and_without_ground_no_map(page: Callable[..., ChargingPage]) -> None:
    found = page()
    assert (found.now.radius_km, found.now.mean_km, found.now.share) == (None, None, 0.0)
    empty = page(areas=("110105099",))
    assert (empty.drawing, empty.area_km2, empty.now.share) == (None, 0.0, None)


def test_a_street_sees_the_radius_of_its_own_ground(person: Callable[..., Person]) -> None:
    both = RULE.model_copy(update={"areas": ("110105001", "110105002")})
    assert charging_page(person("duty"), both, 1).area_km2 == pytest.approx(2 * AREA_KM2, rel=1e-6)
    assert charging_page(person("street", "office-1"), both, 1).area_km2 == pytest.approx(AREA_KM2, rel=1e-6)


def test_places_of_one_sort_may_count_alone(page: Callable[..., ChargingPage]) -> None:
    site(116.45, 39.95)
    assert page(places=("mall",)).now.sites == 0
    assert page(places=("public",)).now.sites == 1


@pytest.mark.row("S04")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_shows_figure_definition_gaps_and_proposals(person: Callable[..., Person], language: str) -> None:
    for place in range(8):
        site(116.41 + place * 0.011, 39.91 + place * 0.011)
    client = Client()
    client.force_login(person("bureau"))
    answer: Any = client.get(reverse("ledger:charging"), {"n": "3"}, headers={"accept-language": language})
    text = answer.content.decode()
    # 110105001 and 110105002 count in the pack; eight sites on their diagonal
    radius = sqrt(2 * AREA_KM2 / (8 * pi))
    assert f"{radius:.3f}" in text
    assert text.count('class="dot"') == 3
    assert ("等面积半径" if language == "zh-hans" else "Equal-area radius") in text
    assert client.get(reverse("ledger:charging"), {"n": "999"}).status_code == 200
