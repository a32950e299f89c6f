"""A street with a site, a plan and a case, for the tests of the patrol phone."""

import hashlib
import io
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client
from PIL import Image, ImageDraw

from lantian.apps.accounts.models import Person, Post
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.cases.models import Case, CaseThread
from lantian.apps.cases.services import NewCase, open_case
from lantian.apps.inspections.models import Inspection, Plan, PlanEntry
from lantian.apps.inspections.services import Answer, InspectionDraft, PhotoSent, add_photo, record_inspection
from lantian.apps.ledger.models import Source
from lantian.kernel.instants import day_of
from lantian.policy.reader import load_pack

PACK = "cn-110105-2018"
OFFICE = "urban-enforcement"
HOUR = timedelta(hours=1)


def picture(shade: int, width: int = 320, height: int = 240) -> bytes:
    """Return a JPEG of a heap of earth; another shade is another photo."""
    drawn = Image.new("RGB", (width, height), (176, 190, 200))
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((0, height * 0.6, width, height), fill=(shade, 120, 90))
    pen.polygon(
        ((0, height * 0.7), (width * 0.4, height * 0.3), (width, height * 0.8), (0, height)),
        fill=(shade, 150, 120),
    )
    content = io.BytesIO()
    drawn.save(content, "JPEG", quality=90)
    return content.getvalue()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass
class Scene:
    """What the tests talk about."""

    person: Person
    colleague: Person
    site: Source
    entry: PlanEntry
    case: Case
    now: datetime


def make_scene(now: datetime | None = None) -> Scene:
    """Make the street: an officer and a colleague, two sites, a plan for today, a case to verify, and a past check."""
    now = now or datetime.now(UTC)
    sync_pack(load_pack(PACK), at=now)
    person = _officer("enforcement", "网格长乙", "Grid Head B")
    colleague = _officer("colleague", "执法员丙", "Officer C")
    site = _source("GD-0187", "金泰里二期工地", 116.5012, 39.9011, now)
    other = _source("GD-0042", "翠城安置房工地", 116.5431, 39.8702, now)
    plan = Plan.objects.create(
        slug="today", sort="list", title="本周工地巡查", checklist="site-six", organisation_id=OFFICE,
        start=day_of(now), due=day_of(now), created_at=now,
    )  # fmt: skip
    entries = [
        PlanEntry.objects.create(
            plan=plan, source=source, checklist="site-six", organisation_id=OFFICE, window_start=day_of(now),
            due=day_of(now),
        )
        for source in (site, other)
    ]  # fmt: skip
    case = open_case(
        NewCase(
            "dust-violation", "金泰里二期工地 · 扬尘超标", now - 3 * HOUR, origin="lead", source=site,
            facts="PM10 小时均值超标，疑似土方未湿法作业。",
        ),
        by=None, at=now - 3 * HOUR,
    )  # fmt: skip
    _past(site, colleague, now - timedelta(days=9))
    CaseThread.objects.exclude(case=case).update(ended_at=now - timedelta(days=2))
    return Scene(person, colleague, site, entries[0], case, now)


def _officer(username: str, zh: str, en: str) -> Person:
    made = Person.objects.create_person(username, None, name_zh=zh, name_en=en)
    Post.objects.create(person=made, role="enforcement", organisation_id=OFFICE)
    return made


def _source(code: str, name: str, longitude: float, latitude: float, now: datetime) -> Source:
    return Source.objects.create(
        kind="construction-site", code=code, name=name, state="working", area_id="110105020", longitude=longitude,
        latitude=latitude, address="垡头街道", created_at=now, changed_at=now,
        attributes={"builder": "某建设集团有限公司"},
    )  # fmt: skip


