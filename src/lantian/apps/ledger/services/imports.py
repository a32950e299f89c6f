"""Imports into a ledger (台账导入): a dry run first, then what fits is taken and what does not comes back.

Writes go in bulk: ten thousand rows are a few hundred statements, with one line of history for each changed entry.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from lantian.apps.audit.services import record
from lantian.apps.ledger.kinds import kind as kind_named
from lantian.apps.ledger.models import ChangeNotice, LedgerImport, Source, SourceChange
from lantian.apps.ledger.services.geofiles import SUFFIXES as GEO_SUFFIXES
from lantian.apps.ledger.services.geofiles import read_geofile
from lantian.apps.ledger.services.notices import tell_of_import
from lantian.apps.ledger.services.planning import Planned, Planner
from lantian.apps.ledger.services.returned import write_returned
from lantian.apps.ledger.services.rights import as_filed, files_for
from lantian.apps.ledger.services.sources import next_code, search_text, told
from lantian.apps.ledger.sheets.cells import FileProblem
from lantian.apps.ledger.sheets.reading import Problem, Sheet, read_sheet
from lantian.kernel.errors import LantianError, Text
from lantian.policy.records_ledger import Kind

State = LedgerImport.State
SHEET_SUFFIXES = (".xlsx", ".csv")
SHOWN = 200
"""Problems that a page shows; the returned workbook has all."""

Progress = Callable[[float], None]
_BATCH = 500
_CHANGED = ("name", "address", "area_id", "parent_id", "longitude", "latitude", "geometry", "state", "attributes",
            "search", "facets", "version", "changed_at", "changed_by_id")  # fmt: skip
_FIELDS = [name.removesuffix("_id") for name in _CHANGED]


@dataclass(frozen=True)
class Check:
    """What a dry run found: every row with what would become of it, and what is said of the file."""

    kind: Kind
    sheet: Sheet
    planned: Sequence[Planned]

    def count(self, action: str) -> int:
        """Return how many rows have an outcome."""
        return sum(one.action == action for one in self.planned)


def silent(_share: float) -> None:
    """Tell nobody."""


def read_file(path: Path, kind: Kind) -> Sheet:
    """Read a sheet or a file of geometries; raises FileProblem."""
    suffix = path.suffix.lower()
    if suffix in SHEET_SUFFIXES:
        return read_sheet(path, kind)
    if suffix in GEO_SUFFIXES:
        return read_geofile(path, kind)
    allowed = " ".join((*SHEET_SUFFIXES, *GEO_SUFFIXES))
    raise FileProblem(
        Text(
            f"不能导入 {suffix or '无扩展名'} 文件，可用：{allowed}。", f"No such file can be imported; use {allowed}."
        )
    )


def check_file(path: Path, kind: Kind, *, by: Any, datum: str = "wgs84", owner: str | None = None) -> Check:
    """Try an import without writing anything; raises FileProblem when the file cannot be read as a whole.

    owner: the enterprise that files its own entries; columns that a bureau fills in are none of the sheet's then.
    """
    if owner is not None and owner not in files_for(by, kind):
        raise FileProblem(Text("您不为此单位申报。", "You do not file for this organisation."))
    filed = kind if owner is None else as_filed(kind)
    sheet = read_file(path, filed)
    return Check(kind, sheet, Planner(filed, by, datum, owner).plan(sheet.rows))


def check_import(
    path: Path, kind: Kind, *, by: Any, at: datetime, name: str = "", datum: str = "wgs84", owner: str | None = None
) -> LedgerImport:
    """Try an import and keep what it would do, for a person to decide; raises FileProblem."""
    check = check_file(path, kind, by=by, datum=datum, owner=owner)
    entry = LedgerImport(kind=kind.id, file_name=name or path.name, path=str(path), at=at, by=by)
    entry.options = {"datum": datum, "owner": owner, "notes": [[note.zh, note.en] for note in check.sheet.notes]}
    _count(entry, check)
    entry.save()
    return entry


def _count(entry: LedgerImport, check: Check) -> None:
    entry.rows = len(check.planned)
    entry.created, entry.updated = check.count("new"), check.count("updated")
    entry.unchanged, entry.refused = check.count("unchanged"), check.count("refused")
    entry.problems = [line for one in check.planned for line in problem_lines(one)][:SHOWN]


def problem_lines(planned: Planned) -> list[dict[str, Any]]:
    """Return a row's problems as JSON values."""
    return [_line(planned.row.number, problem) for problem in planned.problems]


def _line(row: int, problem: Problem) -> dict[str, Any]:
    text = problem.column.text if problem.column else Text("", "")
    return {
        "row": row,
        "column_zh": text.zh,
        "column_en": text.en,
        "found": problem.found,
        "zh": problem.text.zh,
        "en": problem.text.en,
    }


