"""People, places and alarms for the tests of the alarms."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lantian.apps.accounts.models import Area, Organisation, Person, Post
from lantian.apps.alarms.models import Alarm
from lantian.apps.telemetry.models import Point

T0 = datetime(2020, 11, 23, 2, 5, tzinfo=UTC)
"""10:05 in Beijing."""


@pytest.fixture
def officer() -> Callable[..., Person]:
    """Return a maker of people with one post: ``officer("street", area="110105001")``."""

    def make(role: str = "duty", area: str = "", name: str = "") -> Person:
        person = Person.objects.create_person(name or f"{role}{area}", None, name_zh="王守蓝", name_en="Wang Shoulan")
        office, _ = Organisation.objects.get_or_create(code="office", name_zh="区环保局", name_en="Bureau")
        kind = "street" if len(area) > 6 else "district"
        ground = Area.objects.get_or_create(code=area, defaults={"kind": kind, "name_zh": "区域"})[0] if area else None
        Post.objects.create(person=person, role=role, organisation=office, area=ground)
        return person

    return make


@pytest.fixture
def alarm() -> Callable[..., Alarm]:
    """Return a maker of alarms of a dust site in street 110105001."""

    def make(number: int = 1, **given: Any) -> Alarm:
        point, _ = Point.objects.get_or_create(
            id="dust-1",
            defaults={"name_zh": "一号工地", "name_en": "Site One", "kind": "dust", "area_code": "110105001",
                      "longitude": 116.5, "latitude": 39.9},
        )  # fmt: skip
        values: dict[str, Any] = {
            "number": f"110105-20201123-{number:04}", "rule": "dust-pm10-hour", "rule_version": "1",
            "subject": f"dust-pm10-hour|dust-1|{number}", "point": point, "area_code": "110105001",
            "factor": "a34002", "unit": "µg/m³", "value": 412.0, "limit": 350.0, "state": Alarm.State.ENDED,
            "first_at": T0 - timedelta(hours=1), "last_at": T0, "raised_at": T0,
        }  # fmt: skip
        return Alarm.objects.create(**values | given)

    return make
