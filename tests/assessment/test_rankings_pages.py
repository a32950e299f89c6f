"""Rankings through the pages: all of a period, one with bands and map, a place, import, template, workbook, order."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantian.apps.accounts.models import Organisation
from lantian.apps.assessment.models import ResultImport, RoadDust
from lantian.apps.cases.models import Case
from lantian.apps.ledger.models import Source
from lantian.apps.telemetry.services.sand_dust import SandDust, decide_sand_dust
from lantian.apps.ui import middleware
from lantian.kernel.factors import Factor
from lantian.kernel.instants import beijing_day
from tests.assessment.rankings_sample import KNOWN, sample
from tests.assessment.test_rankings_sources import ROADS
from tests.shared import shared

Clients = Callable[..., Client]
NOW = datetime(2026, 11, 2, 2, tzinfo=UTC)


@pytest.fixture
def november(district: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock on 2 November 2026, over a lake that is empty."""

    class Clock:
        @staticmethod
        def now(tz: Any) -> datetime:
            return NOW.astimezone(tz)

    monkeypatch.setattr(middleware, "datetime", Clock)
    settings.LAKE_URL = str(tmp_path / "lake")


@pytest.fixture
def october(november: None, tmp_path: Path) -> None:
    """The days of the sample in that lake."""
    sample(tmp_path / "lake", short=5)


def page(client: Client, address: str) -> str:
    """Return a page's text."""
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def cells(text: str) -> list[list[str]]:
    """Return the cells of the first table's rows, without markup."""
    body = text.split("<tbody>")[1].split("</tbody>")[0]
    rows = [row.split("</td>") for row in body.split("</tr>")[:-1]]
    return [["".join(part.split(">")[-1] for part in cell.split("<")).strip() for cell in row] for row in rows]


@pytest.mark.row("B9")
@pytest.mark.row("S14")
def test_a_ranking_shows_bands_intervals_exclusions_and_its_method(october: None, client_of: Clients) -> None:
    decide_sand_dust(
        SandDust(
            first_hour=beijing_day(date(2026, 10, 1), 12), last_hour=beijing_day(date(2026, 10, 1), 20),
            factors=[Factor.PM10], area_code="110105", reference="某函", official=True, reason="沙尘",
        ),
        by=None, at=KNOWN,
    )  # fmt: skip
    client = client_of("viewer")
    text = page(client, "/assessment/rankings/coarse/2026-10/")
    # 20, 20 and 30 µg/m³; the first two cannot be told apart
    assert [row[1:4] for row in cells(text)][:1] == [["=2 2 个街乡并列 1", "建外街道", "20"]]
    assert text.count('class="bandcell" rowspan="2"') == 1
    assert text.count('class="dot"') == 3
    assert "1–2" in text
    assert "有效 25 天，不足 26 天" in text  # of 27, less the day left out
    assert "10-01" in text
    assert "第十条、第三十一条" in text
    assert "cn-110105-2018 ranking.coarse" in text
    assert "按 GB/T 8170 修约到 0 位小数后的数值排名" in text
    assert text.count("<path") == 5  # four streets and the hatch
    place = page(client, "/assessment/rankings/coarse/2026-10/110105001/")
    assert "沙尘，剔除" in place
    assert place.count('<rect class="ok"') + place.count('<rect class="none"') == 30 + 2  # days and the other places
    assert place.count('<rect class="dust"') == place.count('<rect class="own"') == 1
    assert ">微站<" in place
    assert "110105001-1" in place


def test_all_rankings_of_a_period_stand_on_one_page_with_period_and_span(october: None, client_of: Clients) -> None:
    client = client_of("viewer")
    text = page(client, "/assessment/rankings/")
    assert "2026-10-01" in text
    assert "PM2.5" in text
    assert "没有可排名的数据" in text
    assert "/assessment/rankings/?period=2026-09" in text
    quarter = page(client, "/assessment/rankings/?span=quarter")
    assert "2026-Q3" in quarter
    assert "2026-09-30" in page(client, "/assessment/rankings/?period=2026-09")
    for wrong in ("?period=2026-W40", "?period=x"):
        assert client.get(f"/assessment/rankings/{wrong}").status_code == 404
    for wrong in ("none/2026-10/", "pm25/2026-13/", "clusters/2026-10/", "pm25/2026-10/999999999/"):
        assert client.get(f"/assessment/rankings/{wrong}").status_code == 404


