"""Every way in which field devices leave the standard, by name: the verdict (判定) that a frame carries."""

from enum import StrEnum


class Fault(StrEnum):
    """One departure from HJ 212; a frame with faults is kept, and each device's settings say which are tolerated."""

    # the envelope
    NOISE_BEFORE = "noise-before"
    LENGTH_FIELD = "length-field-not-4-digits"
    LENGTH_WRONG = "length-wrong"
    CRC_LOWER_CASE = "crc-lower-case"
    CRC_SHORT = "crc-without-leading-zero"
    CRC_SWAPPED = "crc-bytes-swapped"
    CRC_MODBUS = "crc-modbus"
    CRC_WRONG = "crc-wrong"
    NO_TAIL = "no-crlf"
    TAIL_LF = "lf-only"
    # the data segment
    NO_SEGMENT = "no-cp"
    TEXT_GB18030 = "text-gb18030"
    TEXT_UNREADABLE = "text-unreadable"
    KEYS_UPPER_CASE = "keys-upper-case"
    BLANKS = "blanks"
    TRAILING_SEPARATOR = "trailing-separator"
    COMMA_FOR_SEMICOLON = "comma-for-semicolon"
    ITEM_WITHOUT_VALUE = "item-without-value"
    FACTOR_REPEATED = "factor-repeated"
    SUFFIX_MISSPELT = "suffix-misspelt"
    FLAG_ALONE = "flag-alone"
    # the fields
    NO_QN = "no-qn"
    QN_FORMAT = "qn-format"
    NO_MN = "no-mn"
    MN_FORMAT = "mn-not-24-hex"
    NO_FLAG = "no-flag"
    FLAG_FORMAT = "flag-format"
    NO_CN = "no-cn"
    PACKET_FIELDS = "packet-fields-and-flag-disagree"
    TIME_FORMAT = "time-format"
    VERSION_UNCONFIRMED = "version-2025-unconfirmed"
    CIPHER = "sm4-cipher"


DAMAGE = frozenset(
    {
        Fault.LENGTH_FIELD,
        Fault.LENGTH_WRONG,
        Fault.CRC_SHORT,
        Fault.CRC_SWAPPED,
        Fault.CRC_MODBUS,
        Fault.CRC_WRONG,
    }
)
"""Faults with which the envelope does not prove its content; the device's settings say which of them are repaired."""

UNCONFIRMED = frozenset({Fault.VERSION_UNCONFIRMED, Fault.CIPHER})
"""Content that no confirmed text explains: commands of 2025 known by name only, editions unknown, SM4 cipher."""

NEVER_REPAIRED = frozenset({Fault.CRC_WRONG, Fault.CIPHER})
"""Faults that no device's settings can allow: nothing proves the content, or nobody can read it."""

TOLERABLE = (DAMAGE | UNCONFIRMED) - NEVER_REPAIRED
"""Faults that a device's settings may allow; all others either harm nothing or are never repaired."""
