"""Bulletins of a month, quarter and year over a small lake known by hand: PM2.5 70, PM10 90 µg/m³ in every hour."""

import json
import re
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from django.conf import settings as project
from django.test import Client
from docx import Document

from lantian.airquality.sanddust import exclude_days
from lantian.apps.accounts.models import Person, Post, Role
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import Bulletin, Snapshot
from lantian.apps.assessment.reports.build import content_of, figures_of
from lantian.apps.assessment.reports.facts import CityRanks, report_read, report_written
from lantian.apps.assessment.reports.words import report_wording
from lantian.apps.assessment.services.bulletins import take_snapshot
from lantian.apps.assessment.services.demo_bulletins import fill_bulletins, forget_synthetic
from lantian.apps.assessment.services.papers import Stamp
from lantian.apps.assessment.services.report_facts import report_facts
from lantian.apps.assessment.services.report_papers import report_paper
from lantian.apps.assessment.services.results import import_results
from lantian.apps.assessment.snapshots import SnapshotError, number_of
from lantian.apps.inspections.models import Inspection
from lantian.apps.telemetry.models import SandDustDecision
from lantian.apps.telemetry.services import ImportRequest, import_file
from lantian.apps.ui import middleware
from lantian.apps.ui.official.document import Official, unmarked
from lantian.apps.ui.official.docx import links_in
from lantian.apps.ui.official.pdf import to_pdf
from lantian.apps.ui.official.validator import check_docx
from lantian.kernel.factors import Factor
from lantian.kernel.instants import BEIJING
from lantian.kernel.periods import Period
from lantian.policy.reader import load_pack
from lantian.project.commands import records
from lantian.project.commands.bulletin import command
from tests.shared import shared
from tests.telemetry.air_sample import STORM, fill, storm

MONTH = Period.read("2020-01")
NOW = datetime(2020, 2, 3, 9, tzinfo=BEIJING)
LATE = datetime(2020, 2, 4, 9, tzinfo=BEIJING)


