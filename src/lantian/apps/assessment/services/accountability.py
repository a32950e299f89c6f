"""Notices of accountability (问责文书): drafted when a level is reached, decided by a person, sent, acknowledged.

Nobody is held to account by the machine: it drafts, once for each body, period and level, which the record store
enforces; a person of a deciding office decides, another act sends, and the bytes that were sent stay.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from lantian.apps.accounts.models import Organisation, Person, Post
from lantian.apps.accounts.scope import scope_of
from lantian.apps.assessment.models import AccountabilityNotice, CountedProblem
from lantian.apps.assessment.rectifying import RectificationError, acts_for, counting_rules, ladder
from lantian.apps.assessment.rules import pack
from lantian.apps.assessment.services.counting import count_of, recount
from lantian.apps.assessment.services.signed import content_at, next_number, path_of, store
from lantian.apps.audit.services import record
from lantian.apps.notices.selectors.people import people_of
from lantian.apps.notices.services import tell
from lantian.apps.ui.official.document import Block, Official, Paragraph, Table, chinese_day
from lantian.apps.ui.official.docx import to_docx
from lantian.apps.ui.official.pdf import to_pdf
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.kernel.periods import Period
from lantian.policy.records_accountability import AccountabilityLadder, AccountabilityLevel
from lantian.policy.records_document import filled

FOLDER = "accountability"
NAMED = ("deputy", "chief")
"""Levels that name a person."""
COLUMNS, SHORT = ("序号", "问题", "计入情形", "计入日期", "案号"), (0, 3, 4)
"""Of the list of problems in a notice; those that are never parted on a page."""
BLANK = "＿＿＿＿"
"""Stands in a draft where nobody is named yet."""
State = AccountabilityNotice.State


@transaction.atomic
def sweep(now: datetime, *, again: str = "") -> int:
    """Count anew, and draft the notices of levels that are reached; return how many were drafted.

    again: a body whose notices are drafted again where a person dropped them.
    """
    recount(now)
    rules = ladder(day_of(now))
    present = Period.containing(rules.span, day_of(now))
    return sum(_drafted(rules, period, now, again) for period in (present.previous, present))


@transaction.atomic
def draft_again(body: Organisation, *, by: Person, at: datetime) -> int:
    """Count anew at somebody's request, and draft a body's notices again where a person dropped them."""
    _refuse_others(by, ladder(day_of(at)), at)
    record("accountability.asked-again", subject=body, actor=by, at=at, detail={"body": body.pk})
    return sweep(at, again=body.pk)


def _drafted(rules: AccountabilityLadder, period: Period, now: datetime, again: str) -> int:
    counting = CountedProblem.objects.counting().filter(at__gte=period.start, at__lt=period.end)
    counts: dict[str, int] = {}
    last: dict[str, datetime] = {}
    for body, counted_at in counting.order_by("counted_at").values_list("body", "counted_at"):
        counts[body] = counts.get(body, 0) + 1
        last[body] = counted_at
    standing = AccountabilityNotice.objects.standing().filter(kind="level", period=str(period))
    dropped = {one for one in _dropped(period, last) if one[0] != again}
    known = {*standing.values_list("body", "level"), *dropped}
    for row in (
        standing.select_related("body").filter(state__in=[State.DRAFT, State.DECIDED]).select_for_update(of=("self",))
    ):
        if counts.get(row.body_id, 0) < rules.level(row.level).at:
            _cancel(row, "问题数已不足该级别", None, now)
        elif row.state == State.DRAFT:
            _name_anew(row, rules.level(row.level), now)
    made = 0
    for body, count in sorted(counts.items()):
        for level in rules.ladder().reached(count):
            if (body, level.id) not in known:
                _draft(rules, rules.level(level.id), Organisation.objects.get(pk=body), period, count, now)
                made += 1
    return made


def _dropped(period: Period, last: Mapping[str, datetime]) -> set[tuple[str, str]]:
    """Levels that a person dropped, until a further problem counts: nobody is asked twice about the same facts.

    last: when the latest of the problems that count began to, by body.
    """
    rows = AccountabilityNotice.objects.filter(kind="level", period=str(period), cancelled_by__isnull=False)
    return {
        (body, level)
        for body, level, dropped_at in rows.values_list("body", "level", "cancelled_at")
        if dropped_at and body in last and last[body] <= dropped_at
    }


def _draft(
    rules: AccountabilityLadder, level: AccountabilityLevel, body: Organisation, period: Period, count: int,
    now: datetime,
) -> AccountabilityNotice:  # fmt: skip
    name, title = _named(body, level, now)
    receiver = rules.transfer.receiver if level.addressee == "discipline" else body.pk
    made = AccountabilityNotice.objects.create(
        kind="level", body=body, receiver_id=receiver, period=str(period), level=level.id, count=count,
        addressee=name, addressee_title=title, drafted_at=now,
    )  # fmt: skip
    _note("drafted", made, now, None)
    context = {"body": _name(body), "level": level.label(), "count": count}
    key = f"accountability:{made.pk}:drafted"
    tell(people_of(rules.deciders, now), "accountability-drafted", context, link=page_of(made), key=key, at=now)
    return made


def _name_anew(row: AccountabilityNotice, level: AccountabilityLevel, now: datetime) -> None:
    """Name in a draft whoever has the post now, or nobody; what a person wrote stands."""
    named = _named(row.body, level, now)
    if row.drafted_by_id is None and (row.addressee, row.addressee_title) != named:
        row.addressee, row.addressee_title = named
        _stored(row, "named", None, now)


def _named(body: Organisation, level: AccountabilityLevel, now: datetime) -> tuple[str, str]:
    """Return the name and title of whom a level names, blank where the register has nobody."""
    who = head_of(body, level, day_of(now))
    return (who.person.name_zh, who.title) if who else ("", "")


def head_of(body: Organisation, level: AccountabilityLevel, day: date) -> Post | None:
    """Return the post that a level names: the chief is marked as head, the deputy is told by the post's name."""
    if level.addressee not in NAMED:
        return None
    posts = list(Post.objects.held_on(day).filter(organisation=body).select_related("person").order_by("pk"))
    heads = sorted((one for one in posts if one.head), key=lambda one: one.head != "government")
    if level.addressee == "chief" and heads:
        return heads[0]
    others = [one for one in posts if not one.head and any(word in one.title for word in level.titles)]
    deputies = [one for one in others if level.addressee == "deputy" or "副" not in one.title]
    return deputies[0] if deputies else None


