"""Demonstration inspections (演示检查): two months of checks, a campaign, two draws, and what is due today.

They follow from a seed over the demonstration ledgers, are made once, and are marked synthetic.
"""

import hashlib
import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import numpy as np
from django.db import transaction
from PIL import Image

from lantian.apps.accounts.models import Organisation, Person, Post, Role
from lantian.apps.audit.services import record
from lantian.apps.cases.rules import rules as case_rules
from lantian.apps.inspections import rules
from lantian.apps.inspections.models import Draw, Inspection, InspectionItem, InspectionPhoto, Plan, PlanEntry, Sample
from lantian.apps.inspections.services.demo_samples import fill_samples
from lantian.apps.inspections.services.drafts import FAIL, NOT_APPLICABLE, OK, Answer, InspectionDraft
from lantian.apps.inspections.services.draws import NewDraw, freeze, publish, run
from lantian.apps.inspections.services.photos import PhotoSent, add_photo
from lantian.apps.inspections.services.plans import NewCampaign, NewPlan, make_plan, meant, start_campaign
from lantian.apps.inspections.services.recording import record_inspection
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.models.sources import SourceQuerySet
from lantian.kernel.instants import beijing_day, day_of
from lantian.policy.records_inspection import ChecklistItem, ChecklistRecord

SEED = 20181221
DAYS = 60
PAST = 260
"""Inspections of the last :data:`DAYS` days, made in one go without photos or cases."""
FAILING = 0.14
"""The share of items' answers that makes about one inspection in six fail."""
INSPECTORS = ("检查员子", "检查员丑", "检查员寅", "检查员卯", "检查员辰", "检查员巳")
IN_ENGLISH = ("Inspector N", "Inspector O", "Inspector P", "Inspector Q", "Inspector R", "Inspector S")
ENFORCER = "urban-enforcement"
FIELD_ACCOUNTS = ("enforcement", "street", "community")
"""Demonstration accounts that find something to inspect today on their phones."""


@transaction.atomic
def fill_inspections(*, at: datetime) -> int:
    """Fill a demonstration with inspections; return how many, 0 where there are some or no ledgers to inspect."""
    enforcer = Organisation.objects.filter(pk=ENFORCER).first()
    sites = list(_made_up("construction-site").select_related("area").order_by("code")[:60])
    if enforcer is None or len(sites) < len(FIELD_ACCOUNTS) or Inspection.objects.exists():
        return 0
    maker = _Maker(at)
    people = _inspectors(enforcer)
    made = maker.past(people)
    made += maker.campaign(people)
    made += maker.draws(enforcer, people)
    made += maker.failing(sites[:2], people[0])
    maker.today(sites)
    fill_samples(at=at)
    record("inspection.demo-filled", subject=None, actor=None, at=at, detail={"inspections": made, "seed": SEED})
    return made


def _made_up(kind: str) -> SourceQuerySet:
    """The working entries of a demonstration ledger."""
    return meant(kind).filter(synthetic=True)


def _inspectors(organisation: Organisation) -> list[Person]:
    """Inspectors for draws: nobody can sign in with their names."""
    people = []
    for number, (zh, en) in enumerate(zip(INSPECTORS, IN_ENGLISH, strict=True), start=1):
        person = Person.objects.create_person(f"demo-inspector-{number}", None, name_zh=zh, name_en=en)
        person.demo = True
        person.save(update_fields=["demo"])
        Post.objects.create(person=person, role=Role.ENFORCEMENT, organisation=organisation)
        people.append(person)
    return people


def forget_synthetic(points: Sequence[str], devices: Sequence[str]) -> None:
    """Delete the inspections and plans of a demonstration, when real data take its place."""
    doomed = Inspection.objects.filter(synthetic=True)
    InspectionPhoto.objects.filter(inspection__in=doomed).delete()
    doomed.delete()
    Plan.objects.filter(synthetic=True).delete()
    Sample.objects.filter(synthetic=True).delete()