@pytest.mark.row("S20")
def test_road_dust_goes_from_a_file_to_a_ranking_to_an_order_with_a_deadline(
    november: None, client_of: Clients
) -> None:
    Organisation.objects.create(code="urban-management", name_zh="区城管委", name_en="Urban management", kind="bureau")
    client = client_of("duty")
    empty = client.get("/assessment/rankings/results/road-dust.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(empty.content)).worksheets[0]
    assert [cell.value for cell in sheet[1]][:6] == ["月份*", "街乡", "道路", "等级", "责任单位", "积尘负荷*"]
    file = SimpleUploadedFile("roads.csv", ROADS.encode())
    answer = client.post("/assessment/rankings/results/", {"layout": "road-dust", "file": file}, follow=True)
    assert answer.status_code == 200
    said = answer.content.decode()
    assert "已导入 6 行" in said
    assert "某不存在街道" in said
    assert "没有等级“超级”" in said
    text = page(client, "/assessment/rankings/road-dust-street/2026-10/")
    assert text.count("下整改单</button>") == 1
    grades = text.split('id="grades"')[1]
    assert [row[1:] for row in cells(grades)] == [
        ["0", "—", "≤ 0.3 B?", "0", "—", ""],
        ["2", "0.32", "≤ 0.6 B?", "0", "0.0", ""],
        ["2", "1.00", "≤ 1.0 B?", "1", "50.0", ""],
        ["0", "—", "≤ 1.0 B?", "0", "—", ""],
        ["1", "0.32", "—", "0", "—", ""],
    ]
    assert "未注明等级" in grades
    address = "/assessment/rankings/road-dust-street/2026-10/110105002/order/"
    ordered = client.post(address, follow=True)
    assert (ordered.status_code, "已下整改单" in ordered.content.decode()) == (200, True)
    case = Case.objects.get()
    again = client.post(address, follow=True)
    assert (again.status_code, "已经下过整改单" in again.content.decode()) == (200, True)
    assert case.number in again.content.decode()
    assert Case.objects.count() == 1
    detail = page(client, "/assessment/rankings/road-dust-street/2026-10/110105002/")
    assert "超限" in detail
    assert "某路丁" in detail
    assert client_of("viewer", "other").post(address).status_code == 403


def test_a_file_that_cannot_be_read_is_refused_with_the_reason(november: None, client_of: Clients) -> None:
    client = client_of("duty")
    for file, layout, reason in (
        (SimpleUploadedFile("x.xlsx", b"nothing"), "road-dust", "不是 Excel 工作簿"),
        (SimpleUploadedFile("x.csv", "月份,街乡\n".encode()), "road-dust", "第一行缺少列：积尘负荷"),
        (SimpleUploadedFile("x.csv", "月份,积尘负荷\n2026-10,abc\n".encode()), "road-dust", "不是数"),
        (SimpleUploadedFile("x.csv", b"a"), "other", "请选择格式和文件"),
    ):
        answer = client.post("/assessment/rankings/results/", {"layout": layout, "file": file})
        assert answer.status_code == 400
        assert reason in answer.content.decode()
    assert ResultImport.objects.count() == RoadDust.objects.count() == 0


@pytest.mark.row("S14")
def test_the_citys_worst_thirty_are_shown_with_our_own_named(november: None, client_of: Clients) -> None:
    content = shared("data/tsp_street_ranking_beijing_worst30.csv").read_bytes()
    client = client_of("duty")
    client.post(
        "/assessment/rankings/results/", {"layout": "city-tsp", "file": SimpleUploadedFile("worst.csv", content)}
    )
    text = page(client, "/assessment/rankings/city/")
    assert text.count("<section") == 4 + text.split("<main")[0].count("<section")
    assert text.count('class="own') == 5
    assert "三里屯街道</b> 倒数第 25" in text


@pytest.mark.row("S14")
def test_the_page_of_a_period_names_our_own_in_the_lists_of_that_period_once(
    november: None, client_of: Clients
) -> None:
    client = client_of("duty")
    head = "period,rank_from_worst,district,street_town\n"
    october = "2026-10-01/2026-10-15,7,朝阳区,三里屯\n2026-10-01/2026-10-15,7,朝阳区,朝外街道\n"
    for rows in ("2026-10-01/2026-10-15,3,朝阳区,建外街道\n", october, "2026-09-01/2026-09-15,9,海淀区,某镇\n"):
        file = SimpleUploadedFile("worst.csv", (head + rows).encode())
        client.post("/assessment/rankings/results/", {"layout": "city-tsp", "file": file})

    def ours(period: str) -> list[list[str]]:
        return cells(page(client, f"/assessment/rankings/?period={period}").split('id="city"')[1])

    # the first import of October's list is corrected by the second; who shares a rank is said to
    assert [row[:2] for row in ours("2026-10")] == [["7=2", "三里屯街道"], ["7=2", "朝外街道"]]
    assert [row[1] for row in ours("2026-09")] == ["本区街乡不在其列"]
    assert "还没有导入全市名单" in page(client, "/assessment/rankings/?period=2026-08")
    client.cookies["django_language"] = "en"
    assert [row[1] for row in ours("2026-10")] == ["Street 4", "Street 2"]


@pytest.mark.row("S27")
def test_clusters_show_who_is_last_with_measure_and_progress(november: None, client_of: Clients) -> None:
    for number, score in enumerate((90, 80, 70, 60), start=1):
        Source.objects.create(
            kind="cluster", code=f"JJ{number}", name=f"聚集区{number}", state="working", area_id="110105001",
            attributes={"score_year": 2025, "score": score, "measure": "upgrade", "progress": 40},
            created_at=KNOWN, changed_at=KNOWN,
        )  # fmt: skip
    client = client_of("viewer")
    text = page(client, "/assessment/rankings/clusters/2025/")
    rows = cells(text)
    assert [row[2] for row in rows] == ["90.00", "80.00", "70.00", "60.00"]
    assert "末位" in "".join(rows[3])
    assert "末位" not in "".join(rows[2])
    assert "升级改造" in text
    assert "JJ4" in page(client, "/assessment/rankings/clusters/2025/JJ4/")


@pytest.mark.row("S27")
def test_a_cluster_without_a_score_is_named_and_one_of_zero_is_last(november: None, client_of: Clients) -> None:
    made = beijing_day(date(2025, 3, 1))
    for code, state, facts in (
        ("JJ1", "working", {"score_year": 2025, "score": 90, "progress": 0}),
        ("JJ2", "working", {"score_year": 2025, "score": 0, "progress": 0}),
        ("JJ3", "working", {"score_year": 2024, "score": 70}),
        ("JJ4", "closed", {}),
    ):
        Source.objects.create(
            kind="cluster", code=code, name=code, state=state, area_id="110105001", attributes=facts, created_at=made,
            changed_at=made,
        )  # fmt: skip
    client = client_of("viewer")
    rows = cells(page(client, "/assessment/rankings/clusters/2025/"))
    assert [row[1:3] for row in rows] == [["JJ1", "90.00"], ["JJ2", "0.00"], ["JJ3", "—"]]
    assert ["末位" in "".join(row) for row in rows] == [False, True, False]
    assert "没有 2025 年得分" in "".join(rows[2])
    zero = page(client, "/assessment/rankings/clusters/2025/JJ2/").split("聚集区台账", 1)[1]
    assert [row[1:] for row in cells(zero)] == [["2025", "0", "0", ""]]
    assert client.get("/assessment/rankings/clusters/2025/JJ3/").status_code == 200
    assert client.get("/assessment/rankings/clusters/2025/JJ4/").status_code == 404


def test_the_workbook_says_what_the_page_says(october: None, client_of: Clients) -> None:
    answer = client_of("viewer").get("/assessment/rankings/pm25/2026-10/ranking.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(number for number, row in enumerate(rows) if row[0] == "名次")
    assert rows[head + 1][:7] == [1, 1, 1, 1, "110105001", "建外街道", 31]
    assert rows[head + 4][5] == "呼家楼街道"
    assert rows[head + 4][13] == "数据不足"


@pytest.mark.row("S27")
def test_who_is_last_is_written_into_the_ledger_whose_duty_then_asks_for_a_measure(
    november: None, client_of: Clients
) -> None:
    for number, score in enumerate((90, 80, 70, 60), start=1):
        Source.objects.create(
            kind="cluster", code=f"JJ{number}", name=f"聚集区{number}", state="working", area_id="110105001",
            attributes={"score_year": 2025, "score": score, "last_share": number == 1},
            created_at=KNOWN, changed_at=KNOWN,
        )  # fmt: skip
    address = "/assessment/rankings/clusters/2025/mark-last/"
    answer = client_of("duty").post(address, follow=True)
    assert (answer.status_code, "台账已改 2 条" in answer.content.decode()) == (200, True)
    marked = {one.code: one.attributes.get("last_share") for one in Source.objects.all()}
    assert marked == {"JJ1": False, "JJ2": False, "JJ3": False, "JJ4": True}
    change = Source.objects.get(code="JJ4").changes.get()
    assert change.reason == "2025 年考评第 4 名（共 4）"
    assert client_of("viewer").post(address).status_code == 403
    other = client_of("enforcement").post("/assessment/rankings/pm25/2026-10/mark-last/", follow=True)
    assert (other.status_code, "不写回台账" in other.content.decode()) == (200, True)


def test_looking_back_shows_the_last_period_then_and_no_act(october: None, client_of: Clients) -> None:
    client = client_of("duty")
    assert "2026-09-01" in page(client, "/assessment/rankings/?at=2026-10-20T10:00")
    ended = page(client, "/assessment/rankings/pm25/2026-09/?at=2026-10-20T10:00")
    assert ended.count("<b>45.0<") == 5  # four streets and their mean
    known = page(client, "/assessment/rankings/pm25/2026-09/?at=2026-10-20T10:00&known=2026-10-20T10:00")
    assert "45.0" not in known  # the sample was received on 1 November
    running = page(client, "/assessment/rankings/pm25/2026-10/?at=2026-10-20T10:00")
    assert "本期尚未结束" in running
    assert "31.0" not in running
    client.post(
        "/assessment/rankings/results/", {"layout": "road-dust", "file": SimpleUploadedFile("r.csv", ROADS.encode())}
    )
    assert "下整改单" not in page(client, "/assessment/rankings/road-dust-street/2026-10/?at=2026-11-01T10:00")
