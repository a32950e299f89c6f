"""Imports of observation files: asked for, carried out, and told of in the registry and the audit log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.audit.services import record
from lantian.apps.telemetry.models import ObservationImport
from lantian.apps.telemetry.services.points import PointNames, remove_synthetic, sync_points
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of
from lantian.kernel.plurals import counted
from lantian.lake import Lake
from lantian.lake.imports import ImportFileError, Layout, Loaded, Loading, layout, load, with_label, with_mapping
from lantian.policy.air import air_rules
from lantian.policy.pack import Pack
from lantian.policy.reader import load_pack

Progress = Callable[[float, int], None]
"""Told the share done (0 to 1) and the rows read so far."""


def silent(_share: float, _rows: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class ImportRequest:
    """A file to import and how to read it.

    label: ``start`` or ``end`` instead of the layout's own rule. mapping: names of a long file (see ``with_mapping``).
    point_map: station names with points of the registry. name: the file's name as its owner knows it.
    """

    path: Path
    layout: str
    label: str | None = None
    mapping: Mapping[str, Any] = field(default_factory=dict)
    point_map: Mapping[str, str] = field(default_factory=dict)
    name: str = ""

    def chosen_layout(self) -> Layout:
        """Return the layout with the user's choices; raises ImportFileError when they do not fit."""
        base = layout(self.layout)
        if self.mapping and not base.long:
            raise ImportFileError(
                f"映射只用于 long 格式，不用于 {base.name}。",
                f"A mapping belongs to the layout long, not to {base.name}.",
            )
        return with_label(with_mapping(base, self.mapping) if self.mapping else base, self.label)


def queue_import(request: ImportRequest, *, by: Person | None, at: datetime) -> ObservationImport:
    """Note that a file shall be imported; a job carries it out (see jobs). Raises ImportFileError on wrong choices."""
    request.chosen_layout()
    with transaction.atomic():
        entry = ObservationImport.objects.create(
            file_name=request.name or request.path.name,
            path=str(request.path),
            layout=request.layout,
            options={"label": request.label, "mapping": request.mapping, "point_map": dict(request.point_map)},
            started_at=at,
            by=by,
        )
        record("observations.import-asked", subject=entry, actor=by, at=at, detail={"file": entry.file_name})
    return entry


def request_of(entry: ObservationImport) -> ImportRequest:
    """Return what a noted import asks for."""
    options = entry.options
    return ImportRequest(
        Path(entry.path),
        entry.layout,
        options.get("label"),
        options.get("mapping") or {},
        options.get("point_map") or {},
        entry.file_name,
    )


def import_file(
    request: ImportRequest, *, by: Person | None, at: datetime, progress: Progress = silent
) -> tuple[ObservationImport, Loaded]:
    """Import a file now; raises what stops it, after noting it."""
    entry = queue_import(request, by=by, at=at)
    return entry, run_import(entry, at=at, progress=progress)


def run_import(entry: ObservationImport, *, at: datetime, progress: Progress = silent) -> Loaded:
    """Carry out a noted import; its row tells the progress. Raises what stops it, after noting it."""
    _note(entry, state=ObservationImport.State.RUNNING, progress=0.0)

    def both(share: float, rows: int) -> None:
        _note(entry, progress=min(share, 0.99), rows_read=rows)
        progress(share, rows)

    try:
        loaded = _load(entry, at, both)
    except LantianError as error:
        _finish(entry, at, state=ObservationImport.State.FAILED, error=error.text)
        raise
    except Exception:
        wrong = Text("导入因程序错误而中止，详见日志。", "The import stopped on an error of the program; see the log.")
        _finish(entry, at, state=ObservationImport.State.FAILED, error=wrong)
        raise
    _note_result(entry, loaded)
    _finish(entry, at, state=ObservationImport.State.DONE, error=Text("", ""))
    return loaded