class _Maker:
    """Makes inspections from one stream of random numbers."""

    def __init__(self, at: datetime) -> None:
        self.at, self.day = at, day_of(at)
        self.random = np.random.default_rng(SEED)
        self.made = 0

    def past(self, people: Sequence[Person]) -> int:
        """Two months of checks by department and by street, most of them passed."""
        checklists = [one for one in rules.checklists(self.day).values() if one.kinds]
        sources = {one.id: list(_made_up(one.kinds[0]).order_by("code")[:80]) for one in checklists}
        usable = [one for one in checklists if sources[one.id]]
        before = self.made
        for _ in range(PAST):
            checklist = usable[int(self.random.integers(len(usable)))]
            found = sources[checklist.id]
            source = found[int(self.random.integers(len(found)))]
            origin = ("patrol", "routine", "routine")[int(self.random.integers(3))]
            self._one(source, checklist, self._moment(), origin, people)
        return self.made - before

    def _moment(self) -> datetime:
        """Some working hour of the last days."""
        back, hour = int(self.random.integers(1, DAYS)), float(self.random.uniform(9, 17))
        return beijing_day(_working(self.day - timedelta(days=back))) + timedelta(hours=round(hour, 2))

    def _one(
        self, source: Source, checklist: ChecklistRecord, began: datetime, origin: str, people: Sequence[Person],
        entry: PlanEntry | None = None,
    ) -> Inspection:  # fmt: skip
        """Store an inspection as if it had come from a phone, without photos and without cases."""
        self.made += 1
        answers = [self._answer(item) for item in checklist.items]
        failed = any(one.answer == FAIL for one in answers)
        made = Inspection.objects.create(
            client_id=_uuid(f"past-{self.made}"), digest="", source=source, area_code=source.area_id or "",
            checklist=checklist.id, organisation_id=entry.organisation_id if entry else checklist.organisation,
            origin=origin, began_at=began, ended_at=began + timedelta(minutes=25), longitude=source.longitude,
            latitude=source.latitude, distance_m=int(self.random.integers(5, 180)) if source.longitude else None,
            result=Inspection.Result.FAILED if failed else Inspection.Result.PASSED, entry=entry,
            campaign=entry.plan.campaign if entry else None, recorded_at=began + timedelta(minutes=30), synthetic=True,
        )  # fmt: skip
        InspectionItem.objects.bulk_create(
            InspectionItem(inspection=made, item=one.item, order=n, answer=one.answer, value=one.value)
            for n, one in enumerate(answers)
        )
        pair = [people[int(self.random.integers(len(people)))] for _ in range(2)]
        made.inspectors.set(set(pair) if entry is None else entry.people.all() or set(pair))
        if entry is not None:
            PlanEntry.objects.filter(pk=entry.pk).update(state=PlanEntry.State.DONE)
        return made

    def _answer(self, item: ChecklistItem) -> Answer:
        bad = bool(self.random.random() < FAILING / 4)
        if item.answer == "number":
            high = float(item.high or 1)
            value = high * float(self.random.uniform(1.05, 1.8) if bad else self.random.uniform(0.1, 0.9))
            return Answer(item.id, FAIL if bad else OK, f"{value:.2f}")
        if item.answer == "choice":
            chosen = next(one for one in item.choices if one.fails == bad)
            return Answer(item.id, FAIL if bad else OK, chosen.id)
        if not item.must and self.random.random() < 0.1:
            return Answer(item.id, NOT_APPLICABLE)
        return Answer(item.id, FAIL if bad else OK)

    def campaign(self, people: Sequence[Person]) -> int:
        """A trade campaign that is two thirds done."""
        chief = Organisation.objects.filter(pk="environment").first()
        sectors = [one for one in _made_up("enterprise").values_list("attributes__sector", flat=True)[:400] if one]
        if chief is None or not sectors:
            return 0
        sector = max(sorted(set(sectors)), key=sectors.count)
        start = self.day - timedelta(days=40)
        new = NewCampaign(
            "重点行业挥发性有机物专项检查", "voc-trade", "enterprise", chief, start, self.day + timedelta(days=20),
            purpose="原辅材料、密闭、收集、治理设施逐家检查（演示）", sector=sector, synthetic=True,
        )  # fmt: skip
        made = start_campaign(new, by=None, at=beijing_day(start, 10))
        return self._inspect(list(made.plans.get().entries.order_by("pk")), 0.66, "campaign", people, start)

    def _inspect(
        self, entries: Sequence[PlanEntry], share: float, origin: str, people: Sequence[Person], start: date
    ) -> int:
        before = self.made
        days = max(1, (self.day - start).days - 1)
        for entry in entries[: round(len(entries) * share)]:
            day = _working(start + timedelta(days=int(self.random.integers(1, days + 1))))
            began = min(beijing_day(day) + timedelta(hours=10), self.at - timedelta(hours=2))
            self._one(entry.source, rules.checklist(entry.checklist, self.day), began, origin, people, entry)
        return self.made - before

    def draws(self, enforcer: Organisation, people: Sequence[Person]) -> int:
        """One draw that is published and mostly inspected, one whose number is still to come."""
        start = self.day - timedelta(days=20)
        first = NewDraw(
            "上月施工工地双随机抽查", "site-draw", enforcer, 12, start, self.day + timedelta(days=10),
            "双色球（演示期次）", start, synthetic=True,
        )  # fmt: skip
        frozen = freeze(first, by=None, at=beijing_day(start - timedelta(days=5), 9), secret=_digest("secret"))
        run(frozen, "03-07-12-21-28-33-09", by=None, at=beijing_day(start, 10))
        drawn = publish(Draw.objects.get(pk=frozen.pk), by=None, at=beijing_day(start, 11))
        coming = self.day + timedelta(days=4)
        then = NewDraw(
            "本月施工工地双随机抽查", "site-draw", enforcer, 15, coming, coming + timedelta(days=25),
            "双色球（演示期次）", coming, synthetic=True,
        )  # fmt: skip
        freeze(then, by=None, at=self.at - timedelta(hours=3))
        return self._inspect(list(drawn.plan.entries.order_by("pk")), 0.7, "draw", people, start)

    def failing(self, sites: Sequence[Source], by: Person) -> int:
        """Inspections with photos that fail, so that their cases are open."""
        for number, site in enumerate(sites):
            began = self.at - timedelta(hours=4 + number)
            client = _uuid(f"failing-{number}")
            failed = ("covering", "washing")[number % 2]
            for item in ("covering", "washing"):
                content = _picture(f"{number}-{item}")
                sent = PhotoSent(
                    _uuid(f"photo-{number}-{item}"), content, hashlib.sha256(content).hexdigest(), began, item
                )
                add_photo(client, sent, by=by, at=began)
            checklist = rules.checklist("site-six", self.day)
            answers = [Answer(item.id, FAIL if item.id == failed else OK) for item in checklist.items]
            draft = InspectionDraft(
                client, checklist.id, began, began + timedelta(minutes=20), answers, source=site,
                longitude=site.longitude, latitude=site.latitude, origin=Inspection.Origin.PATROL,
                organisation=Organisation.objects.get(pk=ENFORCER), inspectors=[by], synthetic=True,
            )  # fmt: skip
            record_inspection(draft, by=None, at=began + timedelta(minutes=21))
        return len(sites)

    def today(self, sites: Sequence[Source]) -> None:
        """What the demonstration's field accounts have to inspect today, and something that is overdue."""
        for name in FIELD_ACCOUNTS:
            person = Person.objects.filter(username=name, demo=True).first()
            post = person.post if person else None
            if person is None or post is None:
                continue
            ground = post.area or post.organisation.area
            code = ground.code if ground and ground.kind in ("street", "community") else ""
            near = [one for one in sites if (one.area_id or "").startswith(code)] or list(sites)
            new = NewPlan(
                f"工地扬尘巡查（{person.name_zh}）", "site-six", post.organisation, self.day - timedelta(days=10),
                self.day, synthetic=True,
            )  # fmt: skip
            plan = make_plan(new, near[:6], by=None, at=self.at)
            for entry in plan.entries.all():
                entry.people.set([person])
            late = plan.entries.order_by("pk").first()
            PlanEntry.objects.filter(pk=late.pk if late else 0).update(due=self.day - timedelta(days=2))


def _working(day: date) -> date:
    """The day itself, or the last working day before it."""
    while not case_rules().calendar.is_working_day(day):
        day -= timedelta(days=1)
    return day


def _digest(name: str) -> bytes:
    return hashlib.sha256(f"{SEED}-{name}".encode()).digest()


def _uuid(name: str) -> UUID:
    return UUID(bytes=_digest(name)[:16])


def _picture(name: str) -> bytes:
    """A grey picture with a band of its own: nobody takes it for a real one."""
    shade = _digest(name)[0] // 3 + 90
    image = Image.new("RGB", (320, 200), (shade, shade, shade))
    image.paste((shade - 40, shade - 40, shade - 40), (0, 120, 320, 200))
    content = io.BytesIO()
    image.save(content, "JPEG", quality=70)
    return content.getvalue()
