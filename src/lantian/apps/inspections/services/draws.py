"""Draws (双随机抽取): freeze and publish the lists, draw by the public number, assign, publish the result."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from secrets import token_bytes
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import Q

from lantian.apps.accounts.models import Leave, Organisation, Person, Post, Role
from lantian.apps.accounts.models.places import standing
from lantian.apps.audit.services import record
from lantian.apps.inspections import rules
from lantian.apps.inspections.models import Draw, Inspection, Plan, PlanEntry, Recusal
from lantian.apps.inspections.selectors.burden import capped
from lantian.apps.inspections.services.errors import InspectionError
from lantian.apps.inspections.services.notices import tell_drawn
from lantian.apps.inspections.services.plans import meant
from lantian.apps.ledger.conditions import as_filter
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.models.sources import SourceQuerySet
from lantian.kernel.errors import Text
from lantian.kernel.instants import beijing_day, day_of
from lantian.policy.records_inspection import DrawRuleRecord
from lantian.workflow import draws as pure

SEPARATOR = b"\x1f"
ANYBODY = "all"
"""The one class of the inspectors: each is drawn alike."""


@dataclass(frozen=True)
class NewDraw:
    """A draw as it is asked for. take: how many entries. areas: codes of streets, none is the whole district.

    beacon: which public number gives the seed, such as an issue of a lottery; beacon_day: the day on which it appears.
    """

    title: str
    rule: str
    organisation: Organisation
    take: int
    start: date
    due: date
    beacon: str
    beacon_day: date
    areas: Sequence[str] = ()
    synthetic: bool = False


def source_id(source: Source) -> str:
    """Return an entry's id in lists that are published."""
    return f"{source.kind}/{source.code}"


def person_id(key: int) -> str:
    """Return an inspector's id in lists that are published: no name."""
    return f"P{key}"


@transaction.atomic
def freeze(new: NewDraw, *, by: Person | None, at: datetime, secret: bytes = b"") -> Draw:
    """Freeze lists and rule before the number is known; raises InspectionError or DrawError.

    secret: 32 random bytes unless given; a commitment to it is published with the hash of the list.
    """
    rule = _rule_of(new, at)
    listed, out = _listed(rule, new)
    people, away = _people(new, rule)
    subjects = [pure.Subject(source_id(one), band) for one, band in listed]
    pure_rule = _pure_rule(rule, new.take)
    frozen = pure.list_hash(subjects, pure_rule)
    barred = _barred([one for one, _ in listed], people, new.start)
    secret = secret or token_bytes(32)
    plan = Plan.objects.create(
        slug=f"{new.start:%Y%m}-{frozen[:6]}", sort=Plan.Sort.DRAW, title=new.title.strip()[:120],
        checklist=rule.checklist, organisation=new.organisation, start=new.start, due=new.due, created_at=at,
        created_by=by, synthetic=new.synthetic,
    )  # fmt: skip
    ids = [person_id(one.pk) for one in people]
    draw = Draw.objects.create(
        plan=plan, rule=rule.id, take=new.take, inspectors=rule.inspectors, beacon=new.beacon.strip()[:300],
        beacon_day=new.beacon_day, file=_file(subjects, pure_rule), people=ids, barred=barred,
        left_out={"capped": out, "away": away}, list_hash=frozen, people_hash=people_hash(ids, barred, rule.inspectors),
        commitment=pure.commitment(secret, frozen), secret=signing.dumps(secret.hex(), salt="draw"), frozen_at=at,
        frozen_by=by,
    )  # fmt: skip
    detail = {"list": frozen, "people": draw.people_hash, "commitment": draw.commitment, "beacon": draw.beacon}
    record("draw.frozen", subject=draw, actor=by, at=at, detail=detail)
    return draw


def _rule_of(new: NewDraw, at: datetime) -> DrawRuleRecord:
    rule = rules.draw_rules(new.start).get(new.rule)
    if rule is None:
        raise InspectionError(Text(f"没有抽取规则“{new.rule}”。", f"There is no rule {new.rule!r} for draws."))
    if not new.title.strip() or not new.beacon.strip():
        raise InspectionError(Text("请写明名称和公开随机数。", "Name the draw and its public number."))
    if new.beacon_day <= day_of(at):
        raise InspectionError(
            Text("公开随机数须在冻结之后的日子公布。", "The public number must appear on a day after the freezing.")
        )
    if not new.beacon_day <= new.start <= new.due:
        raise InspectionError(
            Text("检查不得早于随机数公布日，止于不得早于开始。", "Inspections start after the number, and end later.")
        )
    return rule


