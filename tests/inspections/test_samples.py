"""Samples from the taking to the public: numbers, seals, hand-overs, results at their limits, the second test."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantian.apps.accounts.models import Person
from lantian.apps.cases.models import Case
from lantian.apps.cases.services import Taken, attach_file, take_step
from lantian.apps.cases.services.demo import forget_synthetic as forget_cases
from lantian.apps.inspections.models import Sample, SampleResult
from lantian.apps.inspections.services import NotYourGround
from lantian.apps.inspections.services.demo import forget_synthetic
from lantian.apps.inspections.services.demo_samples import fill_samples
from lantian.apps.inspections.services.samples import (
    HandOver,
    Report,
    SampleDraft,
    SampleError,
    hand_over,
    report_results,
    take_sample,
)
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.attachments import Sent
from tests.inspections.conftest import LATER, START, make_site, picture

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def station(district: None) -> Source:
    return make_site(kind="fuel-station", code="JY-1", name="望京加油站", attributes={})


@pytest.fixture
def taker(person: Callable[..., Person]) -> Person:
    return person("bureau", "industry-commerce")


@pytest.fixture
def tester(person: Callable[..., Person]) -> Person:
    return person("bureau", "quality-supervision")


def draft(station: Source | None, **given: Any) -> SampleDraft:
    values: dict[str, Any] = {
        "good": "diesel", "taken_at": START, "product": "0 号柴油", "maker": "某炼油厂", "seal": "F-1",
        "kept_seal": "F-2", "source": station, "photo": Sent("p.jpg", picture()),
    }  # fmt: skip
    return SampleDraft(**values | given)


def to_lab(sample: Sample, by: Person, **given: Any) -> Sample:
    values: dict[str, Any] = {
        "part": "first", "to": "quality-supervision", "giver": "张抽样", "receiver": "李检测", "seal_whole": True,
    }  # fmt: skip
    return hand_over(sample, HandOver(**values | given), by=by, at=LATER)


@pytest.fixture
def tested(station: Source, taker: Person, tester: Person) -> Callable[..., Sample]:
    """Return a maker of samples with a sulphur result."""

    def make(sulphur: str, number: int = 1) -> Sample:
        made = take_sample(draft(station, seal=f"A{number}", kept_seal=f"B{number}"), by=taker, at=LATER)
        to_lab(made, taker)
        report = Report("first", {"sulphur": sulphur, "polycyclic": "4"}, f"ZJ-{number}")
        return report_results(made, report, by=tester, at=LATER + timedelta(days=2))

    return make


def test_numbers_follow_each_other_and_a_refused_sample_takes_none(station: Source, taker: Person) -> None:
    first = take_sample(draft(station), by=taker, at=LATER)
    with pytest.raises(SampleError, match="A seal of these was used"):
        take_sample(draft(station, seal="F-2", kept_seal="F-3"), by=taker, at=LATER)
    second = take_sample(draft(station, seal="F-4", kept_seal="F-5"), by=taker, at=LATER)
    assert [first.number, second.number] == ["朝抽样〔2019〕1号", "朝抽样〔2019〕2号"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"source": None}, "Choose an entry"),
        ({"kept_seal": "F-1"}, "a seal of its own"),
        ({"product": " "}, "Name the product"),
        ({"photo": None}, "Add a photo"),
        ({"photo": Sent("p.jpg", PDF)}, "has to be a picture"),
        ({"taken_at": LATER + timedelta(minutes=1)}, "yet to come"),
        ({"good": "interior-paint"}, "not sampled at entries"),
    ],
)
def test_what_is_wrong_with_a_sample_is_said(station: Source, taker: Person, given: dict[str, Any], said: str) -> None:
    with pytest.raises(SampleError, match=said):
        take_sample(draft(station, **given), by=taker, at=LATER)
    assert not Sample.objects.exists()


def test_only_who_samples_takes_and_only_the_laboratory_reports(
    station: Source, taker: Person, officer: Person, tested: Callable[..., Sample]
) -> None:
    with pytest.raises(NotYourGround):
        take_sample(draft(station), by=officer, at=LATER)
    made = take_sample(draft(station), by=taker, at=LATER)
    to_lab(made, taker)
    with pytest.raises(NotYourGround):
        report_results(made, Report("first", {"sulphur": "5", "polycyclic": "4"}, "Z"), by=taker, at=LATER)


@pytest.mark.parametrize(
    ("sulphur", "state"),
    [("9.9", "passed"), ("10", "passed"), ("10.5", "passed"), ("10.6", "failed"), ("11", "failed")],
)
def test_a_result_is_judged_at_just_below_and_just_above_its_limit(
    tested: Callable[..., Sample], sulphur: str, state: str
) -> None:
    sample = tested(sulphur)
    assert sample.state == state
    assert Case.objects.count() == (state == "failed")


def test_the_limit_is_that_of_the_day_of_the_taking(district: None, taker: Person, tester: Person) -> None:
    seller = make_site(kind="paint-seller", code="TL-1", name="十里河建材市场", attributes={})
    after = START.replace(year=2020, month=12, day=1)
    states = []
    for number, day in enumerate((START, after)):
        made = take_sample(
            draft(seller, good="interior-paint", seal=f"A{number}", kept_seal=f"B{number}", taken_at=day),
            by=taker, at=after + timedelta(hours=2),
        )  # fmt: skip
        to_lab(made, taker)
        states.append(report_results(made, Report("first", {"voc": "100"}, "Z"), by=tester, at=after).state)
    assert states == ["passed", "failed"]  # 120 g/L until 30 November 2020, 80 g/L from 1 December


def test_a_broken_seal_voids_the_sample_and_needs_words(station: Source, taker: Person, tester: Person) -> None:
    made = take_sample(draft(station), by=taker, at=LATER)
    with pytest.raises(SampleError, match="broken seal"):
        to_lab(made, taker, seal_whole=False)
    assert to_lab(made, taker, seal_whole=False, note="运输中撕裂").state == "invalid"
    with pytest.raises(SampleError, match="sample is invalid"):
        report_results(made, Report("first", {"sulphur": "5", "polycyclic": "4"}, "Z"), by=tester, at=LATER)


def test_a_result_that_is_no_number_is_refused_whole(station: Source, taker: Person, tester: Person) -> None:
    made = take_sample(draft(station), by=taker, at=LATER)
    to_lab(made, taker)
    with pytest.raises(SampleError, match="polycyclic aromatics has to be a number"):
        report_results(made, Report("first", {"sulphur": "5", "polycyclic": "约 4"}, "Z"), by=tester, at=LATER)
    assert not SampleResult.objects.exists()


def test_the_kept_part_is_tested_only_when_the_party_asks(tested: Callable[..., Sample], tester: Person) -> None:
    sample = tested("30")
    again = Report("kept", {"sulphur": "8", "polycyclic": "4"}, "FJ-1", Sent("r.pdf", PDF))
    with pytest.raises(SampleError, match="when the party asks"):
        report_results(sample, again, by=tester, at=LATER)


def test_a_second_test_that_passes_clears_the_sample_and_nothing_is_exposed(
    tested: Callable[..., Sample], taker: Person, tester: Person
) -> None:
    sample = tested("30")
    _object(sample, taker)
    again = Report("kept", {"sulphur": "10", "polycyclic": "4"}, "FJ-1", Sent("r.pdf", PDF))
    assert report_results(sample, again, by=tester, at=LATER + timedelta(days=5)).state == "cleared"
    assert "没有公布的不合格产品" in Client().get("/public/samples/").content.decode()


def _object(sample: Sample, taker: Person) -> None:
    """The party objects: the case waits for the second test."""
    case = sample.case
    assert case is not None
    step = case.threads.get(step="inform").number
    at = LATER + timedelta(days=3)
    attach_file(case, step, Sent("objection.pdf", PDF), by=taker, at=at)
    take_step(case, step, Taken("objected", "当事人书面申请复检"), by=taker, at=at)


@pytest.mark.row("S11")
@pytest.mark.row("S32")
def test_from_the_taking_to_the_exposure_on_the_pages(
    station: Source, client_of: Callable[..., Client], taker: Person
) -> None:
    took = Client()
    took.force_login(taker)
    lab = client_of("bureau", "quality-supervision")
    values = {
        "good": "diesel", "code": "JY-1", "product": "0 号柴油", "maker": "某炼油厂", "taken_at": "2019-05-06T10:00",
        "seal": "F-1", "kept_seal": "F-2", "photo": SimpleUploadedFile("p.jpg", picture(), "image/jpeg"),
    }  # fmt: skip
    made = took.post("/inspections/samples/new/", values)
    assert made.status_code == 302, made.content.decode()
    page = made.headers["Location"]
    move = {"part": "first", "to": "quality-supervision", "giver": "张", "receiver": "李", "seal_whole": "on"}
    took.post(f"{page}move/", move)
    lab.post(f"{page}result/", {"part": "first", "number": "ZJ-1", "value-sulphur": "30", "value-polycyclic": "4"})
    shown = lab.get(page).content.decode()
    for word in ("不合格", "≤ 10", "GB 19147-2016", "朝抽检"):
        assert word in shown
    sample = Sample.objects.get()
    _object(sample, taker)
    assert "没有公布的不合格产品" in Client().get("/public/samples/").content.decode()  # still disputed
    report = SimpleUploadedFile("r.pdf", PDF, "application/pdf")
    second = {"part": "kept", "number": "FJ-1", "value-sulphur": "28", "value-polycyclic": "4", "file": report}
    lab.post(f"{page}result/", second)
    sample.refresh_from_db()
    assert sample.state == "confirmed"
    case = sample.case
    assert case is not None
    _expose(case, taker)
    exposed = Client().get("/public/samples/").content.decode()
    for word in ("0 号柴油", "某炼油厂", "望京加油站", "28"):
        assert word in exposed
    overview = took.get("/inspections/samples/?month=2019-05").content.decode()
    assert "1/10" in overview
    assert "复检仍不合格" in overview


def _expose(case: Case, taker: Person) -> None:
    at = LATER + timedelta(days=6)
    take_step(case, case.threads.open().get(step="decide").number, Taken("order", "责令改正并曝光"), by=taker, at=at)
    step = case.threads.open().get(step="expose").number
    attach_file(case, step, Sent("notice.pdf", PDF), by=taker, at=at)
    take_step(case, step, Taken("published", "已在公示栏曝光"), by=taker, at=at)


def test_a_street_sees_samples_of_its_ground_alone_and_takes_none(
    tested: Callable[..., Sample], client_of: Callable[..., Client]
) -> None:
    sample = tested("30")
    office = client_of("street", "office-110105001")
    other = client_of("street", "office-110105002")
    assert office.get(f"/inspections/samples/{sample.slug}/").status_code == 200
    assert other.get(f"/inspections/samples/{sample.slug}/").status_code == 404
    assert sample.number not in other.get("/inspections/samples/").content.decode()
    assert office.post("/inspections/samples/new/", {}).status_code == 403


def test_a_demonstration_has_samples_on_their_way_that_go_when_real_data_come(district: None) -> None:
    for number in range(1, 4):
        make_site(number, kind="fuel-station", code=f"JY-{number}", attributes={}, synthetic=True)
        make_site(number, kind="paint-seller", code=f"TL-{number}", attributes={}, synthetic=True)
    now = START + timedelta(days=100)
    assert fill_samples(at=now) == Sample.objects.count() > 30
    states = set(Sample.objects.values_list("state", flat=True))
    assert {"received", "passed", "failed"} <= states
    failed = Sample.objects.failing().count()
    assert Case.objects.filter(type="sampling-failure", synthetic=True).count() == failed
    assert not Client().get("/public/samples/").content.decode().count("演示生产企业")
    forget_synthetic([], [])
    forget_cases([], [])
    assert not Sample.objects.exists()
    assert not Case.objects.exists()