def _load(entry: ObservationImport, at: datetime, progress: Progress) -> Loaded:
    request, lake, pack = request_of(entry), Lake(settings.LAKE_URL), load_pack(settings.PACK)
    sync_points(pack)
    names = PointNames(request.point_map)
    asked = Loading(
        path=request.path,
        layout=request.chosen_layout(),
        points=names,
        now=at,
        rejects=Path(settings.DATA_DIR) / "rejects" / f"import-{entry.pk}.csv",
        before_first=partial(remove_synthetic, lake, at=at),
        progress=progress,
    )
    try:
        loaded = load(lake, asked, tag=repr(sorted(request.point_map.items())))
    except ImportFileError:
        # Batches that went in before the file broke off are good rows: they count like any others.
        _roll_up(lake, pack, at)
        raise
    if not loaded.readings:
        raise _nothing(request, loaded)
    _roll_up(lake, pack, at)
    entry.summary = summary(loaded, names.made, lake)
    return loaded


def _roll_up(lake: Lake, pack: Pack, at: datetime) -> None:
    lake.roll_up(air_rules(pack).validity(day_of(at)), computed_at=at)


def _nothing(request: ImportRequest, loaded: Loaded) -> ImportFileError:
    name = request.name or request.path.name
    why_zh = "；".join(f"第 {e['row']} 行 {e['column']}“{e['found']}”：{e['zh']}" for e in loaded.examples[:2])
    why_en = "; ".join(f"row {e['row']} {e['column']} {e['found']!r} {e['en']}" for e in loaded.examples[:2])
    return ImportFileError(
        f"{name} 没有可导入的值（读 {loaded.rows_read} 行，拒绝 {loaded.rows_rejected} 行）。{why_zh}",
        f"{name} has no value to import ({counted(loaded.rows_read, 'row')} read, {loaded.rows_rejected} rejected). "
        f"{why_en}",
    )


def summary(loaded: Loaded, made: list[str], lake: Lake) -> dict[str, Any]:
    """Return what became of a file as JSON values: for the command, the page and the registry."""
    first, last = (moment.isoformat() if moment else None for moment in (loaded.first, loaded.last))
    return {
        "encoding": loaded.encoding,
        "rows": {
            "read": loaded.rows_read,
            "rejected": loaded.rows_rejected,
            "duplicate": loaded.rows_duplicate,
        },
        "readings": {
            "stored": loaded.readings_stored,
            "already_known": loaded.readings_known,
            "flagged": loaded.readings_flagged,
            "rejected": loaded.values_rejected,
        },
        "reasons": loaded.reasons,
        "examples": loaded.examples,
        "rejects_file": str(loaded.rejects_path) if loaded.rejects_path else None,
        "rejects_written": loaded.rejects_written,
        "first_hour": first,
        "last_hour": last,
        "stations": loaded.stations,
        "new_points": made,
        "batches": loaded.batches,
        "resumed_batches": loaded.resumed,
        "snapshot": lake.snapshot().id,
    }


def _note_result(entry: ObservationImport, loaded: Loaded) -> None:
    entry.rows_read = loaded.rows_read
    entry.rows_stored = loaded.readings_stored
    entry.rows_duplicate = loaded.readings_known
    entry.rows_rejected = loaded.rows_rejected
    entry.rows_flagged = loaded.readings_flagged
    entry.rejects_path = str(loaded.rejects_path or "")


def _note(entry: ObservationImport, **values: Any) -> None:
    for name, value in values.items():
        setattr(entry, name, value)
    entry.save(update_fields=list(values))


@transaction.atomic
def _finish(entry: ObservationImport, at: datetime, *, state: str, error: Text) -> None:
    entry.state, entry.error_zh, entry.error_en, entry.finished_at = state, error.zh, error.en, at
    entry.progress = 1.0 if state == ObservationImport.State.DONE else entry.progress
    entry.save()
    detail = {
        "file": entry.file_name,
        "state": str(state),
        "stored": entry.rows_stored,
        "rejected": entry.rows_rejected,
    }
    record("observations.imported", subject=entry, actor=entry.by, at=at, detail=detail)
