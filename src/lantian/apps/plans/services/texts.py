"""Bring a plan's text in (导入计划文本): the file is read by its content; every task of it becomes a proposal."""

import hashlib
import re
from datetime import date, datetime
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.audit.services import record
from lantian.apps.plans.models import PlanTask, PlanText, PlanTextError
from lantian.kernel.errors import Text
from lantian.policy.plantext import Plan, import_plan, read_plan
from lantian.policy.plantext.diff import flat
from lantian.policy.plantext.document import as_document
from lantian.policy.plantext.resolving import name_table, resolve
from lantian.policy.reader import load_pack
from lantian.policy.records_plan import Organisation

LARGEST_FILE = 10 * 2**20
LONGEST_TEXT = 300_000
"""Characters of a text that a page can show; the longest plan we know has a tenth of it."""


class KnownText(PlanTextError):
    """The same file was imported before."""

    def __init__(self, plan: PlanText) -> None:
        self.plan = plan
        super().__init__(Text(f"此文件已于此前导入：{plan.title}", f"This file was imported before: {plan.title}"))


@transaction.atomic
def bring_in(data: bytes, file_name: str, *, by: Person, at: datetime) -> PlanText:
    """Store a file's text with its proposals; raises PlanTextError, or KnownText for a file that is there."""
    if len(data) > LARGEST_FILE:
        limit = LARGEST_FILE // 2**20
        raise PlanTextError(Text(f"文件超过 {limit} MB。", f"The file is larger than {limit} MB."))
    sha256 = hashlib.sha256(data).hexdigest()
    if known := PlanText.objects.filter(sha256=sha256).first():
        raise KnownText(known)
    source = read_plan(data, file_name)
    if len(source) > LONGEST_TEXT:
        raise PlanTextError(
            Text(f"文本超过 {LONGEST_TEXT} 字，请按章拆开导入。",
                 f"The text is longer than {LONGEST_TEXT} characters: import it chapter by chapter.")
        )  # fmt: skip
    read = import_plan(source)
    plan = _stored(read, sha256, file_name, by=by, at=at)
    detail = {"sha256": sha256, "file": plan.file_name, "tasks": len(read.tasks), "unparsed": len(read.unparsed)}
    record("plan-text.imported", subject=plan, actor=by, at=at, detail=detail)
    return plan


def _stored(read: Plan, sha256: str, file_name: str, *, by: Person, at: datetime) -> PlanText:
    document = as_document(read)
    head = document["document"]
    plan = PlanText.objects.create(
        slug=f"{at:%Y%m%d}-{token_hex(3)}", file_name=_last_part(file_name), sha256=sha256, text=read.text,
        title=(head["title"] or _last_part(file_name))[:200], number=(head["number"] or "")[:60],
        issuer=(head["issuer"] or "")[:120], issued=date.fromisoformat(head["date"]) if head["date"] else None,
        chapters=document["chapters"], articles=document["articles"], unparsed=document["unparsed"],
        imported_at=at, imported_by=by,
    )  # fmt: skip
    table = name_table(load_pack(settings.PACK).all(Organisation))
    PlanTask.objects.bulk_create(_proposal(plan, each, table) for each in document["tasks"])
    return plan


def _last_part(name: str) -> str:
    return re.split(r"[/\\]", name)[-1][-120:] or "plan"


def _proposal(plan: PlanText, read: dict[str, Any], table: Any) -> PlanTask:
    parties = [{**party, "organisation": resolve(party["name"], table)} for party in read["parties"]]
    quantities = [{**each, "printed": plan.slice(each["start"], each["end"])} for each in read["quantities"]]
    once = {(each["kind"], each["value"]): each for each in reversed(read["deadlines"])}.values()
    deadlines = [
        {**each, "printed": flat(plan.slice(each["start"], each["end"]))}
        for each in sorted(once, key=lambda each: each["start"])
    ]
    return PlanTask(
        plan=plan, start=read["start"], end=read["end"], article=read["article_index"], zh=read["words"],
        parties=parties, deadlines=deadlines, quantities=quantities,
        conditions=[{**each, "text": flat(each["text"])} for each in read["conditions"]], rule=read["rule"],
        confidence=read["confidence"],
    )  # fmt: skip
