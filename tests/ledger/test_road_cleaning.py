"""Article 12 on the ledger's pages: who cleans each road and when, every road covered, the new process against 92 %."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lantian.apps.ledger.models import Source
from tests.ledger.sample import add, table, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district")]
ROAD, WORK = "road-section", "cleaning-work"
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


@pytest.mark.row("S19")
def test_work_on_a_road_is_recorded_shown_with_the_road_and_read_against_the_target(
    client_of: Callable[..., Client],
) -> None:
    road("朝阳北路东段", 5.0)
    duty = client_of("duty")
    code = Source.objects.get(kind=ROAD).code
    work = {"a.road": code, "a.worked_on": "2019-03-02", "a.crew": BODY, "area": "110105001"}
    for name, process, km in (("单一", "new", "9.2"), ("单二", "manual", "0.8"), ("单三", "new", "7.0")):
        sent = {**work, "name": name, "a.process": process, "a.cleaned_km": km}
        assert duty.post(f"/ledgers/{WORK}/new/", sent).status_code == 302
    page = text(duty.get(f"/ledgers/{ROAD}/{code}/"))
    assert [name in page for name in ("单一", "单二", "单三")] == [True] * 3
    missing = {**work, "name": "单四", "a.road": "DL999999", "a.process": "new", "a.cleaned_km": "1"}
    wrong = duty.post(f"/ledgers/{WORK}/new/", missing)
    assert wrong.status_code == 422
    assert "没有编码为“DL999999”的对象" in text(wrong)
    void = Source.objects.get(name="单三")
    duty.post(f"/ledgers/{WORK}/{void.code}/move/", {"end": "void", "reason": "重复登记"})
    page = text(duty.get("/ledgers/figures/cleaning-process/"))
    assert '<b class="n2">92.0</b>' in page
    assert "≥ 92 %" in page
    rows = table(duty.get(f"/ledgers/{WORK}/export.csv"))
    assert sum(BODY in row for row in rows) == 3
