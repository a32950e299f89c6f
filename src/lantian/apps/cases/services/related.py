"""Others that a case is about (涉案对象): the site a truck came from, its carrier, the disposal site."""

from datetime import datetime

from lantian.apps.accounts.models import Person
from lantian.apps.cases.models import Case, CaseSource
from lantian.apps.cases.services.errors import CaseActError
from lantian.apps.cases.services.state import note
from lantian.apps.ledger.models import Source
from lantian.kernel.errors import Text
from lantian.policy.records_case import CaseTypeRecord, OutcomeRecord


def tie(
    case: Case, record: CaseTypeRecord, role: str, source: Source, *, by: Person | None, at: datetime
) -> CaseSource:
    """Name an entry of the ledgers for a part in a case; raises CaseActError where one does not fit the other."""
    part = next((one for one in record.roles if one.id == role), None)
    if part is None:
        raise CaseActError(Text(f"{record.zh}没有涉案关系“{role}”。", f"{record.en} has no part {role!r}."))
    if part.kinds and source.kind not in part.kinds:
        raise CaseActError(Text(f"“{source}”不能作为{part.zh}。", f"{source} cannot be the {part.en}."))
    if source == case.source:
        raise CaseActError(Text("这就是案件的对象。", "This is what the case is about already."))
    made, new = CaseSource.objects.get_or_create(case=case, source=source, role=role, defaults={"at": at, "by": by})
    if new:
        detail = {"role": role, "kind": source.kind, "code": source.code}
        note(case, "related", by=by, at=at, reason=f"{part.zh}：{source}"[:1000], cite=record.citation, detail=detail)
    return made


def refuse_unnamed(case: Case, record: CaseTypeRecord, chosen: OutcomeRecord) -> None:
    """Raise CaseActError when an outcome asks for a part that nobody has been named for."""
    known = set(case.related.values_list("role", flat=True))
    missing = [one for one in record.roles if one.id in chosen.names and one.id not in known]
    if missing:
        zh, en = "、".join(one.zh for one in missing), ", ".join(one.en for one in missing)
        raise CaseActError(Text(f"请先登记涉案对象：{zh}。", f"Name first: {en}."))
