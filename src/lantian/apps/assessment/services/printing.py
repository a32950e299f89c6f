"""Bulletins for the command line: the signed bytes or a draft, and signed ones set again from their snapshots."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lantian.apps.assessment import rules
from lantian.apps.assessment.models import Bulletin, Snapshot
from lantian.apps.assessment.selectors.numbered import numbered
from lantian.apps.assessment.services.bulletins import take_snapshot
from lantian.apps.assessment.services.papers import Stamp, drafted_on
from lantian.apps.assessment.services.producers import PRODUCERS, data_of, paper_for
from lantian.apps.assessment.services.signed import content_of, set_again, site_in
from lantian.apps.ui.official.docx import to_docx
from lantian.apps.ui.official.faces import substituted
from lantian.apps.ui.official.pdf import to_pdf
from lantian.apps.ui.official.validator import check_docx
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of
from lantian.kernel.periods import Period


@dataclass(frozen=True)
class Made:
    """A paper, what it is, and what to say of it. problems: departures from GB/T 9704; warnings: those and faces."""

    content: bytes
    facts: dict[str, Any]
    said: Text
    problems: list[Text]

    @property
    def warnings(self) -> list[Text]:
        """What the reader ought to know."""
        faces = substituted() if self.content.startswith(b"%PDF-") else []
        return [*self.problems, *faces]


def set_bulletin(period: Period, suffix: str, now: datetime) -> Made:
    """Return the signed paper of a period, the last version, else a draft on a new snapshot of what is known now."""
    record = rules.first_bulletin(period.span, period)
    signed = Bulletin.objects.signed().filter(record=record.id, period=str(period)).order_by("-version").first()
    if signed:
        return _of_signed(signed, suffix)
    snapshot = take_snapshot(record, period, now)
    producer = PRODUCERS[record.subject]
    paper = producer.paper(record, snapshot.data, drafted_on(record, day_of(now)), "")
    docx = to_docx(paper)
    about = _about(snapshot) | {"state": "draft", "number": None}
    said = Text(
        f"{period} 没有已签发的通报；已按此刻的数据写出草稿，快照 {snapshot.short}。",
        f"{period} has no signed bulletin; a draft of what is known now was written, snapshot {snapshot.short}.",
    )
    return Made(docx if suffix == "docx" else to_pdf(paper), about, said, check_docx(docx))


def _of_signed(signed: Bulletin, suffix: str) -> Made:
    said = Text(
        f"{signed.number}，快照 {signed.snapshot.short}。", f"{signed.number}, snapshot {signed.snapshot.short}."
    )
    facts = _about(signed.snapshot) | {"state": "signed", "number": signed.number, "version": signed.version}
    return Made(content_of(signed, suffix), facts, said, check_docx(content_of(signed, "docx")))


def _about(snapshot: Snapshot) -> dict[str, Any]:
    record = rules.bulletin_named(snapshot.record, Period.read(snapshot.period))
    told = PRODUCERS[record.subject].told(data_of(snapshot))
    return {"bulletin": record.id, "period": snapshot.period, "snapshot": snapshot.pk, **told}


def signed_in(period: Period) -> int:
    """Return how many bulletins of a period are signed, all versions."""
    return Bulletin.objects.signed().filter(period=str(period)).count()


def problems_of(period: Period) -> list[Text]:
    """Set the signed bulletins of a period again; return what differs from what was signed."""
    rows = Bulletin.objects.signed().filter(period=str(period)).select_related("snapshot")
    return [problem for one in rows.order_by("record", "version") for problem in _problems(one)]


def data_named(start: str) -> Mapping[str, Any]:
    """Return the data of a stored snapshot by the start of its number; raises SnapshotError where it was changed."""
    return data_of(numbered(Snapshot.objects.all(), start))


def _problems(signed: Bulletin) -> Iterator[Text]:
    try:
        data_of(signed.snapshot)
        docx, _ = content_of(signed, "docx"), content_of(signed, "pdf")
    except LantianError as error:
        yield Text(f"{signed.number}：{error.text.zh}", f"{signed.number}: {error.text.en}")
        return
    assert signed.day is not None
    stamp = Stamp(signed.day, signed.number, draft=False, site=site_in(docx))
    if not set_again(signed, paper_for(signed, stamp)):
        yield Text(
            f"{signed.number}：按快照重排的 DOCX 与签发文件不同（软件或政策包版本已变，或街乡边界已更新）。",
            f"{signed.number}: set again from its snapshot the DOCX differs from the signed one "
            "(release, pack or borders have changed).",
        )
