"""The wording of a paper (文书内容): the pack's template with what is known and what was written by hand.

A body is plain data: what is frozen when a paper is issued, and from which its bytes can be made again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from lantian.apps.accounts.models import Organisation
from lantian.apps.cases.models import Measure
from lantian.apps.cases.rules import type_of
from lantian.apps.cases.services.known import About, discretion
from lantian.apps.ui.official.document import Block, Heading, Official, Paragraph, Table
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING
from lantian.policy.records_document import KNOWN, BlockRecord, CaseDocumentRecord, Listing, filled, names_in

NEVER_ASKED = frozenset({"statement", "hearing"})
"""What only the party's own acts can fill."""


@dataclass(frozen=True)
class Ask:
    """What a paper asks a person for: known nowhere, or written for this paper alone."""

    name: str
    label: Text
    value: str
    required: bool
    lines: int


def asks(record: CaseDocumentRecord, known: Mapping[str, str], given: Mapping[str, str]) -> list[Ask]:
    """Return what is left to ask: the record's own fields, and the names that nothing answers."""
    own = [
        Ask(one.id, Text(one.zh, one.en), given.get(one.id, filled(one.default, known)), one.required, one.lines)
        for one in record.fields
    ]
    values = values_of(record, known, given)
    names = [name for text in _texts(record, values) for name in names_in(text) if name in KNOWN]
    names += [name for field in record.fields for name in names_in(field.default)]
    missing = [
        name for name in dict.fromkeys(names) if name not in NEVER_ASKED and (name not in known or name in given)
    ]
    return [*(Ask(name, KNOWN[name], given.get(name, ""), True, 1) for name in missing), *own]


def values_of(record: CaseDocumentRecord, known: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Return all values of a paper: what is known, and over it what was written by hand."""
    own = {one.id: filled(one.default, known) for one in record.fields}
    return {**known, **own, **{name: value for name, value in given.items() if value or name in own}}


def _texts(record: CaseDocumentRecord, values: Mapping[str, str]) -> list[str]:
    shown = [block.heading or block.text or "" for block in record.blocks if _shows(block, values)]
    return [record.title, record.to, *shown]


def _shows(block: BlockRecord, values: Mapping[str, str]) -> bool:
    return block.when is None or bool(values.get(block.when))


def body_of(record: CaseDocumentRecord, about: About, values: Mapping[str, str], number: str) -> dict[str, Any]:
    """Return a paper's text, part by part."""
    person = about.measure is not None and about.measure.party_kind == Measure.Party.PERSON
    blocks = [_block(block, about, values) for block in record.blocks if _shows(block, values)]
    if person:
        blocks = [{**one, "text": one["text"].replace("你单位", "你")} if "text" in one else one for one in blocks]
    return {
        "issuer": values.get("issuer", ""), "number": number, "title": filled(record.title, values),
        "to": filled(record.to, values), "day": about.today.isoformat(), "copies": _copies(record, about),
        "blocks": blocks,
    }  # fmt: skip


def _copies(record: CaseDocumentRecord, about: About) -> list[str]:
    codes = [code for party in record.copies for code in about.case.parties.get(party, [])]
    known = dict(Organisation.objects.filter(code__in=codes).values_list("code", "name_zh"))
    return [known[code] for code in dict.fromkeys(codes) if code in known]


def _block(block: BlockRecord, about: About, values: Mapping[str, str]) -> dict[str, Any]:
    if block.table is not None:
        return {"kind": "table", **TABLES[block.table](about)}
    kind = "heading" if block.heading is not None else "paragraph"
    return {"kind": kind, "text": filled(block.heading or block.text or "", values)}


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> dict[str, Any]:
    numbered = [[str(number), *row] for number, row in enumerate(rows, 1)]
    return {"columns": ["序号", *columns], "rows": numbered, "widths": [1.0, *widths]}


KINDS = {"photo": "照片", "document": "文件", "alarm": "报警数据"}


def evidence_table(about: About) -> dict[str, Any]:
    """List the evidence with its hashes."""
    rows = [
        (one.name, KINDS[one.kind], f"{one.at.astimezone(BEIJING):%Y-%m-%d %H:%M}", one.sha256[:16] or "—")
        for one in about.evidence
    ]
    return _table(("名称", "类别", "取得时间", "SHA-256（前 16 位）"), rows, (3.0, 1.6, 2.6, 3.2))


def _discretion_table(about: About) -> dict[str, Any]:
    return _table(("裁量因素", "认定", "幅度"), discretion(about), (3.0, 3.0, 3.0))


def _arithmetic_table(about: About) -> dict[str, Any]:
    """Each re-check with the days that it adds, from the day after the one before."""
    told = about.measure.daily if about.measure else {}
    days = [date.fromisoformat(day) for day in (told["served"], *told["found"])] if told else []
    rows = [
        ((before + timedelta(days=1)).isoformat(), after.isoformat(), str((after - before).days))
        for before, after in pairwise(days)
    ]
    return _table(("起", "止（复查日）", "日数"), rows, (3.0, 3.0, 2.0))


def history_rows(about: About) -> list[tuple[str, str, str]]:
    """Return what people did in a case, in order: when, what, who."""
    record, rows = type_of(about.case), []
    for step in about.taken:
        what = f"{record.step(step.step).zh}：{record.outcome(step.step, step.outcome).zh}"
        who = step.by.name_zh if step.by else "系统"
        rows.append((f"{step.at.astimezone(BEIJING):%Y-%m-%d %H:%M}", what, who))
    return rows


def _history_table(about: About) -> dict[str, Any]:
    return _table(("时间", "办理", "经办"), history_rows(about), (2.6, 4.4, 2.0))


def _clocks_table(about: About) -> dict[str, Any]:
    rows = [
        (f"{one.started_at.astimezone(BEIJING):%Y-%m-%d}", one.deadline, f"{one.due_at.astimezone(BEIJING):%Y-%m-%d}")
        for one in about.clocks.values()
    ]
    return _table(("起算", "期限", "止"), rows, (2.0, 3.0, 2.0))


TABLES: Mapping[Listing, Callable[[About], dict[str, Any]]] = {
    "evidence": evidence_table, "discretion": _discretion_table, "arithmetic": _arithmetic_table,
    "history": _history_table, "clocks": _clocks_table,
}  # fmt: skip


def official(body: Mapping[str, Any], *, draft: bool = False) -> Official:
    """Return a body as an official paper; the head of a paper of law is its issuer alone."""
    return Official(
        issuer=body["issuer"], number=body["number"], title=body["title"], to=body["to"],
        blocks=tuple(_official_block(one) for one in body["blocks"]), signer="", day=date.fromisoformat(body["day"]),
        copies=tuple(body["copies"]), head=body["issuer"], draft=draft,
    )  # fmt: skip


def _official_block(block: Mapping[str, Any]) -> Block:
    if block["kind"] == "heading":
        return Heading(1, block["text"])
    if block["kind"] == "paragraph":
        return Paragraph(block["text"])
    rows = tuple(tuple(row) for row in block["rows"])
    return Table(tuple(block["columns"]), rows, widths=tuple(block["widths"]))
