"""Papers of a case (文书): drafted from what is known, written to, issued with the next number, then frozen.

The number is taken in the transaction that stores the paper: if anything fails, no number is gone. The issued bytes are
kept under their hash and are what every reprint gives; the issued text is kept too, so that they can be made again.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.cases.models import Case, Measure, Paper, PaperCounter
from lantian.apps.cases.rules import measure_rules, rules
from lantian.apps.cases.services.errors import CaseActError, Changed
from lantian.apps.cases.services.known import About, known
from lantian.apps.cases.services.measures import handling, holder_of, record_of
from lantian.apps.cases.services.state import note
from lantian.apps.cases.services.wording import Ask, asks, body_of, official, values_of
from lantian.apps.ledger.services.attachments import write_file
from lantian.apps.ui.official.docx import to_docx
from lantian.apps.ui.official.pdf import to_pdf
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.records_document import CaseDocumentRecord, PaperWordRecord

FOLDER = "case-papers"
MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@dataclass(frozen=True)
class Sheet:
    """A paper as it stands: its record, its values, what is left to ask, and its text."""

    record: CaseDocumentRecord
    values: Mapping[str, str]
    known: Mapping[str, str]
    asks: list[Ask]
    body: dict[str, Any]

    @property
    def missing(self) -> list[Ask]:
        """What has to be written before the paper is issued."""
        return [one for one in self.asks if one.required and not one.value.strip()]


def record_for(kind: str, now: datetime) -> CaseDocumentRecord:
    """Return a kind of paper as the pack has it on a day; raises CaseActError."""
    found = rules().pack.find(CaseDocumentRecord, kind, day_of(now))
    if found is None:
        raise CaseActError(Text(f"政策包没有文书“{kind}”。", f"The pack has no paper {kind!r}."))
    return found


def kinds_for(measure: Measure | None, now: datetime, case_type: str = "") -> list[CaseDocumentRecord]:
    """Return the kinds that are drafted from a case of a type itself, or from a measure."""
    kind = record_of(measure).kind if measure else None
    records = sorted(rules().pack.on(CaseDocumentRecord, day_of(now)), key=lambda record: record.order)
    records = [one for one in records if not one.types or case_type in one.types]
    papers = _papers_of(measure, now) if measure else set()
    return [one for one in records if (kind in one.measures or one.id in papers if kind else not one.measures)]


def _papers_of(measure: Measure, now: datetime) -> set[str]:
    steps = measure_rules().procedure(record_of(measure), day_of(now)).steps
    return {step.document for step in steps if step.document}


def sheet_of(paper: Paper, now: datetime) -> Sheet:
    """Return a draft as it would be issued now, or an issued paper as it was issued."""
    if paper.issued_at is not None:
        record = record_for(paper.kind, paper.issued_at)
        return Sheet(record, paper.values, {}, [], paper.body)
    record, about = record_for(paper.kind, now), About(paper.case, paper.measure, now)
    already = {name: value for name, value in known(about).items() if name not in paper.given}
    values = values_of(record, already, paper.given)
    body = body_of(record, about, values, "")
    return Sheet(record, values, already, asks(record, already, paper.given), body)


@transaction.atomic
def draft(case: Case, kind: str, *, measure: Measure | None = None, by: Person, at: datetime) -> Paper:
    """Begin a paper of a case, or of one of its measures."""
    handling(case, by)
    issuer = holder_of(case)
    if issuer is None or (measure is not None and measure.case_id != case.pk):
        raise CaseActError(
            Text("此案没有发文单位，或措施不属于此案。", "Nobody issues it, or the measure is of another case.")
        )
    if kind not in {one.id for one in kinds_for(measure, at, case.type)}:
        raise CaseActError(Text(f"此处不能起草文书“{kind}”。", f"No paper {kind!r} is drafted from here."))
    return Paper.objects.create(case=case, measure=measure, kind=kind, issuer=issuer, made_at=at, made_by=by)


@transaction.atomic
def write(paper: Paper, given: Mapping[str, str], *, by: Person, at: datetime, version: int | None = None) -> Paper:
    """Write the free fields of a draft; what is known already is not taken from a form."""
    held = _held(paper, version, by)
    names = {one.name for one in sheet_of(held, at).asks}
    held.given = held.given | {name: value.strip()[:4000] for name, value in given.items() if name in names}
    held.version += 1
    held.save()
    return held


@transaction.atomic
def discard(paper: Paper, *, by: Person, at: datetime, version: int | None = None) -> None:
    """Throw a draft away."""
    held = _held(paper, version, by)
    record = record_for(held.kind, at)
    detail = {
        "paper": held.pk,
        "kind": held.kind,
        "zh": f"弃用草稿 {record.zh}",
        "en": f"threw away a draft: {record.en}",
    }
    note(held.case, "discarded", by=by, at=at, detail=detail)
    held.delete()


@transaction.atomic
def issue(paper: Paper, *, by: Person, at: datetime, version: int | None = None) -> Paper:
    """Issue a paper: number, text, bytes and hashes in one transaction. Raises CaseActError for what is left open."""
    held = _held(paper, version, by)
    before = sheet_of(held, at)
    if before.missing:
        zh, en = "、".join(one.label.zh for one in before.missing), ", ".join(one.label.en for one in before.missing)
        raise CaseActError(Text(f"请先填写：{zh}。", f"Fill in first: {en}."))
    year = day_of(at).year
    word = f"{_word(held.issuer_id, at)}{before.record.sign}"
    serial = _next_serial(word, year)
    number = f"{word}〔{year}〕{serial}号"
    body = body_of(before.record, About(held.case, held.measure, at), before.values, number)
    document = official(body)
    files = {"docx": to_docx(document), "pdf": to_pdf(document)}
    hashes = {form: _keep(content, form) for form, content in files.items()}
    held.word, held.year, held.serial, held.number = word, year, serial, number
    held.title, held.values, held.body = body["title"][:200], dict(before.values), body
    held.docx_sha256, held.pdf_sha256, held.pages = hashes["docx"], hashes["pdf"], page_count(files["pdf"])
    held.issued_at, held.issued_by = at, by
    held.version += 1
    held.save()
    detail = {
        "paper": held.pk, "kind": held.kind, "number": number, "docx": hashes["docx"], "pdf": hashes["pdf"],
        "zh": f"签发 {before.record.zh}", "en": f"issued: {before.record.en}",
    }  # fmt: skip
    note(
        held.case, "paper", by=by, at=at, reason=f"《{held.title}》{number}", cite=before.record.citation, detail=detail
    )
    return held


def _held(paper: Paper, version: int | None, by: Person) -> Paper:
    held = Paper.objects.select_for_update(of=("self",)).select_related("case", "measure").get(pk=paper.pk)
    if version is not None and held.version != version:
        raise Changed
    handling(held.case, by)
    if held.issued_at is not None:
        raise CaseActError(Text("文书已签发，不能改动。", "The paper was issued; it is not changed."))
    return held


def _word(organisation: str, at: datetime) -> str:
    pack, day = rules().pack, day_of(at)
    return (pack.find(PaperWordRecord, organisation, day) or pack.get(PaperWordRecord, "default", day)).word


def _next_serial(word: str, year: int) -> int:
    """Take the next serial; the counter's row is locked until the paper is stored, so that no number is lost."""
    PaperCounter.objects.get_or_create(word=word, year=year)
    counter = PaperCounter.objects.select_for_update().get(word=word, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def _keep(content: bytes, form: str) -> str:
    digest = hashlib.sha256(content).hexdigest()
    write_file(_place(digest, form), content)
    return digest


def _place(digest: str, form: str) -> Path:
    return Path(settings.DATA_DIR) / FOLDER / digest[:2] / f"{digest}.{form}"


def bytes_of(paper: Paper, form: str) -> bytes:
    """Return the issued bytes, checked against their hash; raises CaseActError when they are gone or were changed."""
    digest = {"docx": paper.docx_sha256, "pdf": paper.pdf_sha256}[form]
    path = _place(digest, form)
    content = path.read_bytes() if digest and path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise CaseActError(
            Text(
                "文书文件不在或已被改动，与登记的校验值不符。",
                "The paper's file is gone or was changed: its hash does not fit.",
            )
        )
    return content


def page_count(pdf: bytes) -> int:
    """Return how many pages a PDF of ours has: the largest count in its tree of pages."""
    return max((int(found) for found in re.findall(rb"/Count (\d+)", pdf)), default=0)
