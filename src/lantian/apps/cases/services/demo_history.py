"""Past cases of a demonstration (演示案件): months of leads, calls and orders of correction, done in time or not.

They run by the pack's own tables and clocks, in memory, and tell nobody of what happened months ago; then they are
stored in bulk as the services would have: numbers of a year without gaps, one line of history for each act, and the
escalations that the worker would have told. All follow from a seed and are marked synthetic.
"""

import hashlib
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from PIL import Image

from lantian.apps.accounts.models import Area, Organisation, Person, Post, Role
from lantian.apps.audit.services import record
from lantian.apps.cases.models import Case, CaseCounter, CaseStep, CaseThread, Evidence
from lantian.apps.cases.rules import rules
from lantian.apps.cases.services.demo_words import CALL, CALLED, LEAD, ORDER, SENDERS, TITLES, WAYS, WORD
from lantian.apps.cases.services.evidence import FOLDER
from lantian.apps.cases.services.opening import about
from lantian.apps.cases.services.state import set_row
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.attachments import write_file
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING, beijing_day, day_of
from lantian.kernel.periods import Period
from lantian.policy.records_case import SENDER, STREET, CaseTypeRecord
from lantian.workflow.cases import CaseState, Engine, Thread, escalated

SEED = 20190301
MONTHS = 7
"""Months with cases, this one among them: two whole quarters before it can be compared."""
RATE = 3.4
"""Cases of a street and month that are opened from outside; what they lead to comes on top."""


@transaction.atomic
def fill_history(*, at: datetime) -> int:
    """Fill the past months; returns how many cases, 0 where such were filled before or there is nothing to draw on."""
    if Case.objects.filter(type__in=TITLES, synthetic=True).exists():
        return 0
    maker = _Maker(at)
    files = maker.run() if maker.sites and maker.offices and maker.senders and maker.called else []
    if files:
        _store(files, at)
    return len(files)


@dataclass
class _Line:
    """A line of the history to be written. holder: whose officer writes it; photo: whether one stands with it."""

    kind: str
    at: datetime
    cite: Text
    detail: dict[str, Any]
    holder: str = ""
    thread: int = 0
    step: str = ""
    outcome: str = ""
    reason: str = ""
    level: int | None = None
    photo: bool = False


@dataclass
class _File:
    """A case that ran its course in memory. parent: the one it grew out of."""

    case: Case
    record: CaseTypeRecord
    parent: "_File | None" = None
    state: CaseState | None = None
    outcomes: dict[int, str] = field(default_factory=dict)
    lines: list[_Line] = field(default_factory=list)

    @property
    def engine(self) -> Engine:
        return rules().engine(self.record)


