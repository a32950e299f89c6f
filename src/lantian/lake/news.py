"""What came since a commit (新到读数): for those who pass readings on and must miss none, however late it is.

Commits are numbered under the writer's lock, so what is asked for *after* a commit is complete, which receipts alone
do not promise. A reading is *again* there when an earlier commit brought its point, factor, period and start already.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from lantian.lake.lake import Lake
from lantian.lake.raw import Where, among
from lantian.lake.schema import READINGS


@dataclass(frozen=True)
class Since:
    """Readings of some points and period lengths that came with commits ``after < commit <= upto``."""

    after: int
    upto: int
    points: Sequence[str]
    periods: Sequence[int]


def newest_commit(lake: Lake) -> int:
    """Return the number of the newest commit of readings, 0 in an empty lake."""
    return max((file.commit for file in lake.tables[READINGS.name].listing().files), default=0)


def stretch_end(lake: Lake, after: int, most: int) -> int:
    """Return a commit up to which at most so many rows came after another; at least the next commit that has rows."""
    found = _ask(
        lake,
        after,
        'SELECT commit, sum(count(*)) OVER (ORDER BY commit) AS rows FROM "readings" '
        f"WHERE commit > {int(after)} GROUP BY commit ORDER BY commit",
    ).to_pylist()
    within = [row["commit"] for row in found if row["rows"] <= most]
    return int((within or [found[0]["commit"] if found else after])[-1])


def news(lake: Lake, since: Since) -> pa.Table:
    """Return the readings that came, each in its newest version, in the order in which they first came.

    The columns of the readings, and first: the first of these commits that brought it; again: whether one before did.
    """
    query = f"{_fresh(since)} SELECT *, {_AGAIN} AS again FROM fresh ORDER BY first, point, period_s, start, factor"
    return _ask(lake, since.after, query.format(after=int(since.after)))


def counts(lake: Lake, since: Since) -> pa.Table:
    """Return how many readings came for the first time: columns point, day (Beijing), count."""
    query = (
        f"{_fresh(since)} SELECT point, CAST(start + INTERVAL 8 HOUR AS DATE) AS day, count(*) AS count "
        f"FROM fresh WHERE NOT {_AGAIN} GROUP BY ALL ORDER BY ALL"
    )
    return _ask(lake, since.after, query.format(after=int(since.after)))


_KEY = ", ".join(READINGS.key)
_NEWEST = ", ".join(f"{name} DESC" for name in READINGS.newest)
_SAME = " AND ".join(f"earlier.{name} = fresh.{name}" for name in READINGS.key)
_AGAIN = (
    f'EXISTS (SELECT 1 FROM "readings" earlier WHERE {_SAME} AND earlier.commit <= {{after}} '
    "AND earlier.value IS NOT NULL)"
)


def _fresh(since: Since) -> str:
    """Return the SQL of the readings that came; one without a value is none."""
    where = Where.of(
        f"commit > {int(since.after)}",
        f"commit <= {int(since.upto)}",
        among("point", since.points),
        among("period_s", since.periods),
        "value IS NOT NULL",
    )
    return (
        f'WITH fresh AS (SELECT *, min(commit) OVER (PARTITION BY {_KEY}) AS first FROM "readings" WHERE {where} '
        f"QUALIFY row_number() OVER (PARTITION BY {_KEY} ORDER BY {_NEWEST}) = 1)"
    )


def _ask(lake: Lake, after: int, query: str) -> pa.Table:
    """Run SQL over the partitions in which something came after a commit."""
    listing = lake.tables[READINGS.name].listing()
    parts = frozenset(listing.parts(after))
    return lake.engine.sql(query, {READINGS: listing.paths(parts.__contains__)})
