"""A demonstration's assessments (演示考核): this year's drafts with figures entered, and one veto out of a case."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
from django.db import transaction

from lantian.apps.accounts.models import Area, Person
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import (
    Assessment,
    AssessmentAppeal,
    AssessmentEvent,
    AssessmentSnapshot,
    BulletinCounter,
    EnteredFigure,
    VetoFinding,
)
from lantian.apps.assessment.services.schemes.acts import Acting, draft, publish, submit
from lantian.apps.assessment.services.schemes.appeals import NewAppeal, file_appeal
from lantian.apps.assessment.services.schemes.asked import bodies_of
from lantian.apps.assessment.services.schemes.entries import NewEntries, enter_figures
from lantian.apps.assessment.services.schemes.reach import is_own
from lantian.apps.cases.models import Case, CaseThread
from lantian.apps.cases.services import NewCase, Taken, attach_file, open_case, take_step
from lantian.apps.ledger.services.attachments import Sent
from lantian.kernel.instants import day_of
from lantian.policy.assessments import schemes, term_named
from lantian.policy.records_assessment import AssessmentSchemeRecord

SEED = 20181221
PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
FALSIFIED = "110105013"
"""The street of the made-up falsification, where the pack has it."""


@transaction.atomic
def fill_assessments(*, at: datetime) -> int:
    """Draft this year's assessments of a demonstration, publish last year's of streets; return how many were drafted.

    Nothing, and 0, where there are some.
    """
    yearly = [one for one in schemes(rules.pack(), day_of(at)) if one.span == "year"]
    if not yearly or Assessment.objects.exists():
        return 0
    falsify(at)
    random = np.random.default_rng(SEED)
    for record in yearly:
        bodies = bodies_of(record, day_of(at))
        values = {one.code: Decimal(int(random.integers(68, 99))) for one in bodies}
        praised = {one.code: Decimal(int(random.integers(1, 3))) for one in bodies[::11]}
        for item, entered, why in (
            ("groundwork", values, "年中检查评定，演示"),
            ("praise", praised, "市级通报，演示"),
        ):
            new = NewEntries(record.id, str(day_of(at).year), item, entered, why, None, synthetic=True)
            enter_figures(new, Acting(None, at))
        draft(record.id, str(day_of(at).year), Acting(None, at))
    for record in yearly:
        if record.bodies == "streets":
            _last_year(record, at, random)
    return len(yearly)


def _last_year(record: AssessmentSchemeRecord, at: datetime, random: np.random.Generator) -> None:
    """Last year's assessment of streets, published by the duty officer, with an appeal that waits for its answer."""
    publisher = Person.objects.filter(username="duty", demo=True).first()
    term = str(day_of(at).year - 1)
    if publisher is None or not publisher.roles & set(record.signers):
        return
    values = {one.code: Decimal(int(random.integers(68, 99))) for one in bodies_of(record, term_named(term).last)}
    new = NewEntries(record.id, term, "groundwork", values, "年终检查评定，演示", None, synthetic=True)
    enter_figures(new, Acting(None, at))
    waiting = submit(draft(record.id, term, Acting(None, at)), Acting(None, at))
    published = publish(waiting, Acting(publisher, at))
    street = Person.objects.filter(username="street", demo=True).first()
    own = published.results.filter(body__in=[one for one in values if is_own(street, one)]).first()
    if street is not None and own is not None:
        file = Sent("宣传活动记录.pdf", PAPER + b"appeal")
        appeal = NewAppeal(published, own.body, "groundwork", "漏记两次宣传活动，附活动记录（演示）", file)
        file_appeal(appeal, Acting(street, at))


def falsify(at: datetime) -> Case | None:
    """A case of falsified data from discovery to the finding, by the demonstration's duty officer."""
    by = Person.objects.filter(username="duty", demo=True).first()
    if by is None or not Area.objects.filter(pk=FALSIFIED).exists():
        return None
    begun = at - timedelta(days=24)
    new = NewCase(
        type="data-falsification", title="微站采样口被遮挡（演示）", facts="采样口套有纱网，读数比邻近点位持续偏低。",
        origin=Case.Origin.OWN, area_code=FALSIFIED, happened_at=begun - timedelta(days=3), synthetic=True,
    )  # fmt: skip
    case = open_case(new, by=by, at=begun)
    for step, outcome, days, reason in (
        ("secure", "secured", 1, "拍照封存，调取原始帧"),
        ("investigate", "confirmed", 15, "调取视频，确认为人为遮挡"),
        ("fail", "failed", 20, "按计划第三十一条认定年度考核结果不合格"),
    ):
        moment = begun + timedelta(days=days) - timedelta(hours=2)
        thread = CaseThread.objects.open().get(case=case, step=step)
        attach_file(case, thread.number, Sent(f"{step}.pdf", PAPER + step.encode()), by=by, at=moment)
        case = take_step(case, thread.number, Taken(outcome, reason), by=by, at=moment)
    return case


def forget_synthetic(points: Sequence[str], devices: Sequence[str]) -> None:
    """Delete what a demonstration assessed, when real data take its place; before the cases that it rests on."""
    made_up = Assessment.objects.filter(snapshot__data__synthetic=True)
    AssessmentAppeal.objects.filter(assessment__in=made_up).delete()
    AssessmentEvent.objects.filter(assessment__in=made_up).delete()
    numbers = {(one.number.partition("〔")[0], one.day.year) for one in made_up if one.number and one.day}
    made_up.update(previous=None)
    made_up.delete()
    for word, year in numbers:
        if not Assessment.objects.filter(number__startswith=f"{word}〔{year}〕").exists():
            BulletinCounter.objects.filter(word=word, year=year).delete()
    AssessmentSnapshot.objects.filter(data__synthetic=True).delete()
    EnteredFigure.objects.filter(synthetic=True).delete()
    VetoFinding.objects.filter(synthetic=True).delete()
    VetoFinding.objects.filter(case__synthetic=True).delete()