@transaction.atomic
def draft_transfer(body: Organisation, grounds: str, *, by: Person, at: datetime) -> AccountabilityNotice:
    """Draft the letter that hands a lead to discipline inspection, on grounds that no number states (article 31)."""
    rules = ladder(day_of(at))
    _refuse_others(by, rules, at)
    if not grounds.strip():
        raise RectificationError(Text("请写明移送理由。", "State the grounds."), "grounds")
    period, said = Period.containing(rules.span, day_of(at)), grounds.strip()[:1000]
    waiting = AccountabilityNotice.objects.filter(kind="transfer", body=body, state__in=[State.DRAFT, State.DECIDED])
    if waiting.filter(grounds=said).exists():
        raise RectificationError(Text("同一理由的移送函已起草。", "A letter on these grounds was drafted already."))
    made = AccountabilityNotice.objects.create(
        kind="transfer", body=body, receiver_id=rules.transfer.receiver, period=str(period),
        count=count_of(body.pk, period), grounds=said, drafted_at=at, drafted_by=by,
    )  # fmt: skip
    _note("drafted", made, at, by)
    return made


@transaction.atomic
def write(
    notice: AccountabilityNotice, addressee: str, title: str, *, by: Person, at: datetime, version: int | None = None
) -> AccountabilityNotice:
    """Write whom a draft names; it is that person's draft from then on, and the register names nobody in it anew."""
    held = _held(notice, (State.DRAFT,), by, at, version)
    held.drafted_by = by
    held.addressee, held.addressee_title = addressee.strip()[:60], title.strip()[:60]
    return _stored(held, "written", by, at)


@transaction.atomic
def decide(
    notice: AccountabilityNotice, opinion: str, *, by: Person, at: datetime, version: int | None = None,
    named: tuple[str, str] = ("", ""),
) -> AccountabilityNotice:  # fmt: skip
    """Decide that a notice goes out, with the opinion; the count is that of this moment. named: person and title."""
    held = _held(notice, (State.DRAFT,), by, at, version)
    held.addressee = named[0].strip()[:60] or held.addressee
    held.addressee_title = named[1].strip()[:60] or held.addressee_title
    level = level_of(held)
    if level is not None and level.addressee in NAMED and not held.addressee:
        raise RectificationError(Text("请先写明责任人。", "Name the person first."), "addressee")
    if not opinion.strip():
        raise RectificationError(Text("请写明决定意见。", "Write the opinion."), "opinion")
    _count_now(held)
    held.state, held.decided_at, held.decided_by, held.decision = State.DECIDED, at, by, opinion.strip()[:500]
    return _stored(held, "decided", by, at)