@pytest.fixture
def office(db: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The pack's streets and organisations, and the lake."""
    settings.DATA_DIR, settings.LAKE_URL = tmp_path, str(tmp_path / "lake")
    monkeypatch.setenv("LANTIAN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANTIAN_LANG", "en")
    monkeypatch.setattr(records, "open_records", lambda: None)  # the test's tables are there
    sync_pack(load_pack(project.PACK), at=NOW)
    return tmp_path


@pytest.fixture
def air(office: Path) -> Path:
    """The same with the sample's hours."""
    fill(office / "lake")
    return office


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The clock of requests; its last entry is now."""
    moments = [NOW]

    class Clock:
        @staticmethod
        def now(tz: Any) -> datetime:
            return moments[-1].astimezone(tz)

    monkeypatch.setattr(middleware, "datetime", Clock)
    return moments


def client_of(role: str) -> Client:
    """Return a client of a new person."""
    person = Person.objects.create_person(role, None, name_zh=f"某{role}", name_en=f"Some {role}")
    Post.objects.create(person=person, role=Role(role), organisation_id="pollution-headquarters")
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, address: str) -> str:
    """Return a page's text."""
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def texts(content: bytes) -> str:
    """Return the paragraphs of a DOCX."""
    return "\n".join(one.text for one in Document(BytesIO(content)).paragraphs)


def run(*words: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(command, list(words))


def inspected(street: str, at: datetime, result: str) -> None:
    """Record an inspection."""
    Inspection.objects.create(
        client_id=uuid.uuid4(), digest="x", place="东门", area_code=street, checklist="site-six", result=result,
        organisation_id="urban-enforcement", origin="routine", began_at=at, ended_at=at, recorded_at=at,
    )  # fmt: skip


@pytest.mark.row("S49")
@pytest.mark.row("B16")
def test_a_monthly_bulletin_by_click_is_signed_and_a_later_correction_shows_as_was_and_is(
    air: Path, clock: list[datetime]
) -> None:
    for number in range(6):
        inspected("110105001", datetime(2020, 1, 8 + number, 10, tzinfo=BEIJING), "failed" if number < 2 else "passed")
    inspected("110105002", datetime(2019, 12, 20, 10, tzinfo=BEIJING), "passed")
    drafts, signs = client_of("enforcement"), client_of("duty")
    assert "2020-01" in page(drafts, "/assessment/bulletins/")
    address = drafts.post("/assessment/bulletins/new/", {"record": "monthly", "period": "2020-01"}).headers["Location"]
    drafts.post(f"{address}write/", {"requirements": "请各街乡落实道路清扫。", "revision": "1"})
    drafts.post(f"{address}submit/", {"revision": "2"})
    signs.post(f"{address}sign/", {"revision": "3"})
    signed = Bulletin.objects.get()
    assert signed.number == "朝蓝天办〔2020〕1号"
    docx = signs.get(f"{address}file/docx/").content
    assert check_docx(docx) == []
    said = texts(docx)
    # every hour of both Januaries and of December is alike; 15 January is missing; AQI 94 by PM2.5, level 2
    assert "细颗粒物（PM2.5）平均浓度为70微克/立方米，同比持平，环比持平。可吸入颗粒物（PM10）平均浓度为90微克" in said
    assert "本月有效监测30天，其中优良30天，同比减少1天；优良天数比率为100.0%，同比持平；重污染0天，同比持平。" in said
    assert "PM2.5（超标1.00倍）、PM10（超标0.29倍）" in said
    # (52 × (30 + 335) − 70 × 30) ÷ 335 = 50.388
    assert "年内还有335天，按年末达到该值倒算，余下各日平均不高于50.4微克/立方米。" in said
    assert "请各街乡落实道路清扫。" in said
    assert "一、空气质量" in said
    checks = "本月全区共检查6次，比上月增加5次；其中现场检查6次。查出违法2起，比上月增加2起；违法查处率为33.3%，"
    assert f"二、执法检查\n{checks}比上月上升33.3个百分点。" in said  # 0 of 1 before
    assert signs.get(f"{address}file/pdf/").content.startswith(b"%PDF-")

    text = page(signs, address)
    assert "没有变化" in text
    assert f'<a class="how" href="/assessment/snapshots/{signed.snapshot_id}/figures/#pm25">70</a>' in text
    made = page(signs, f"/assessment/snapshots/{signed.snapshot_id}/figures/")
    assert "30 个有效日均值之和 2100 ÷ 30 = 70，修约为 70" in made
    assert 'id="station_nongzhanguan_pm10"' in made
    assert 'figures/#place_110105001_checks">6</a>' in text
    assert 'figures/#checks_previous_change">5</a>次' in text
    assert 'figures/#over">PM2.5（超标1.00倍）、PM10（超标0.29倍）</a>' in text
    assert "2 ÷ 6 × 100" in made
    assert "奥体中心、农展馆 2020-01-01 至 2020-01-31 逐日均值" in made

    storm(air / "lake")  # PM10 of 10 January becomes (18 × 90 + 6 × 600) ÷ 24 = 217.5, of the month 94.25
    clock.append(LATE)
    text = page(signs, address)
    assert "原为" in text
    changes = text.split('id="was"')[1].split("</section>")[0]
    assert '<s class="mut">90</s>' in changes
    assert "<b>94</b>" in changes
    assert '<s class="mut">30</s></td><td class="r"><b>29</b>' in changes  # good days: AQI 134 on the 10th
    assert signs.get(f"{address}file/docx/").content == docx
    printed = air / "again.docx"
    done = run("monthly", "--period", "2020-01", "--output", str(printed), "--json")
    assert (done.exit_code, json.loads(done.stdout)["number"]) == (0, signed.number)
    assert printed.read_bytes() == docx
    assert {"figure": "pm10", "was": "90", "now": "94", "unit": "µg/m³"} in json.loads(done.stdout)["changes"]
    assert "mean of PM10, period: was 90, is 94 µg/m³\n" in done.stderr  # the paper stays, and its reader is told
    again = drafts.post("/assessment/bulletins/new/", {"record": "monthly", "period": "2020-01"}).headers["Location"]
    assert "平均浓度为<a" in page(drafts, again)
    assert "第 2 版（更正）" in page(drafts, again)

    assert json.loads(run("verify", "--period", "2020-01", "--json").stdout) == {"ok": True, "problems": []}


@pytest.mark.parametrize(("span", "period"), [("monthly", "2021-03"), ("quarterly", "2021-Q2"), ("yearly", "2021")])
def test_a_period_without_data_among_others_says_that_alone(air: Path, span: str, period: str) -> None:
    file = air / f"{span}.docx"
    assert run(span, "--period", period, "--output", str(file)).exit_code == 0
    said = texts(file.read_bytes())
    assert "没有可用的空气质量监测数据，不作评价。" in said
    assert "仅供参考" not in said  # of values that are not there
    assert "微克" not in said


@pytest.mark.row("S49")
@pytest.mark.parametrize(
    ("span", "period", "said"),
    [
        ("monthly", "2020-01", "关于2020年1月大气污染防治"),
        ("quarterly", "2019-Q4", "关于2019年第四季度大气污染防治"),
        ("yearly", "2019", "PM2.5年均浓度目标为52微克/立方米，本年70微克/立方米，高于目标值。"),
    ],
)
def test_each_is_written_by_one_command_in_the_official_form(air: Path, span: str, period: str, said: str) -> None:
    file = air / f"{span}.docx"
    done = run(span, "--period", period, "--output", str(file), "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["figures"]["pm25"] == "70"
    assert found["state"] == "draft"
    assert check_docx(file.read_bytes()) == []
    assert said in texts(file.read_bytes())
    wrong = run(span, "--period", "2019-W10", "--output", str(file))
    assert (wrong.exit_code, "2019-W10 is no " in wrong.stderr) == (2, True)
    wrong = run(span, "--period", period, "--output", str(air / "paper.txt"))
    assert (wrong.exit_code, "has to end in .docx or .pdf" in wrong.stderr) == (2, True)


@pytest.mark.row("B16")
def test_a_report_is_computed_again_from_its_exported_snapshot_alone(air: Path) -> None:
    kept = take_snapshot(rules.bulletin_named("monthly", MONTH), MONTH, NOW)
    file = air / "snapshot.json"
    file.write_text(json.dumps(kept.data, ensure_ascii=False), encoding="utf-8")
    found = json.loads(run("compute", str(file), "--json").stdout)
    assert found["snapshot"] == kept.pk
    assert found["figures"]["pm25"]["value"] == "70"
    assert found["figures"]["pm25"]["how"].startswith("sum of 30 valid daily means 2100 ÷ 30 = 70")
    assert "\npm25 70 µg/m³ mean of PM2.5, period\n" in run("compute", str(file)).stdout


@pytest.mark.row("B16")
def test_a_papers_figures_lead_to_how_they_came_about_where_the_pages_have_an_address(air: Path, settings: Any) -> None:
    plain, linked = air / "plain.docx", air / "linked.docx"
    assert run("monthly", "--period", "2020-01", "--output", str(plain)).exit_code == 0
    settings.SITE_URL = "https://lantian.example"
    assert run("monthly", "--period", "2020-01", "--output", str(linked)).exit_code == 0
    number = Snapshot.objects.order_by("made_at").last().pk  # type: ignore[union-attr]
    address = f"https://lantian.example/assessment/snapshots/{number}/figures/"
    assert links_in(plain.read_bytes()) == []
    assert set(links_in(linked.read_bytes())) == {address}
    said = texts(linked.read_bytes())
    short = f"https://lantian.example/assessment/snapshots/{number[:12]}/figures/"
    assert f"（重算：lantian bulletin compute {number[:12]}；各数算式和来源：{short}）" in said
    assert "各数算式和来源：系统内本件页面）" in texts(plain.read_bytes())
    assert "细颗粒物（PM2.5）平均浓度为70微克/立方米" in said
    found = Document(BytesIO(linked.read_bytes())).element.xml
    keys = set(re.findall(r'w:anchor="([^"]+)"', found))
    assert {"pm25", "good_days", "station_nongzhanguan_pm10"} <= keys
    duty = client_of("duty")
    figures = page(duty, f"/assessment/snapshots/{number}/figures/")
    assert duty.get(f"/assessment/snapshots/{number[:12]}/figures/").headers["Location"].endswith(f"{number}/figures/")
    assert duty.get(f"/assessment/snapshots/{number[:11]}/figures/").status_code == 404
    assert duty.get("/assessment/snapshots/0123456789ab/figures/").status_code == 404
    assert [one for one in keys if f'id="{one}"' not in figures] == []
    assert check_docx(linked.read_bytes()) == []
    assert b"lantian.example" in to_pdf(_paper(number))
    assert found.replace("\n", "").count("\ue000") == 0


def _paper(number: str) -> Official:
    data = Snapshot.objects.get(pk=number).data
    return report_paper(rules.bulletin_named("monthly", MONTH), data, Stamp(NOW.date(), "朝蓝天办〔2020〕1号"), "")


def test_a_number_that_a_paper_prints_is_computed_again_from_the_store(air: Path) -> None:
    kept = take_snapshot(rules.bulletin_named("monthly", MONTH), MONTH, NOW)
    assert json.loads(run("compute", kept.short, "--json").stdout)["figures"]["pm25"]["value"] == "70"
    unknown = run("compute", "0123456789ab")
    assert unknown.exit_code == 1
    assert "No snapshot alone has a number that begins with" in str(unknown.exception)
    assert run("compute", "no-such-file.json").exit_code == 2


def test_facts_survive_json_and_other_json_is_refused(air: Path) -> None:
    facts = report_facts(rules.bulletin_named("monthly", MONTH), MONTH, NOW)
    data = report_written(facts)
    assert number_of(report_written(report_read(json.loads(json.dumps(data))))) == number_of(data)
    for broken in ({"format": 9}, {**data, "air": {"days": []}}):
        with pytest.raises(SnapshotError):
            report_read(broken)


@pytest.mark.row("S14")
def test_the_citys_lists_of_the_month_are_in_its_snapshot(office: Path) -> None:
    rows = "期间,倒数名次,区,街乡,收录,出处\n2020-01-01/2020-01-15,5,朝阳区,管庄乡,1 of 30,市通报\n"
    later = "期间,倒数名次,区,街乡,收录,出处\n2020-02-01/2020-02-15,3,朝阳区,管庄乡,1 of 30,市通报\n"
    for content in (rows, later):
        import_results("city-tsp", "worst.csv", content.encode(), by=None, at=NOW)
    facts = report_facts(rules.bulletin_named("monthly", MONTH), MONTH, NOW)
    assert facts.city == (CityRanks("2020-01-01", "2020-01-15", 10, ((5, "管庄地区"),)),)
    assert report_read(json.loads(json.dumps(report_written(facts)))).city == facts.city
    known = report_facts(rules.bulletin_named("monthly", MONTH), MONTH, NOW - timedelta(hours=1))
    assert known.city == ()  # the list had not been imported


def test_days_decided_as_sand_dust_are_left_out_of_means_and_said_to_be(air: Path) -> None:
    storm(air / "lake")
    SandDustDecision.objects.create(
        first_hour=STORM[0], last_hour=STORM[0], factors=["PM10", "PM2.5"], area_code="110105", status="official",
        reference="市环境监测中心通知", at=NOW,
    )  # fmt: skip
    record = rules.bulletin_named("monthly", MONTH)
    before = report_facts(record, MONTH, NOW - timedelta(hours=1))  # the decision is not taken yet
    assert before.air is not None
    assert before.air.dust == ()
    facts = report_facts(record, MONTH, LATE)
    figures = figures_of(report_written(facts), rules.pack())
    assert (figures["pm10"].text, figures["good_days"].text) == ("90", "29")
    assert facts.air is not None
    assert int(exclude_days(facts.air.days, facts.air.dust).valid.sum()) < int(facts.air.days.valid.sum())
    file = air / "dust.docx"
    assert run("monthly", "--period", "2020-01", "--output", str(file)).exit_code == 0
    assert "按市环境监测中心通知认定，本月1天受沙尘影响" in texts(file.read_bytes())


def test_the_first_year_says_once_that_nothing_can_be_compared_and_an_item_without_data_is_not_told(
    air: Path,
) -> None:
    record, june = rules.bulletin_named("monthly", Period.read("2019-06")), Period.read("2019-06")
    facts = report_facts(record, june, NOW)
    assert facts.air is not None
    days = facts.air.days
    valid = days.valid.copy()
    valid[:, days.factors.index(Factor.CO)] = False
    lacking = replace(facts, air=replace(facts.air, days=replace(days, valid=valid)))
    data = report_written(lacking)
    wording = report_wording(content_of(record, report_read(data), rules.pack(), "x", ""))
    said = [unmarked(one.text) for one in wording.parts]
    found = next(one for one in said if one.startswith("全区浓度按"))
    assert found == (
        "全区浓度按奥体中心、农展馆2个评价点位计算。细颗粒物（PM2.5）平均浓度为70微克/立方米，环比持平。"
        "可吸入颗粒物（PM10）平均浓度为90微克/立方米。二氧化硫（SO2）平均浓度为5微克/立方米。"
        "二氧化氮（NO2）平均浓度为30微克/立方米。臭氧（O3）日最大8小时平均第90百分位浓度为80微克/立方米。"
        "上年同期没有可比数据，不作同比。"
    )
    assert not [
        one for one in said for wrong in ("，，", "，。", "，；", "。。", "为微克", "：。", "{") if wrong in one
    ]


def test_a_month_without_air_and_a_bulletin_without_reports_are_said_so(office: Path) -> None:
    file = office / "none.docx"
    assert run("monthly", "--period", "2020-01", "--output", str(file)).exit_code == 0
    assert "本月没有可用的空气质量监测数据，不作评价。" in texts(file.read_bytes())
    assert check_docx(file.read_bytes()) == []
    kept = take_snapshot(rules.bulletin_named("weekly-dust", Period.read("2020-W02")), Period.read("2020-W02"), NOW)
    assert "没有检查记录" in page(client_of("duty"), f"/assessment/snapshots/{kept.pk}/figures/")


def test_a_demonstrations_bulletin_is_drafted_once_and_forgotten_with_its_data(office: Path) -> None:
    assert (fill_bulletins(at=NOW), fill_bulletins(at=NOW)) == (1, 0)
    made = Bulletin.objects.get()
    assert (made.period, made.state, made.drafted_by) == ("2020-01", "draft", None)
    forget_synthetic([], [])
    assert Bulletin.objects.exists()  # nothing in it is made up
    Snapshot.objects.update(data={**made.snapshot.data, "synthetic": True})
    forget_synthetic([], [])
    assert not Bulletin.objects.exists()
    assert not Snapshot.objects.exists()


@pytest.mark.row("S49")
def test_the_real_june_of_2019_is_printed_as_it_was_published(office: Path) -> None:
    table = pq.read_table(
        shared("data/air_quality_beijing35_hourly_2017-2021-01.parquet"),
        filters=[
            ("station", "in", ["奥体中心", "农展馆", "东四环"]),
            ("time", ">=", datetime(2019, 1, 1)),  # noqa: DTZ001 - the file's times are Beijing's, without a zone
            ("time", "<", datetime(2019, 7, 1)),  # noqa: DTZ001
        ],
    )
    pq.write_table(table, office / "hours.parquet")
    import_file(ImportRequest(office / "hours.parquet", "beijing35", None, {}, {}), by=None, at=NOW)
    june = run("monthly", "--period", "2019-06", "--output", str(office / "june.pdf"), "--json")
    assert june.exit_code == 0, june.output
    figures = json.loads(june.stdout)["figures"]
    assert figures["pm25"] == "40"  # published_air_quality_values.csv: 朝阳区 2019-06, 40
    data = Snapshot.objects.get().data
    half = figures_of(data, rules.pack())["pm25_ytd"]
    assert half.exact is not None
    assert abs(half.exact - 48) < 1  # published: 48 for the first half; the archive's hours give 48.5
    stations = {one.id: one.evaluated for one in report_read(data).air.stations}  # type: ignore[union-attr]
    assert stations == {"aotizhongxin": True, "nongzhanguan": True, "dongsihuan": False}
