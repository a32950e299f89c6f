"""What the lake covers (覆盖): for each point the first and the last start, and how many readings are stored."""

from collections.abc import Sequence

import pyarrow as pa

from lantian.lake import expressions
from lantian.lake.engine import Engine
from lantian.lake.schema import INSTANT, READINGS
from lantian.lake.tables import Listing

_NOTHING = pa.schema(
    [("point", pa.string()), ("first", INSTANT), ("last", INSTANT), ("readings", pa.int64())]
).empty_table()


class Coverage:
    """Remembers what the files cover that it has read: only those that came since are read anew."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[str, tuple[frozenset[str], pa.Table]] = {}

    def of(self, listing: Listing) -> pa.Table:
        """Return what the files of a listing of readings cover, a row a point, sorted."""
        pieces = []
        for group, files in _groups(listing).items():
            known, covered = self._known.get(group, (frozenset(), _NOTHING))
            if files != known:
                is_more = known <= files
                wanted = sorted(files - known if is_more else files)
                table = self._engine.ask(expressions.coverage(), {READINGS: wanted})
                covered = _together([covered, table]) if is_more else table
                self._known[group] = files, covered
            pieces.append(covered)
        return _together(pieces or [_NOTHING])


def _together(pieces: Sequence[pa.Table]) -> pa.Table:
    """Add up what several groups of files cover."""
    sums = [("first", "min"), ("last", "max"), ("readings", "sum")]
    found = pa.concat_tables([piece.cast(_NOTHING.schema) for piece in pieces]).group_by("point").aggregate(sums)
    named = found.rename_columns({f"{name}_{how}": name for name, how in sums})
    return named.select(_NOTHING.column_names).sort_by("point")


def _groups(listing: Listing) -> dict[str, frozenset[str]]:
    """Part the files: the two newest days, whose files are put together often, each alone; all others as one."""
    days = [part for part in listing.parts() if len(part) == len("2019-06-03")][-2:]
    groups: dict[str, set[str]] = {}
    for file in listing.files:
        groups.setdefault(file.part if file.part in days else "", set()).add(file.path)
    return {group: frozenset(files) for group, files in groups.items()}