def _count_now(held: AccountabilityNotice) -> None:
    """Take the count of this moment, so that a notice says the number of the problems that it lists."""
    held.count = count_of(held.body_id, Period.read(held.period))
    level = level_of(held)
    if level is not None and held.count < level.at:
        raise RectificationError(Text("问题数已不足该级别。", "The number no longer reaches this level."))


@transaction.atomic
def send(notice: AccountabilityNotice, *, by: Person, at: datetime, version: int | None = None) -> AccountabilityNotice:
    """Send what was decided: number, text, bytes and hashes in one transaction, and tell the receiver."""
    held = _held(notice, (State.DECIDED,), by, at, version)
    _count_now(held)
    rules = ladder(day_of(at))
    held.number = next_number(rules.word, day_of(at).year)
    held.body_text = body_of(held, at)
    document = official(held.body_text)
    _, held.docx_sha256 = store(to_docx(document), "docx", FOLDER)
    _, held.pdf_sha256 = store(to_pdf(document), "pdf", FOLDER)
    held.state, held.sent_at, held.sent_by = State.SENT, at, by
    stored = _stored(held, "sent", by, at)
    context = {
        "number": held.number, "title": Text(one_line(held.body_text["title"]), _label(held).en),
        "days": rules.answer_days,
    }  # fmt: skip
    people = people_of([held.receiver_id], at)
    tell(
        people, "accountability-sent", context, link=page_of(held), key=f"accountability:{held.pk}:sent", at=at,
        organisations=[held.receiver_id],
    )  # fmt: skip
    return stored


@transaction.atomic
def acknowledge(notice: AccountabilityNotice, result: str, *, by: Person, at: datetime) -> AccountabilityNotice:
    """Acknowledge what was received; result: what the receiver did, which may be added later."""
    held = AccountabilityNotice.objects.select_for_update().get(pk=notice.pk)
    if held.receiver_id not in scope_of(by).organisations:
        raise RectificationError(Text("只有主送单位可以签收。", "Only the receiver acknowledges."))
    said = result.strip()[:1000]
    if held.state != State.SENT and (held.state != State.ACKNOWLEDGED or said in ("", held.result)):
        raise RectificationError(Text("文书未送达或已签收。", "It was not sent, or is acknowledged already."))
    if held.state == State.SENT:
        held.state, held.acknowledged_at, held.acknowledged_by = State.ACKNOWLEDGED, at, by
    held.result = said or held.result
    return _stored(held, "acknowledged", by, at)


@transaction.atomic
def cancel(
    notice: AccountabilityNotice, why: str, *, by: Person, at: datetime, version: int | None = None
) -> AccountabilityNotice:
    """Cancel a notice, with the reason; one that was sent stays on record with its bytes."""
    held = _held(notice, (State.DRAFT, State.DECIDED, State.SENT, State.ACKNOWLEDGED), by, at, version)
    if not why.strip():
        raise RectificationError(Text("请写明理由。", "Say why."), "why")
    return _cancel(held, why, by, at)


def _cancel(held: AccountabilityNotice, why: str, by: Person | None, at: datetime) -> AccountabilityNotice:
    held.state, held.cancelled_at, held.cancelled_by, held.cancelled_why = State.CANCELLED, at, by, why.strip()[:500]
    stored = _stored(held, "cancelled", by, at)
    if held.sent_at is not None:
        context = {"number": held.number, "reason": held.cancelled_why}
        key = f"accountability:{held.pk}:cancelled"
        tell(people_of([held.receiver_id], at), "accountability-cancelled", context, link=page_of(held), key=key, at=at)
    return stored


def _held(
    notice: AccountabilityNotice, states: tuple[str, ...], by: Person, at: datetime, version: int | None
) -> AccountabilityNotice:
    held = AccountabilityNotice.objects.select_for_update(of=("self",)).select_related("body").get(pk=notice.pk)
    _refuse_others(by, ladder(day_of(at)), at)
    if held.state not in states or (version is not None and held.version != version):
        raise RectificationError(
            Text("文书的状态已变，请刷新后再办。", "The notice has changed meanwhile; reload the page.")
        )
    return held


def _refuse_others(by: Person, rules: AccountabilityLadder, at: datetime) -> None:
    if not acts_for(by, rules.deciders):
        raise RectificationError(Text("只有决定单位可以办理。", "Only the deciding offices do this."))


def _stored(held: AccountabilityNotice, what: str, by: Person | None, at: datetime) -> AccountabilityNotice:
    held.version += 1
    held.save()
    _note(what, held, at, by)
    return held