def _pure_rule(rule: DrawRuleRecord, take: int) -> pure.Rule:
    weights = {one.id: Fraction(one.weight) for one in rule.risks}
    return pure.Rule(weights, take, {one.id: one.least for one in rule.risks if one.least}, rule.id)


def _listed(rule: DrawRuleRecord, new: NewDraw) -> tuple[list[tuple[Source, str]], list[str]]:
    """The entries with their class of risk, and the ids of those that the cap of visits keeps out."""
    listed: list[tuple[Source, str]] = []
    out: list[str] = []
    for kind in rule.kinds:
        found = meant(kind, new.areas).order_by("code")
        full, classes = capped(kind, new.start), _classes(found, rule, new.start)
        for source in found:
            if source.pk in full:
                out.append(source_id(source))
            else:
                listed.append((source, classes[source.pk]))
    if not listed:
        raise InspectionError(Text("没有可抽取的对象。", "There is nothing to draw from."))
    return listed, out


def _classes(found: SourceQuerySet, rule: DrawRuleRecord, day: date) -> dict[int, str]:
    classes: dict[int, str] = {}
    for risk in reversed(rule.risks):  # the first that holds counts, so it is written last
        condition = as_filter(risk.when)
        if risk.after_fail_days is not None:
            since = beijing_day(day - timedelta(days=risk.after_fail_days))
            failed = Inspection.objects.failing().filter(began_at__gte=since, source__isnull=False)
            condition &= Q(pk__in=failed.values("source"))
        classes |= dict.fromkeys(found.filter(condition).values_list("pk", flat=True), risk.id)
    return classes


def _people(new: NewDraw, rule: DrawRuleRecord) -> tuple[list[Person], list[str]]:
    """The department's inspectors, and the ids of those who are on leave while the inspections last."""
    posts = Post.objects.filter(
        standing(new.start), organisation=new.organisation, role__in=(Role.ENFORCEMENT, Role.BUREAU)
    )
    everybody = Person.objects.filter(pk__in=posts.values("person"), is_active=True).order_by("pk")
    away = set(Leave.objects.filter(start__lte=new.due, end__gte=new.start).values_list("person", flat=True))
    people = [one for one in everybody if one.pk not in away]
    if len(people) < rule.inspectors:
        raise InspectionError(
            Text(
                f"该单位可抽的检查人员只有 {len(people)} 人，每户须 {rule.inspectors} 人。",
                f"Inspectors who may be drawn there: {len(people)}; needed for each: {rule.inspectors}.",
            )
        )
    return people, [person_id(one.pk) for one in everybody if one.pk in away]


def _barred(sources: Sequence[Source], people: Sequence[Person], day: date) -> dict[str, list[str]]:
    """For each entry the inspectors with a conflict of interest: declared, or with a post at whoever owns it."""
    keys = [one.pk for one in people]
    declared = Recusal.objects.filter(Q(until__isnull=True) | Q(until__gte=day), person__in=keys, since__lte=day)
    pairs: list[tuple[int, int | None, str | None]] = list(declared.values_list("person", "source", "organisation"))
    held = Post.objects.filter(standing(day), person__in=keys, role=Role.ENTERPRISE)
    pairs += [(person, None, organisation) for person, organisation in held.values_list("person", "organisation")]
    found: dict[str, list[str]] = {}
    for source in sources:
        not_these = sorted(
            {
                person
                for person, one, organisation in pairs
                if one == source.pk or (organisation is not None and organisation == source.owner_id)
            }
        )
        if not_these:
            found[source_id(source)] = [person_id(one) for one in not_these]
    return found


def _file(subjects: Sequence[pure.Subject], rule: pure.Rule) -> dict[str, Any]:
    return {
        "rule": {
            "version": rule.version, "take": rule.take, "least": dict(rule.least),
            "weights": {band: str(weight) for band, weight in sorted(rule.weights.items())},
        },
        "subjects": [{"id": one.id, "band": one.band} for one in subjects],
    }  # fmt: skip