def run_import(entry: LedgerImport, *, at: datetime, folder: Path, progress: Progress = silent) -> LedgerImport:
    """Import what fits of a checked file; what is refused goes into a workbook in ``folder``. Notes what stops it."""
    kind, path = kind_named(entry.kind), Path(entry.path)
    try:
        datum, owner = str(entry.options.get("datum", "wgs84")), entry.options.get("owner")
        check = check_file(path, kind, by=entry.by, datum=datum, owner=owner)
        progress(0.5)
        _store(entry, check, at)
    except LantianError as error:
        _fail(entry, at, error.text)
        raise
    except Exception:
        wrong = Text(
            "导入因程序错误而中止，没有写入。", "The import stopped on an error of the program; nothing was written."
        )
        _fail(entry, at, wrong)
        raise
    refused = [one for one in check.planned if one.action == "refused"]
    if refused:
        folder.mkdir(parents=True, exist_ok=True)
        returned = folder / f"returned-{entry.pk}.xlsx"
        write_returned(returned, check.sheet, refused)
        entry.returned_path = str(returned)
        entry.save(update_fields=["returned_path"])
    return entry


def _fail(entry: LedgerImport, at: datetime, text: Text) -> None:
    entry.state, entry.error_zh, entry.error_en, entry.finished_at = State.FAILED, text.zh[:500], text.en[:500], at
    entry.save()


@transaction.atomic
def _store(entry: LedgerImport, check: Check, at: datetime) -> None:
    _refuse_overtaken(check.planned)
    _give_codes(check)
    made = [one for one in check.planned if one.action == "new"]
    changed = [one for one in check.planned if one.action == "updated"]
    _write(check.kind, [*made, *changed], by=entry.by, at=at)
    _remember(check.kind, made, changed, by=entry.by, at=at)
    _count(entry, check)
    entry.state, entry.finished_at = State.DONE, at
    entry.save()
    digest = hashlib.sha256(Path(entry.path).read_bytes()).hexdigest()
    counts = {
        "created": entry.created,
        "updated": entry.updated,
        "unchanged": entry.unchanged,
        "refused": entry.refused,
    }
    record(
        "ledger.imported",
        subject=entry,
        actor=entry.by,
        at=at,
        detail={"kind": entry.kind, "file": entry.file_name, "sha256": digest, **counts},
    )


def _refuse_overtaken(planned: Iterable[Planned]) -> None:
    """Refuse rows whose entry somebody changed, or whose code somebody took, since the file was planned."""
    versions: dict[int, int] = {}
    updates = [one for one in planned if one.action == "updated" and one.source is not None]
    keys = [one.source.pk for one in updates if one.source is not None]
    for some in (keys[at : at + _BATCH] for at in range(0, len(keys), _BATCH)):
        rows = Source.objects.select_for_update().filter(pk__in=some).order_by().values_list("pk", "version")
        versions |= dict(rows)
    why = Text("导入期间此条已被他人修改，请重新导入此行。", "Somebody changed it meanwhile; import the row again.")
    for one in updates:
        if one.source is not None and versions.get(one.source.pk) != one.source.version:
            one.refuse(Problem(why))


def _give_codes(check: Check) -> None:
    """Number the new entries without a code after the last one of the ledger and of the file."""
    fresh = [one.source for one in check.planned if one.action == "new" and one.source is not None]
    given = [source.code for source in fresh if source.code]
    if len(given) == len(fresh):
        return
    prefix = check.kind.code_prefix
    first = int(next_code(check.kind, [code for code in given if code.startswith(prefix)]).removeprefix(prefix))
    for number, source in enumerate((one for one in fresh if not one.code), first):
        source.code = f"{prefix}{number:06d}"


def _write(kind: Kind, planned: Sequence[Planned], *, by: Any, at: datetime) -> None:
    sources = [one.source for one in planned if one.source is not None]
    fresh = [source for source in sources if source.pk is None]
    stored = [source for source in sources if source.pk is not None]
    for source in sources:
        source.changed_at, source.changed_by = at, by
        source.search = search_text(source, kind)
    for source in fresh:
        source.created_at = at
    for source in stored:
        source.version += 1
    Source.objects.bulk_create(fresh, batch_size=_BATCH)
    Source.objects.bulk_create(
        stored, batch_size=_BATCH, update_conflicts=True, unique_fields=["id"], update_fields=_FIELDS
    )


def _remember(kind: Kind, made: Sequence[Planned], changed: Sequence[Planned], *, by: Any, at: datetime) -> None:
    """Write one line of history for each entry, and tell those who asked to be told."""
    changes = [
        SourceChange(
            source=one.source,
            version=one.source.version,
            kind="imported",
            at=at,
            by=by,
            reason=str(one.row.own.get("reason") or "")[:300],
            fields={**one.fields, "code": [None, one.source.code]} if one.action == "new" else dict(one.fields),
        )
        for one in (*made, *changed)
        if one.source is not None
    ]
    changes = SourceChange.objects.bulk_create(changes, batch_size=_BATCH)
    heard: dict[frozenset[str], list[str]] = {}
    notices: list[tuple[int, str]] = []
    for change in changes:
        names = frozenset(change.fields)
        if names not in heard:
            heard[names] = told(kind, set(names), by)
        notices += [(change.pk, one) for one in heard[names]]
    _tell(notices)
    tell_of_import(kind, notices, at)


def _tell(notices: Sequence[tuple[int, str]]) -> None:
    """Store notices that nobody has read yet; in plain SQL, for there are several to each row of a large file."""
    table = connection.ops.quote_name(ChangeNotice._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (change_id, organisation_id) VALUES (%s, %s)",  # noqa: S608 - the model's own name
            notices,
        )


def outcome(entry: LedgerImport) -> Mapping[str, int]:
    """Return the counts of an import by name."""
    return {name: getattr(entry, name) for name in ("rows", "created", "updated", "unchanged", "refused")}