class _Maker:
    """Opens cases and takes their steps, all from one stream of random numbers."""

    def __init__(self, at: datetime) -> None:
        self.at, self.random = at, np.random.default_rng(SEED)
        areas = Area.objects.of_kind("street").values_list("code", flat=True)
        held = Organisation.objects.filter(area__in=areas).exclude(kind="enterprise").order_by("-code")
        self.offices = {str(area): code for area, code in held.values_list("area", "code")}
        known = set(Organisation.objects.filter(pk__in={*SENDERS, *CALLED}).values_list("pk", flat=True))
        self.senders = [one for one in SENDERS if one in known]
        self.called = [one for one in CALLED if one in known]
        self.sites: dict[str, list[Source]] = defaultdict(list)
        sites = Source.objects.of_kind("construction-site").filter(synthetic=True, area__isnull=False)
        for site in sites.order_by("code"):
            self.sites[str(site.area_id)[:9]].append(site)
        self.names = dict(Area.objects.of_kind("street").values_list("code", "name_zh"))
        self.habits = {code: -0.55 * float(self.random.random()) ** 8 for code in sorted(self.offices)}
        self.diligence = {code: float(self.random.uniform(0.9, 0.99)) for code in self.called}
        self.ladder = [one.escalation() for one in rules().escalations(day_of(at))]

    def run(self) -> list[_File]:
        """Open the cases of all months and let each go on up to now; those they lead to follow them."""
        files = sorted(self._opened(), key=lambda one: one.case.opened_at)
        for one in files:
            self._goes_on(one)
            files += self._led_to(one)  # the list grows while it is gone through: orders run as well
        return files

    # --- opening

    def _opened(self) -> Iterator[_File]:
        month = Period.containing("month", day_of(self.at))
        for _ in range(MONTHS):
            for street in sorted(self.offices):
                for _ in range(int(self.random.poisson(RATE))):
                    moment = self._moment(month)
                    if moment < self.at - timedelta(hours=1):
                        yield self._new(street, moment)
            month = month.previous

    def _moment(self, month: Period) -> datetime:
        """Some working hour of a month."""
        day = month.first + timedelta(days=int(self.random.integers((month.last - month.first).days + 1)))
        while not rules().calendar.is_working_day(day):
            day += timedelta(days=1)
        return beijing_day(day) + timedelta(minutes=int(self.random.integers(9 * 60, 17 * 60)))

    def _new(self, street: str, at: datetime) -> _File:
        sites = self.sites[street]
        kind = str(self.random.choice([LEAD, LEAD, CALL, ORDER])) if sites else CALL
        site = sites[int(self.random.integers(len(sites)))] if kind != CALL else None
        titles = TITLES[kind]
        title = titles[int(self.random.integers(len(titles)))]
        place = site.name if site else f"{self.names[street]}{WORD}"
        sender = self.senders[int(self.random.integers(len(self.senders)))] if kind == LEAD else None
        named = [self.called[int(self.random.integers(len(self.called)))]] if kind == CALL else []
        origin = {LEAD: Case.Origin.LEAD, CALL: Case.Origin.CALL}.get(kind, Case.Origin.OWN)
        case = Case(
            type=kind, title=title.format(place=place), origin=origin, source=site, sender_id=sender,
            area_code=str(site.area_id) if site else street, happened_at=at - timedelta(hours=2), opened_at=at,
            synthetic=True,
        )  # fmt: skip
        return self._begun(case, named, None)

    def _begun(self, case: Case, named: Sequence[str], parent: _File | None) -> _File:
        kind = rules().type(case.type, day_of(case.happened_at))
        parties = {party: [code] for party, code in kind.parties.items()}
        parties |= {STREET: [self.offices[case.area_code[:9]]]}
        parties |= {SENDER: [case.sender_id]} if case.sender_id else {}
        parties |= {kind.named: list(named)} if kind.named else {}
        case.parties = parties
        about(case, kind)
        file = _File(case, kind, parent)
        file.state = file.engine.open({party: tuple(codes) for party, codes in parties.items()}, case.opened_at)
        detail = {"origin": case.origin, "sender": case.sender_id or "", "parties": parties}
        file.lines.append(_Line("opened", case.opened_at, kind.citation, detail, case.sender_id or ""))
        return file

    def _led_to(self, file: _File) -> list[_File]:
        """Open what the outcomes of a case open, as its own services do."""
        found = []
        case = file.case
        for line in file.lines:
            if line.kind == "taken":
                chosen = file.record.outcome(line.step, line.outcome)
                for name in chosen.opens:
                    new = Case(
                        type=name, title=case.title, origin=Case.Origin.CASE, source=case.source,
                        sender_id=case.sender_id, area_code=case.area_code, category=chosen.category,
                        happened_at=case.happened_at, opened_at=line.at, synthetic=True,
                    )  # fmt: skip
                    new.facts = f"{file.record.step(line.step).zh}：{chosen.zh}。{line.reason}"
                    found.append(self._begun(new, (), file))
        return found

    # --- going on

    def _goes_on(self, file: _File) -> None:
        planned: dict[int, datetime] = {}
        last = file.case.opened_at
        while file.state is not None and file.state.threads:
            for thread in file.state.threads:
                planned.setdefault(thread.number, self._when(file, thread))
            ready = [one for one in file.state.threads if _may_begin(file, one)]
            thread = min(ready, key=lambda one: planned[one.number])
            moment = max(planned[thread.number], last + timedelta(minutes=20))
            self._told(file, min(moment, self.at))
            if moment >= self.at:
                return
            self._take(file, thread.number, moment)
            last = moment

    def _when(self, file: _File, thread: Thread) -> datetime:
        """Return when a step will be taken: as its street's and its holder's habits have it, in time or late."""
        ends = file.engine.due(thread, thread.since)
        assert ends is not None
        habit = self.habits[file.case.area_code[:9]] + self.diligence.get(thread.holder, 0.97)
        if self.random.random() < habit:
            found = thread.since + float(self.random.uniform(0.15, 0.9)) * (ends - thread.since)
            return _by_day(found, thread.since, ends)
        hours = 80 + 60 * self.random.random() if self.random.random() < 0.015 else self.random.exponential(12)
        return _next_morning(ends + timedelta(hours=1 + min(float(hours), 140)))

    def _told(self, file: _File, moment: datetime) -> None:
        """Tell the levels that were reached by a moment, each at its own."""
        assert file.state is not None
        file.state, told = escalated(file.engine, file.state, tuple(self.ladder), moment)
        for thread, level in told:
            ends = file.engine.due(thread, moment)
            assert ends is not None
            cited = next(one.citation for one in rules().escalations(day_of(self.at)) if one.level == level.level)
            detail = {"to": thread.holder if level.to == "holder" else level.to}
            at = ends + level.after + timedelta(minutes=1)
            file.lines.append(
                _Line("escalated", at, cited, detail, thread=thread.number, step=thread.step, level=level.level)
            )

    def _take(self, file: _File, number: int, at: datetime) -> None:
        assert file.state is not None
        thread = next(one for one in file.state.threads if one.number == number)
        ways = WAYS[f"{file.case.type}:{thread.step}"]
        shares = [share for _, share, _ in ways]
        outcome, _, reason = ways[int(self.random.choice(len(ways), p=shares))]
        step, chosen = file.record.step(thread.step), file.record.outcome(thread.step, outcome)
        photo = "photo" in chosen.needs
        holders = {party: tuple(codes) for party, codes in file.case.parties.items()}
        file.state, _ = file.engine.take(
            file.state, number, outcome, holders, at, frozenset({"photo"} if photo else ())
        )
        file.outcomes[number] = outcome
        file.case.finding = chosen.finding or file.case.finding
        cite = file.record.citation_of(step)
        told = [code for party in chosen.tells for code in file.case.parties.get(party, [])]
        detail = {"evidence": [], "tells": list(dict.fromkeys(told)), "findings": []}
        file.lines.append(
            _Line("taken", at, cite, detail, thread.holder, number, step.id, outcome, f"{reason}{WORD}", photo=photo)
        )


