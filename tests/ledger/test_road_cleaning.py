"""Article 12 on the pages of the ledger: who cleans each road, every road covered, the new process against its 92 %."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.ledger.sample import add, table, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district")]
ROAD = "road-section"
BODY = "区环卫中心一队"


def road(name: str, length_km: float, **facts: bool | str) -> None:
    """Enter a city road of the special grade that a body cleans."""
    known: dict[str, Any] = {
        "grade": "special",
        "level": "district",
        "urban": True,
        "covered": True,
        "cleaner": BODY,
    } | facts
    add(ROAD, name, "working", length_km=length_km, **known)


@pytest.mark.row("S19")
@pytest.mark.parametrize(("km", "said"), [(91.9, "到期未达"), (92.0, "已达到"), (92.1, "已达到")])
def test_the_new_process_is_read_against_92_percent_of_the_city_roads(
    client_of: Callable[..., Client], km: float, said: str
) -> None:
    road("新工艺路", km, new_process=True)
    road("旧工艺路", 100 - km, new_process=False)
    road("乡村路", 50.0, urban=False, new_process=False)
    page = text(client_of("duty").get("/ledgers/figures/road-process/"))
    assert f'<b class="n2">{km:.1f}</b>' in page
    assert "≥ 92 %" in page
    assert "第 12 条" in page
    assert said in page


@pytest.mark.row("S19")
@pytest.mark.parametrize(("left_km", "value", "said"), [(0.1, "99.9", "到期未达"), (0.0, "100.0", "已达到")])
def test_every_road_is_covered_since_2019_and_a_road_that_is_not_is_named_with_who_answers_for_it(
    client_of: Callable[..., Client], left_km: float, value: str, said: str
) -> None:
    road("主路", 100 - left_km)
    if left_km:
        road("漏扫的路", left_km, covered=False, cleaner="第1街道办事处")
    duty = client_of("duty")
    page = text(duty.get("/ledgers/figures/road-coverage/"))
    assert f'<b class="n2">{value}</b>' in page
    assert said in page
    missing = table(duty.get(f"/ledgers/{ROAD}/export.csv?duty=coverage&who=missing"))
    assert ["第1街道办事处" in row for row in missing[1:-1]] == [True] * bool(left_km)
    assert BODY in text(duty.get(f"/ledgers/{ROAD}/"))