def _past(site: Source, by: Person, at: datetime) -> Inspection:
    client = uuid.uuid4()
    content = picture(100)
    for item in ("covering", "washing", "fencing"):
        add_photo(client, PhotoSent(uuid.uuid4(), content, sha256(content), at, item), by=by, at=at)
    answers = [Answer(item, "ok") for item in ("covering", "wet-work", "hardening", "washing", "sealed-trucks")]
    answers += [Answer("fencing", "fail", note="北侧缺口 3 m"), Answer("monitor", "na")]
    draft = InspectionDraft(client, "site-six", at, at + HOUR / 4, answers, site, origin="patrol")
    return record_inspection(draft, by=by, at=at + HOUR)


@dataclass
class Phone:
    """A phone as the server sees it: what the page sends, without the page."""

    client: Client
    scene: Scene

    @classmethod
    def of(cls, scene: Scene, person: Person | None = None) -> "Phone":
        """Sign in."""
        client = Client()
        client.force_login(person or scene.person)
        return cls(client, scene)

    def day(self) -> dict[str, Any]:
        """Take the day along."""
        return dict(self.client.get("/patrol/day.json").json())

    def photo(self, inspection: str, content: bytes, item: str = "", **changed: Any) -> Any:
        """Send a photo of an inspection."""
        return self._bytes("/patrol/photos/", content, inspection=inspection, item=item, **changed)

    def evidence(self, content: bytes, **changed: Any) -> Any:
        """Send a photo for the first step of the case."""
        return self._bytes("/patrol/evidence/", content, case=self.scene.case.slug, thread=1, **changed)

    def _bytes(self, path: str, content: bytes, **changed: Any) -> Any:
        fields = {
            "id": str(uuid.uuid4()), "sha256": sha256(content), "size": len(content), "longitude": 116.5013,
            "taken_at": self.scene.now.isoformat(), "latitude": 39.9012, "accuracy_m": 8, **changed,
        }  # fmt: skip
        query = "&".join(f"{name}={str(value).replace('+', '%2B')}" for name, value in fields.items())
        return self.client.post(f"{path}?{query}", content, content_type="image/jpeg")

    def send(self, path: str, body: dict[str, Any]) -> Any:
        """Send a checklist or a step."""
        return self.client.post(path, json.dumps(body), content_type="application/json")

    def checklist(self, photos: list[str], number: str, **changed: Any) -> dict[str, Any]:
        """Return a filled checklist: wet work fails, everything else is in order."""
        day = self.day()
        items = day["checklists"]["site-six"]["items"]
        answers = [{"item": item["id"], "answer": "ok", "value": "", "note": ""} for item in items]
        next(one for one in answers if one["item"] == "wet-work").update(answer="fail", note="雾炮未开启")
        return {
            "id": number, "plan": self.scene.entry.pk, "kind": "construction-site", "code": "GD-0187", "place": "",
            "checklist": "site-six", "edition": day["checklists"]["site-six"]["edition"],
            "begun_at": (self.scene.now - HOUR).isoformat(), "finished_at": self.scene.now.isoformat(),
            "position": {"longitude": 116.5013, "latitude": 39.9012, "accuracy_m": 8}, "note": "", "no_entry": False,
            "answers": answers, "photos": photos, **changed,
        }  # fmt: skip

    def filled(self, **changed: Any) -> dict[str, Any]:
        """Send the photos that the checklist asks for, and return the checklist, not sent yet."""
        number = str(uuid.uuid4())
        photos = []
        for shade, item in ((80, "covering"), (90, "wet-work"), (100, "washing")):
            answer = self.photo(number, picture(shade), item)
            assert answer.status_code == 200, answer.content
            photos.append(json.loads(answer.content)["id"])
        return self.checklist(photos, number, **changed)

    def step(self, **changed: Any) -> dict[str, Any]:
        """Return the verification of the case."""
        return {
            "id": str(uuid.uuid4()), "case": self.scene.case.slug, "thread": 1, "outcome": "violation",
            "reason": "裸土未覆盖，雾炮未开", "place": "东门", "known_at": datetime.now(UTC).isoformat(),
            "position": {"longitude": 116.5013, "latitude": 39.9012, "accuracy_m": 8},
            "finished_at": self.scene.now.isoformat(), **changed,
        }  # fmt: skip
