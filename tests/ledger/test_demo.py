"""Demonstration ledgers: the same from a seed, right by the pack, with gaps for duty lists to find."""

from collections import Counter
from typing import Any

import pytest
from shapely.geometry import Point as Spot
from shapely.geometry import shape

from lantian.apps.accounts.models import Area, Organisation
from lantian.apps.ledger.duties import count, every
from lantian.apps.ledger.kinds import kinds
from lantian.apps.ledger.models import Credential, Source, SourceChange
from lantian.apps.ledger.services.demo import COUNTS, Anchor, fill_ledgers
from lantian.apps.ledger.services.demo_facts import plate
from lantian.apps.ledger.values import read_all
from lantian.kernel import identifiers
from tests.ledger.conftest import AT

pytestmark = pytest.mark.django_db
SHARE = 0.01


@pytest.fixture
def filled(district: None) -> Any:
    return fill_ledgers(at=AT, share=SHARE)


def test_a_whole_district_has_the_sizes_that_the_plan_of_the_product_names() -> None:
    assert COUNTS["vehicle"] == 20_000
    assert COUNTS["machine"] == 8_000
    support = {"vehicle", "machine", "process", "outlet", "material", "heating-unit", "instrument", "staff-certificate"}
    assert sum(number for kind, number in COUNTS.items() if kind not in support) >= 6_000


@pytest.mark.usefixtures("filled")
def test_every_fact_is_one_that_the_form_would_take_and_read_back_the_same() -> None:
    for source in Source.objects.all():
        kind = kinds()[source.kind]
        read = read_all(kind, source.attributes)
        assert (source.kind, read.problems) == (source.kind, {})
        assert read.values == source.attributes
        assert kind.state(source.state) is not None
        assert source.synthetic


@pytest.mark.usefixtures("filled")
def test_positions_lie_inside_the_street_that_is_said_and_parts_lie_where_their_enterprise_does() -> None:
    borders = {area.code: shape(area.geometry or {}) for area in Area.objects.filter(kind="street")}
    placed = Source.objects.exclude(longitude=None)
    assert placed.count() > 50
    for source in placed:
        assert borders[str(source.area_id)].covers(Spot(source.longitude or 0, source.latitude or 0))
        assert source.geometry is None or shape(source.geometry).is_valid
    for part in Source.objects.filter(kind="outlet").select_related("parent"):
        assert part.parent is not None
        assert part.attributes["enterprise"] == part.parent.code


def test_the_same_seed_gives_the_same_district_and_another_seed_another(district: None) -> None:
    def made(seed: int) -> list[tuple[str, str, Any]]:
        for model in (Credential, SourceChange):
            model.objects.all().delete()
        Source.objects.update(parent=None)
        Source.objects.all().delete()
        fill_ledgers(at=AT, share=SHARE, seed=seed)
        return list(Source.objects.order_by("kind", "code").values_list("code", "name", "attributes"))

    assert made(1) == made(1)
    assert made(1) != made(2)


@pytest.mark.usefixtures("filled")
def test_ledgers_with_entries_are_left_alone() -> None:
    before = Source.objects.count()
    assert fill_ledgers(at=AT, share=SHARE) is None
    assert Source.objects.count() == before


def test_plates_differ_and_are_plates() -> None:
    numbers = [*range(0, 300_000, 997)]
    plates = [plate(number, green=green, large=large) for number in numbers if number < 200_000
              for green, large in ((True, True), (True, False))]  # fmt: skip
    plates += [plate(number, green=False, large=True) for number in numbers]
    assert len(set(plates)) == len(plates)
    assert all(identifiers.plate(one) == one for one in plates)


def test_most_hold_what_they_must_and_some_do_not(district: None) -> None:
    fill_ledgers(at=AT, share=0.03)
    seen = Source.objects.all()
    counted = [
        count(kind, duty, seen, AT.date()) for kind, duty in every(kinds().values()) if duty.needs == "credential"
    ]
    asked = [one for one in counted if one.due > 20]
    assert asked
    assert all(0 < one.missing < one.due for one in asked)
    numbers = Counter(Credential.objects.values_list("kind", "number"))
    assert max(numbers.values()) == 1


def test_what_devices_measure_is_among_the_entries(district: None) -> None:
    Organisation.objects.create(code="demo-enterprise-1", name_zh="模拟建设", kind="enterprise")
    facts = {"above_size": True}
    anchor = Anchor("p1", "construction-site", "一号工地", 116.45, 39.95, "110105001", "demo-enterprise-1", facts)
    done = fill_ledgers(at=AT, share=SHARE, anchors=[anchor])
    assert done is not None
    entry = Source.objects.get(pk=done.anchored["p1"])
    assert (entry.name, entry.state, entry.area_id, entry.owner_id) == (
        "一号工地",
        "working",
        "110105001",
        "demo-enterprise-1",
    )
    assert (entry.longitude, entry.attributes["above_size"]) == (116.45, True)
