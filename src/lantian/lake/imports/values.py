"""Columns of numbers to micro units, exactly: text and float32 by their decimal digits, units by whole ratios."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lantian.airquality.grid import MICRO, MISSING
from lantian.lake.imports.layouts import missing_texts
from lantian.lake.imports.rejects import NEGATIVE, NOT_A_NUMBER, Rejects

_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?$"
_LARGEST = 1e9
"""Larger numbers are no concentrations, and their micro values could not be added up in 64 bits."""


def micro_of(column: pa.ChunkedArray, rows: NDArray[np.int64], name: str, rejects: Rejects) -> NDArray[np.int64]:
    """Return a column in millionths of its own unit, MISSING where empty; rejects text and negative numbers."""
    numbers, wrong = _numbers(column)
    values = np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)
    with np.errstate(invalid="ignore"):
        huge = np.abs(values) > _LARGEST
        negative = values < 0
    _reject(column, rows, name, wrong | huge, rejects, negative=False)
    _reject(column, rows, name, negative & ~huge, rejects, negative=True)
    known = np.isfinite(values) & ~huge & ~negative
    return np.where(known, np.rint(np.where(known, values, 0.0) * MICRO).astype(np.int64), MISSING)


def _reject(
    column: pa.ChunkedArray,
    rows: NDArray[np.int64],
    name: str,
    bad: NDArray[np.bool_],
    rejects: Rejects,
    *,
    negative: bool,
) -> None:
    if bad.any():
        found = (str(value) for value in column.filter(pa.array(bad)).to_pylist())
        rejects.add(rows[bad], name, found, NEGATIVE if negative else NOT_A_NUMBER)


def _numbers(column: pa.ChunkedArray) -> tuple[pa.Array, NDArray[np.bool_]]:
    """Return a column as float64 and where its text is no number."""
    array = column.combine_chunks()
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    none_wrong = np.zeros(len(array), dtype=np.bool_)
    if pa.types.is_float32(array.type) or pa.types.is_float16(array.type):
        return _by_digits(array), none_wrong
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        return _parsed(array)
    return array.cast(pa.float64(), safe=False), none_wrong


def _by_digits(array: pa.Array) -> pa.Array:
    """Read a float32 as the shortest decimal that names it: 0.6, not 0.6000000238."""
    encoded = array.cast(pa.float32()).dictionary_encode()
    decimals = encoded.dictionary.cast(pa.string()).cast(pa.float64())
    return decimals.take(encoded.indices)


def _parsed(array: pa.Array) -> tuple[pa.Array, NDArray[np.bool_]]:
    encoded = array.dictionary_encode()
    texts = pc.utf8_trim_whitespace(encoded.dictionary)
    missing = pc.is_in(texts, pa.array(missing_texts(), texts.type))
    number = pc.match_substring_regex(texts, _NUMBER)
    parsed = pc.if_else(number, texts, None).cast(pa.float64())
    wrong = pc.and_(pc.invert(number), pc.invert(missing))
    taken = wrong.take(encoded.indices).fill_null(False)
    return parsed.take(encoded.indices), np.asarray(taken.to_numpy(zero_copy_only=False), dtype=np.bool_)


def converted(micro: NDArray[np.int64], times: int, divisor: int) -> NDArray[np.int64]:
    """Return micro values in another unit, in whole numbers; half a millionth goes to the even one.

    >>> converted(np.array([300_000_000]), 1, 1000).tolist()  # CO 300 µg/m³ is 0.3 mg/m³
    [300000]
    """
    known = micro != MISSING
    scaled = np.where(known, micro, 0) * times
    floor = scaled // divisor
    twice = (scaled - floor * divisor) * 2
    rounded = floor + ((twice > divisor) | ((twice == divisor) & (floor % 2 == 1)))
    return np.where(known, rounded, MISSING)