def _may_begin(file: _File, thread: Thread) -> bool:
    """Tell whether the steps that a thread waits for are done."""
    assert file.state is not None
    waits = file.engine.table.steps[thread.step].after
    return not waits & {one.step for one in file.state.threads if one is not thread}


def _next_morning(moment: datetime) -> datetime:
    """Move a moment outside of working hours to the morning after it."""
    local = moment.astimezone(BEIJING)
    if 9 <= local.hour < 18:
        return local
    return (local if local.hour < 9 else local + timedelta(days=1)).replace(hour=9, minute=local.minute)


def _by_day(moment: datetime, since: datetime, ends: datetime) -> datetime:
    """Move a moment of the night into the working day beside it, where that lies between the two ends."""
    local = moment.astimezone(BEIJING)
    morning = local.replace(hour=9, minute=local.minute)
    evening = local.replace(hour=17, minute=local.minute)
    wanted = local if 9 <= local.hour < 18 else morning if local.hour < 9 else evening
    return wanted if since + timedelta(minutes=10) < wanted < ends else moment


# --- storing


def _store(files: Sequence[_File], at: datetime) -> None:
    """Store all with their numbers, threads, photos and lines; one entry of the audit log covers them."""
    detail = {"cases": len(files), "months": MONTHS, "seed": SEED}
    entry = record("case.demo-filled", subject=None, actor=None, at=at, detail=detail)
    people = _officers({line.holder for file in files for line in file.lines if line.holder})
    _number(files)
    for generation in (False, True):
        some = [one for one in files if (one.parent is not None) == generation]
        for one in some:
            _close(one, people)
        _stored([one.case for one in some])
    CaseThread.objects.bulk_create([row for one in files for row in _threads(one, at)], batch_size=300)
    photos = _photos(files, people)
    rows = (_row(one, line, people, photos, entry.hash) for one in files for line in one.lines)
    CaseStep.objects.bulk_create(sorted(rows, key=lambda row: row.at), batch_size=300)


def _stored(cases: Sequence[Case]) -> None:
    """Store cases; older SQLite does not say which keys it gave."""
    Case.objects.bulk_create(cases, batch_size=200)
    if any(one.pk is None for one in cases):
        keys = dict(Case.objects.filter(type__in=TITLES, synthetic=True).values_list("number", "pk"))
        for one in cases:
            one.pk, one._state.adding = keys[one.number], False


