"""Bulletins for the command line: the signed bytes or a draft, and signed ones set again from their snapshots."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lantian.analysis.league import Standing
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import Bulletin, Snapshot
from lantian.apps.assessment.rules import record_of
from lantian.apps.assessment.selectors.bulletins import changed_since
from lantian.apps.assessment.selectors.numbered import numbered
from lantian.apps.assessment.services.bulletins import take_snapshot
from lantian.apps.assessment.services.papers import Stamp, drafted_on
from lantian.apps.assessment.services.producers import PRODUCERS, data_of, paper_for
from lantian.apps.assessment.services.report_changes import SHOWN, report_changes
from lantian.apps.assessment.services.signed import content_of, set_again, site_in
from lantian.apps.assessment.snapshots import read
from lantian.apps.ui.official.docx import to_docx
from lantian.apps.ui.official.faces import substituted
from lantian.apps.ui.official.pdf import to_pdf
from lantian.apps.ui.official.validator import check_docx
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of
from lantian.kernel.periods import Period
from lantian.policy.bulletin_names import REPORTS


@dataclass(frozen=True)
class Change:
    """A figure of a signed bulletin that would be printed otherwise now (原为／现为)."""

    figure: str
    label: Text
    was: str
    now: str
    unit: str = ""

    def said(self) -> Text:
        """One line of a list."""
        was, now = self.was or "—", self.now or "—"
        unit = f" {self.unit}".rstrip()
        return Text(
            f"{self.label.zh}：原为 {was}，现为 {now}{unit}", f"{self.label.en}: was {was}, is {now}{_latin(unit)}"
        )


def _latin(unit: str) -> str:
    """Return a unit where its sign is no Chinese word, such as 天."""
    return "" if any("\u4e00" <= letter <= "\u9fff" for letter in unit) else unit


@dataclass(frozen=True)
class Made:
    """A paper, what it is, and what to say of it.

    problems: departures from GB/T 9704. changes: of a signed one, what was corrected since; warnings: all of it, and
    faces.
    """

    content: bytes
    facts: dict[str, Any]
    said: Text
    problems: list[Text]
    changes: tuple[Change, ...] = ()

    @property
    def warnings(self) -> list[Text]:
        """What the reader ought to know."""
        faces = substituted() if self.content.startswith(b"%PDF-") else []
        return [*self.problems, *self._corrected(), *faces]

    def _corrected(self) -> Iterator[Text]:
        if not self.changes:
            return
        count = len(self.changes)
        yield Text(
            f"签发后数据有变动，{count} 项数字现在会不同；签发件不变，更正须另发一版：",
            f"data have changed since it was signed; {count} figure(s) would be others now, the signed paper stays:",
        )
        yield from (one.said() for one in self.changes[:SHOWN])
        if count > SHOWN:
            yield Text(f"另有 {count - SHOWN} 项，见通报页面", f"{count - SHOWN} more are on the bulletin's page")


def set_bulletin(period: Period, suffix: str, now: datetime) -> Made:
    """Return the signed paper of a period, the last version, else a draft on a new snapshot of what is known now."""
    record = rules.first_bulletin(period.span, period)
    signed = Bulletin.objects.signed().filter(record=record.id, period=str(period)).order_by("-version").first()
    if signed:
        return _of_signed(signed, suffix, now)
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


def _of_signed(signed: Bulletin, suffix: str, now: datetime) -> Made:
    said = Text(
        f"{signed.number}，快照 {signed.snapshot.short}。", f"{signed.number}, snapshot {signed.snapshot.short}."
    )
    changes = tuple(_changes(signed, now))
    told = [{"figure": one.figure, "was": one.was, "now": one.now, "unit": one.unit} for one in changes]
    facts = {"state": "signed", "number": signed.number, "version": signed.version, "changes": told}
    problems = check_docx(content_of(signed, "docx"))
    return Made(content_of(signed, suffix), _about(signed.snapshot) | facts, said, problems, changes)


def _changes(signed: Bulletin, now: datetime) -> Iterator[Change]:
    """Compare what was signed with what is known now, as its page does."""
    data = data_of(signed.snapshot)
    if record_of(signed).subject in REPORTS:
        for one in report_changes(data, now).figures:
            yield Change(one.key, one.label, one.was, one.now, one.unit)
        return
    for place in changed_since(read(data), now).places:
        label = Text(f"{place.name.zh} 违法/检查（名次）", f"{place.name.en}, violations/checks (ranks)")
        yield Change(place.code, label, *(_standing(one) for one in (place.was, place.now)))


def _standing(one: Standing | None) -> str:
    return f"{one.violations}/{one.checks} ({one.checks_rank or '—'}, {one.rate_rank or '—'})" if one else ""


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
