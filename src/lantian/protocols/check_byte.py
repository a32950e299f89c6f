"""The check byte (校验码, BCC) of GB 17691 and JT/T 808: the xor of all bytes.

The order of the bytes does not matter, so halves are xor-ed as whole numbers until eight bytes are left.
"""


def check_byte(content: bytes | bytearray) -> int:
    """Return the xor of all bytes, 0 of none.

    >>> f"{check_byte(bytes.fromhex('00020000012345678900000a')):02x}"
    '81'
    """
    folded, size = int.from_bytes(content, "big"), len(content)
    while size > 8:
        size = (size + 1) // 2
        folded = (folded >> 8 * size) ^ (folded & (1 << 8 * size) - 1)
    folded ^= folded >> 32
    folded ^= folded >> 16
    return (folded ^ folded >> 8) & 0xFF
