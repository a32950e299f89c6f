"""Take files of results (结果导入), and order laggards to rectify (整改单)."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import CityRank, RankingOrder, ResultImport, RoadDust
from lantian.apps.assessment.rankings import RankedPlace, RankingError, RankingTable
from lantian.apps.assessment.result_files import ReadFile, read_results
from lantian.apps.audit.services import record as audit
from lantian.apps.cases.models import Case
from lantian.apps.cases.services import NewCase, open_case
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.rights import may_keep
from lantian.apps.ledger.services.sources import Values, change_source
from lantian.kernel.errors import Text
from lantian.kernel.plurals import counted
from lantian.policy.records_ranking import RankingRecord


def grade_names() -> Mapping[str, str]:
    """Return the ids of the grades of roads by their id and by their names."""
    found: dict[str, str] = {}
    for record in rules.pack().all(RankingRecord):
        for one in record.limits:
            found |= {one.zh: one.grade, one.en: one.grade, one.grade: one.grade}
    return found


@transaction.atomic
def import_results(
    layout: str, name: str, content: bytes, *, by: Person | None, at: datetime, synthetic: bool = False
) -> ResultImport:
    """Take a file: what can be read is stored in one go, the rest is named. Raises SheetRefused or RankingError."""
    found = read_results(layout, name, content, grade_names())
    if not found.rows:
        reason = found.problems[0][1] if found.problems else Text("文件没有数据行。", "The file has no rows.")
        raise RankingError(reason)
    batch = ResultImport.objects.create(
        layout=layout, file_name=name[:200], sha256=hashlib.sha256(content).hexdigest(), rows=len(found.rows),
        problems=[[number, text.zh, text.en] for number, text in found.problems], unknown=found.unknown, at=at, by=by,
        synthetic=synthetic,
    )  # fmt: skip
    _store(batch, found)
    detail = {"layout": layout, "file": name, "rows": batch.rows, "sha256": batch.sha256, "unknown": found.unknown}
    audit("ranking.results-imported", subject=batch, actor=by, at=at, detail=detail)
    return batch


def _store(batch: ResultImport, found: ReadFile) -> None:
    if batch.layout == ResultImport.Layout.CITY_TSP:
        CityRank.objects.bulk_create([CityRank(batch=batch, **row) for row in found.rows], batch_size=500)
        return
    bodies = {one.name_zh: one for one in Organisation.objects.exclude(kind="enterprise")}
    rows = [RoadDust(batch=batch, organisation=bodies.get(row["body"]), **row) for row in found.rows]
    RoadDust.objects.bulk_create(rows, batch_size=500)


@transaction.atomic
def order_rectification(
    record: RankingRecord, table: RankingTable, place: RankedPlace, *, by: Person | None, at: datetime
) -> Case:
    """Order a laggard to rectify: one case for each ranking, period and place, with the clock of its type.

    Raises RankingError where the pack foresees no order, the place is no laggard, or one was given already.
    """
    if record.order_case is None or record.order_to is None:
        raise RankingError(Text("该排名不下整改单。", "This ranking gives no orders."))
    if not is_laggard(record, place):
        raise RankingError(
            Text(f"{place.zh}不在末位，超限也不多。", f"{place.en} is neither among the last nor often over the limit.")
        )
    new = NewCase(
        type=record.order_case,
        title=f"{record.zh}{table.period}整改：{place.zh}",
        happened_at=at,
        facts=order_facts(record, table, place).zh,
        area_code=place.code if table.of == "street" else rules.pack().header.jurisdiction.removeprefix("cn-"),
        takers={"enforcement": record.order_to},
        synthetic=table.synthetic,
    )
    case = open_case(new, by=by, at=at)
    try:
        RankingOrder.objects.create(
            record=record.id, period=table.period, place=place.code, case=case, at=at, by=by
        )  # fmt: skip
    except IntegrityError:
        raise RankingError(Text("已经下过整改单。", "The order was given already.")) from None
    return case


@transaction.atomic
def mark_last(record: RankingRecord, table: RankingTable, *, by: Person, at: datetime) -> int:
    """Write into the ledger which clusters are among the last of a year; returns how many entries changed.

    Only entries that a person keeps, and whose score is still that of the year, are changed. Raises RankingError.
    """
    if record.subject != "clusters":
        raise RankingError(Text("该排名不写回台账。", "This ranking writes nothing into a ledger."))
    places = {one.code: one for one in table.ranked}
    changed = 0
    for source in Source.objects.of_kind("cluster").current().filter(code__in=places).order_by("code"):
        last = places[source.code].last
        same_year = str(source.attributes.get("score_year")) == table.period
        if same_year and bool(source.attributes.get("last_share")) != last and may_keep(by, source):
            reason = f"{table.period} 年考评第 {places[source.code].rank} 名（共 {len(places)}）"
            values = Values(attributes={"last_share": last})
            change_source(source, values, version=source.version, by=by, at=at, reason=reason)
            changed += 1
    return changed


def is_laggard(record: RankingRecord, place: RankedPlace) -> bool:
    """Tell whether a place is among the last, or has many results above the limit of their grade."""
    over, results = (int(place.counts.get(name, 0)) for name in ("over", "results"))
    many = record.over_percent is not None and results > 0 and 100 * over >= record.over_percent * results
    return place.state == "ranked" and (place.last or many)


def order_facts(record: RankingRecord, table: RankingTable, place: RankedPlace) -> Text:
    """Say why a place is ordered to rectify."""
    over, results = (int(place.counts.get(name, 0)) for name in ("over", "results"))
    return Text(
        f"{table.period} {record.zh}：{place.value} {record.unit}，第 {place.rank} 名（共 {len(table.ranked)}）；"
        f"{results} 个结果中 {over} 个超过等级限值。依据{record.basis.zh}。",
        f"{table.period} {record.en}: {place.value} {record.unit}, rank {place.rank} of {len(table.ranked)}; "
        f"{over} of {counted(results, 'result')} above the limit of their grade. By {record.basis.en}.",
    )