def people_hash(people: Sequence[str], barred: Mapping[str, Sequence[str]], each: int) -> str:
    """Return the SHA-256 of the inspectors' list with the conflicts of interest, as JSON without blanks."""
    frozen = {"people": sorted(people), "barred": {one: sorted(not_) for one, not_ in sorted(barred.items())},
              "each": each}  # fmt: skip
    return hashlib.sha256(json.dumps(frozen, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


@transaction.atomic
def run(draw: Draw, number: str, *, by: Person | None, at: datetime) -> Draw:
    """Draw by the public number, and make the plan's entries with their inspectors; raises InspectionError."""
    held = Draw.objects.select_for_update().select_related("plan__organisation").get(pk=draw.pk)
    number = number.strip()
    if held.drawn_at is not None:
        raise InspectionError(Text("已经抽取，不能再抽。", "It was drawn already; there is no second draw."))
    if not number or len(number) > 200:
        raise InspectionError(Text("请照公布的样子填写随机数。", "Give the number as it was published."))
    if day_of(at) < held.beacon_day:
        raise InspectionError(Text("随机数公布日未到。", "The day of the number has not come."))
    secret = bytes.fromhex(signing.loads(held.secret, salt="draw"))
    subjects, rule = frozen_of(held)
    seed = pure.seed_of(secret, number, held.list_hash)
    held.number, held.drawn_at, held.drawn_by = number, at, by
    held.record = pure.record(subjects, rule, seed) | {
        "public_number": number, "beacon": held.beacon, "secret": secret.hex(), "commitment": held.commitment,
    }  # fmt: skip
    held.people_records = {one: _inspectors(held, one, seed) for one in held.record["drawn"]}
    held.save()
    _entries(held)
    detail = {"number": number, "seed": seed.hex(), "drawn": len(held.record["drawn"])}
    record("draw.drawn", subject=held, actor=by, at=at, detail=detail)
    tell_drawn(held.plan, at=at)
    return held


def frozen_of(draw: Draw) -> tuple[list[pure.Subject], pure.Rule]:
    """Return list and rule as they were frozen; raises InspectionError where the stored ones do not fit the hash."""
    given = draw.file["rule"]
    weights = {band: Fraction(text) for band, text in given["weights"].items()}
    rule = pure.Rule(weights, given["take"], given["least"], given["version"])
    subjects = [pure.Subject(one["id"], one["band"]) for one in draw.file["subjects"]]
    same = pure.list_hash(subjects, rule) == draw.list_hash
    if not same or people_hash(draw.people, draw.barred, draw.inspectors) != draw.people_hash:
        raise InspectionError(
            Text("名单与公布的校验值不符，不能抽取。", "The lists do not fit the hashes that were published.")
        )
    return subjects, rule


def _inspectors(draw: Draw, source: str, seed: bytes) -> dict[str, Any]:
    """Draw the inspectors of one entry: those without a conflict, by a seed of its own."""
    barred = set(draw.barred.get(source, ()))
    free = [pure.Subject(one, ANYBODY) for one in draw.people if one not in barred]
    if not free:
        raise InspectionError(Text(f"{source} 的检查人员均须回避。", f"All inspectors are barred from {source}."))
    rule = pure.Rule({ANYBODY: Fraction(1)}, draw.inspectors, {}, f"{draw.rule}-inspectors")
    return pure.record(free, rule, hashlib.sha256(seed + SEPARATOR + source.encode()).digest())


def _entries(draw: Draw) -> None:
    plan = draw.plan
    for one in draw.record["drawn"]:
        kind, _, code = one.partition("/")
        entry = PlanEntry.objects.create(
            plan=plan, source=Source.objects.get(kind=kind, code=code), checklist=plan.checklist,
            organisation=plan.organisation, window_start=plan.start, due=plan.due,
        )  # fmt: skip
        entry.people.set([int(person[1:]) for person in draw.people_records[one]["drawn"]])


@transaction.atomic
def publish(draw: Draw, *, by: Person | None, at: datetime) -> Draw:
    """Put the result on the public page; it is not taken back."""
    held = Draw.objects.select_for_update().get(pk=draw.pk)
    if held.drawn_at is None or held.published_at is not None:
        raise InspectionError(Text("尚未抽取，或结果已公开。", "It is not drawn yet, or published already."))
    held.published_at = at
    held.save(update_fields=["published_at"])
    record("draw.published", subject=held, actor=by, at=at)
    return held