def _note(what: str, held: AccountabilityNotice, at: datetime, by: Person | None) -> None:
    detail: dict[str, Any] = {
        "body": held.body_id, "level": held.level, "period": held.period, "count": held.count, "state": held.state,
    }  # fmt: skip
    if held.number:
        detail |= {"number": held.number, "docx": held.docx_sha256, "pdf": held.pdf_sha256}
    said = {"drafted": held.grounds, "decided": held.decision, "cancelled": held.cancelled_why}.get(what, "")
    record(f"accountability-notice.{what}", subject=held, actor=by, at=at, detail=detail | {"reason": said})


# wording ---------------------------------------------------------------------------------------------------------


def level_of(notice: AccountabilityNotice) -> AccountabilityLevel | None:
    """Return the level of a notice as the pack has it on the day of its draft; None for a transfer on grounds."""
    return ladder(day_of(notice.drafted_at)).level(notice.level) if notice.level else None


def _label(notice: AccountabilityNotice) -> Text:
    level = level_of(notice)
    return level.label() if level else Text("线索移送", "lead handed over")


def body_of(notice: AccountabilityNotice, now: datetime) -> dict[str, Any]:
    """Return the text of a notice as it would be sent now, part by part."""
    if notice.body_text:
        return dict(notice.body_text)
    rules = ladder(day_of(notice.drafted_at))
    level = level_of(notice)
    words = level or rules.transfer
    rows = _rows(notice, now)
    values = _values(notice, rules, level, now) | {"count": str(len(rows))}
    issuer = Organisation.objects.get(pk=rules.issuer)
    return {
        "issuer": issuer.paper_name, "number": notice.number, "title": filled(words.title, values),
        "to": filled(words.to, values), "day": day_of(now).isoformat(),
        "paragraphs": [filled(one, values) for one in words.text], "rows": rows,
    }  # fmt: skip


def _values(
    notice: AccountabilityNotice, rules: AccountabilityLadder, level: AccountabilityLevel | None, now: datetime
) -> dict[str, str]:
    period = Period.read(notice.period)
    return {
        "body": notice.body.name_zh, "addressee": notice.addressee or BLANK,
        "addressee_title": notice.addressee_title or BLANK,
        "period": f"{period.year}年" if period.span == "year" else str(period), "count": str(notice.count),
        "level": level.zh if level else "", "level_at": str(level.at) if level else "",
        "citation": f"《{pack().zh}》（{pack().header.source}）{rules.citation.zh}", "grounds": notice.grounds,
        "today": chinese_day(day_of(now)),
    }  # fmt: skip


def _rows(notice: AccountabilityNotice, now: datetime) -> list[list[str]]:
    """The problems that count: what, why, since when, in which case."""
    period = Period.read(notice.period)
    found = CountedProblem.objects.counting_at(now).filter(body=notice.body_id, at__gte=period.start, at__lt=period.end)
    names = counting_rules(period.last)
    return [
        [
            str(number), one.title, names[one.rule].zh if one.rule in names else one.rule,
            f"{day_of(one.at):%Y-%m-%d}", one.case.number if one.case else "—",
        ]
        for number, one in enumerate(found.select_related("case"), 1)
    ]  # fmt: skip


def one_line(title: str) -> str:
    """Return a title without the line break that a paper sets it with."""
    return title.replace("\n", "")


def official(body: Mapping[str, Any], *, draft: bool = False) -> Official:
    """Return a notice as an official paper, with the list of its problems."""
    blocks: list[Block] = [Paragraph(text) for text in body["paragraphs"]]
    rows = tuple(tuple(row) for row in body["rows"])
    if rows:
        blocks.append(Table(COLUMNS, rows, "计入问题清单", (0.9, 4.2, 3.0, 2.1, 3.4), (1, 2)))
    return Official(
        issuer=body["issuer"], number=body["number"], title=body["title"], to=body["to"], blocks=tuple(blocks),
        signer="", day=date.fromisoformat(body["day"]), head=body["issuer"], draft=draft,
    )  # fmt: skip


def bytes_of(notice: AccountabilityNotice, form: str) -> bytes:
    """Return the bytes that were sent, checked against their hash; raises PaperError."""
    digest = {"docx": notice.docx_sha256, "pdf": notice.pdf_sha256}[form]
    return content_at(path_of(digest, form, FOLDER), digest)


def page_of(notice: AccountabilityNotice) -> str:
    """Return the address of a notice."""
    return reverse("assessment:accountability-notice", args=[notice.pk])


def _name(body: Organisation) -> Text:
    return Text(body.name_zh, body.name_en or body.name_zh)
