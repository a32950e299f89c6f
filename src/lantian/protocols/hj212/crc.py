"""The check sum of HJ 212-2017 Annex A.

For each byte: register = (register >> 8) xor byte, then eight shifts with 0xA001. This is not CRC-16/MODBUS, which
keeps the high byte. Only the high byte of the register reaches the next step, so one step is ``h' = hi(T[h xor byte])``
with T the reflected 0xA001 table. That step is linear over GF(2) and its eighth power is the identity: bytes eight
apart may be xor-ed together first, which one big integer does at once. ``bitwise`` is the standard's own text, kept
as the reference.
"""

_POLYNOMIAL = 0xA001
_INITIAL = 0xFFFF


def _eight_shifts(register: int) -> int:
    for _ in range(8):
        register = (register >> 1) ^ _POLYNOMIAL if register & 1 else register >> 1
    return register


_TABLE = tuple(_eight_shifts(byte) for byte in range(256))


def bitwise(segment: bytes) -> int:
    """Return the check sum exactly as Annex A words it, bit by bit."""
    register = _INITIAL
    for byte in segment:
        register = _eight_shifts((register >> 8) ^ byte)
    return register


def table(segment: bytes) -> int:
    """Return the check sum through the 256-entry table, byte by byte."""
    register = _INITIAL
    for byte in segment:
        register = _TABLE[(register >> 8) ^ byte]
    return register


def _step(high: int) -> int:
    return _TABLE[high] >> 8


def _powers() -> tuple[tuple[int, ...], ...]:
    rows = [tuple(range(256))]
    for _ in range(7):
        rows.append(tuple(_step(value) for value in rows[-1]))
    return tuple(rows)


_POWERS = _powers()
"""_POWERS[k][x]: the step applied k times to x; the eighth application is the identity (tested)."""

_P0, _P1, _P2, _P3, _P4, _P5, _P6, _P7 = _POWERS
_MASKS = tuple((1 << (64 * words)) - 1 for words in range(65))


def _fold(segment: bytes) -> int:
    """Return the xor of the segment's 64-bit words, counted from its end."""
    folded = int.from_bytes(segment, "big")
    words = (len(segment) + 7) // 8
    while words > 1:
        half = (words + 1) // 2
        mask = _MASKS[half] if half < len(_MASKS) else (1 << 64 * half) - 1
        folded = (folded >> (64 * half)) ^ (folded & mask)
        words = half
    return folded


def crc(segment: bytes) -> int:
    """Return the check sum of a data segment (数据段) by folding.

    >>> f"{crc(b'123456789'):04X}"
    '2F80'
    """
    if not segment:
        return _INITIAL
    a, b, c, d, e, f, g, h = _fold(segment).to_bytes(8, "big")
    index = _P7[a] ^ _P6[b] ^ _P5[c] ^ _P4[d] ^ _P3[e] ^ _P2[f] ^ _P1[g] ^ _P0[h]
    return _TABLE[index ^ _POWERS[(len(segment) - 1) % 8][_INITIAL >> 8]]


def modbus(segment: bytes) -> int:
    """Return CRC-16/MODBUS, which some devices send by mistake.

    >>> f"{modbus(b'123456789'):04X}"
    '4B37'
    """
    register = _INITIAL
    for byte in segment:
        register = (register >> 8) ^ _TABLE[(register ^ byte) & 0xFF]
    return register