def _number(files: Sequence[_File]) -> None:
    """Give each the next number of its type and year, in the order of opening."""
    serials: dict[tuple[str, int], int] = {}
    for one in sorted(files, key=lambda file: file.case.opened_at):
        case = one.case
        year = case.opened_at.astimezone(BEIJING).year
        key = (case.type, year)
        if key not in serials:
            serials[key] = CaseCounter.objects.get_or_create(type=case.type, year=year)[0].last
        serials[key] += 1
        case.year, case.serial = year, serials[key]
        case.number, case.slug = f"{one.record.word}〔{year}〕{case.serial}号", f"{case.type}-{year}-{case.serial}"
    for (kind, year), last in serials.items():
        CaseCounter.objects.filter(type=kind, year=year).update(last=last)


def _close(file: _File, people: Mapping[str, Person]) -> None:
    """Set what a case is at the end of its course."""
    case, state = file.case, file.state
    assert state is not None
    case.closed_at = state.closed_at
    case.version = 1 + sum(line.kind == "taken" for line in file.lines)
    case.opened_by = people.get(file.lines[0].holder)
    if file.parent is not None:
        case.parent = file.parent.case
        case.facts = f"{file.parent.case.number} {case.facts}"
    file.lines[0].reason = case.facts


def _threads(file: _File, at: datetime) -> Iterator[CaseThread]:
    assert file.state is not None
    for thread in sorted((*file.state.ended, *file.state.threads), key=lambda one: one.number):
        ended = thread.clock.ended if thread.clock else None
        row = CaseThread(case=file.case, number=thread.number, ended_at=ended)
        row.outcome = file.outcomes.get(thread.number, "")
        set_row(row, thread, file.engine, ended or at)
        yield row


Photos = Mapping[tuple[int, int], int]
"""Keys of photos by case and thread."""


def _photos(files: Sequence[_File], people: Mapping[str, Person]) -> Photos:
    """Store the photos that steps needed: one grey picture under its hash, as nobody took it."""
    content = io.BytesIO()
    Image.new("RGB", (320, 200), (128, 134, 140)).save(content, "JPEG", quality=70)
    picture = content.getvalue()
    digest = hashlib.sha256(picture).hexdigest()
    path = f"{FOLDER}/{digest[:2]}/{digest}.jpg"
    write_file(Path(settings.DATA_DIR) / path, picture)
    made = [
        Evidence(
            case=one.case, kind=Evidence.Kind.PHOTO, step=line.step, thread=line.thread,
            at=line.at - timedelta(minutes=5), by=people.get(line.holder), name="现场照片.jpg", note="模拟图片",
            path=path, media_type="image/jpeg", size=len(picture), sha256=digest,
        )
        for one in files for line in one.lines if line.photo
    ]  # fmt: skip
    Evidence.objects.bulk_create(made, batch_size=300)
    kept = Evidence.objects.filter(case__synthetic=True, case__type__in=TITLES)
    return {(case, thread): pk for pk, case, thread in kept.values_list("pk", "case", "thread")}


def _row(file: _File, line: _Line, people: Mapping[str, Person], photos: Photos, digest: str) -> CaseStep:
    if line.photo:
        line.detail["evidence"] = [photos[file.case.pk, line.thread]]
    return CaseStep(
        case=file.case, kind=line.kind, at=line.at, by=people.get(line.holder), thread=line.thread, step=line.step,
        outcome=line.outcome, level=line.level, reason=line.reason, citation_zh=line.cite.zh, citation_en=line.cite.en,
        detail=line.detail, hash=digest,
    )  # fmt: skip


def _officers(codes: set[str]) -> dict[str, Person]:
    """Return somebody of each organisation: who is there, else a made-up officer with whose name nobody signs in."""
    posts = Post.objects.filter(organisation__in=codes, person__demo=True).exclude(role=Role.VIEWER)
    found = {post.organisation_id: post.person for post in posts.select_related("person").order_by("-pk")}
    for number, code in enumerate(sorted(codes - set(found)), start=1):
        name = f"demo-case-{number}"
        person = Person.objects.create_person(name, None, name_zh=f"经办员{number:02d}", name_en=f"Officer {number}")
        person.demo = True
        person.save(update_fields=["demo"])
        role = Role.STREET if code.startswith("office-") else Role.BUREAU
        Post.objects.create(person=person, role=role, organisation_id=code)
        found[code] = person
    return found
