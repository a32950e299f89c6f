"""Hour labels (小时标签) to hours: text or timestamps, labelled by start or end, in Beijing time.

An hour is counted in hours since 1970-01-01 00:00 of the Beijing clock, by its start.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lantian.kernel.instants import BEIJING
from lantian.lake.imports.layouts import Layout
from lantian.lake.imports.rejects import FUTURE, HOUR_24, HOUR_RANGE, MINUTES, NO_TIME, Reason, Rejects
from lantian.lake.imports.sheets import Sheet

HOUR_US = 3_600_000_000
_TEXT = re.compile(
    r"\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?:(?:日\s*|[T\s]+)(\d{1,2})(?:[:：时](\d{2})?(?::(\d{2})(?:\.0+)?)?)?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?\s*"
)
_COMPACT = re.compile(r"\s*(\d{4})(\d{2})(\d{2})[T\s]?(\d{2})(?:(\d{2})(\d{2})?)?\s*()?")


@dataclass(frozen=True)
class Hours:
    """The hours of rows and which of them are good."""

    start: NDArray[np.int64]
    good: NDArray[np.bool_]


def hours_of(sheet: Sheet, chosen: Layout, now: datetime, rejects: Rejects) -> Hours:
    """Read the times of a batch; rejects what is no time, not on the hour, beyond 24, or in the future."""
    column, name = _time_column(sheet, chosen)
    encoded = column.combine_chunks().dictionary_encode()
    texts = encoded.dictionary
    found = [_hour(value, chosen) for value in texts.to_pylist()]
    latest = hour_number(now) + 1
    judged = [FUTURE if isinstance(hour, int) and not 0 <= hour <= latest else hour for hour in found]
    codes = np.asarray(encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
    reasons = [hour if isinstance(hour, Reason) else None for hour in [*judged, NO_TIME]]
    starts = np.array([hour if isinstance(hour, int) else -1 for hour in [*judged, NO_TIME]], dtype=np.int64)
    good = starts[codes] >= 0
    _reject(sheet, name, codes, reasons, [*map(str, texts.to_pylist()), ""], rejects)
    return Hours(starts[codes], good)


def _reject(
    sheet: Sheet,
    name: str,
    codes: NDArray[np.int64],
    reasons: list[Reason | None],
    texts: list[str],
    rejects: Rejects,
) -> None:
    for reason in dict.fromkeys(reason for reason in reasons if reason is not None):
        bad = np.array([one is reason for one in reasons])[codes]
        if bad.any():
            rejects.add(sheet.rows[bad], name, (texts[code] for code in codes[bad]), reason)


def hour_number(instant: datetime) -> int:
    """Return the number of the hour in which an instant lies.

    >>> hour_number(datetime(1970, 1, 1, tzinfo=UTC))
    8
    """
    return int((instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(hours=1)) + 8


def _time_column(sheet: Sheet, chosen: Layout) -> tuple[pa.ChunkedArray, str]:
    if chosen.time in sheet.columns.column_names:
        column = sheet.columns.column(chosen.time)
        stamps = pa.types.is_timestamp(column.type)
        return (column.cast(pa.timestamp("us", column.type.tz), safe=False) if stamps else column), chosen.time
    texts = [sheet.columns.column(part).cast(pa.string()) for part in chosen.time_parts]
    date = pc.binary_join_element_wise(*texts[:3], "-")
    return pc.binary_join_element_wise(date, texts[3], " "), "/".join(chosen.time_parts)


def _hour(value: object, chosen: Layout) -> int | Reason:
    """Return the hour that a label names, or why it names none."""
    if isinstance(value, datetime):
        local = value.astimezone(BEIJING) if value.tzinfo else value.replace(tzinfo=BEIJING)
        return _labelled(local, 0, chosen) if not (local.minute or local.second or local.microsecond) else MINUTES
    match = _TEXT.fullmatch(str(value)) or _COMPACT.fullmatch(str(value))
    if match is None or match[4] is None:
        return NO_TIME
    return _of_parts(match, chosen)


def _of_parts(match: re.Match[str], chosen: Layout) -> int | Reason:
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    if hour > 24:
        return HOUR_RANGE
    if hour == 24 and chosen.label == "start":
        return HOUR_24
    if minute or second:
        return MINUTES if minute < 60 and second < 60 else NO_TIME
    try:
        local = datetime(year, month, day, tzinfo=BEIJING)
    except ValueError:
        return NO_TIME
    if match[7]:
        sign = "+00:00" if match[7] == "Z" else match[7]
        shifted = datetime.strptime(f"{year:04}{month:02}{day:02} {sign.replace(':', '')}", "%Y%m%d %z")
        local = shifted.astimezone(BEIJING)
        if local.minute:
            return MINUTES
    return _labelled(local, hour, chosen)


def _labelled(local: datetime, hours: int, chosen: Layout) -> int:
    return hour_number(local) + hours - (1 if chosen.label == "end" else 0)
