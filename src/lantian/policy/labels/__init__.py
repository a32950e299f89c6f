"""How tables, keys and words of a pack are called on pages and in the docs (名称), in Chinese and English.

A new table is named in ``tables``, a new key by its first letter in ``keys_a_to_l`` or ``keys_m_to_z``; the unit
that a key implies is in ``units``.
"""

from collections.abc import Mapping

from lantian.kernel.errors import Text
from lantian.policy.labels.keys_a_to_l import KEYS_A_TO_L
from lantian.policy.labels.keys_m_to_z import KEYS_M_TO_Z
from lantian.policy.labels.tables import TABLES
from lantian.policy.labels.units import MEASURED_KEYS, UNITS_OF_KEYS

__all__ = ["CONFIDENCES", "KEYS", "MEASURED_KEYS", "OPEN", "TABLES", "UNITS_OF_KEYS", "key_label", "table_label"]

KEYS: Mapping[str, Text] = {**KEYS_A_TO_L, **KEYS_M_TO_Z}
"""Labels of keys; a pair such as ``summary_zh``, ``summary_en`` has one label."""

CONFIDENCES: Mapping[str, Text] = {
    "A": Text("已确认", "confirmed"),
    "B": Text("待核实", "unconfirmed"),
    "B?": Text("待核实（存疑）", "unconfirmed, doubtful"),
}

OPEN = Text("不限", "open")


def key_label(key: str) -> Text:
    """Return the label of a key, or its own name where it has none."""
    return KEYS.get(key, Text(key, key.replace("_", " ")))


def table_label(table: str) -> Text:
    """Return the label of a table, or its own name where it has none."""
    return TABLES.get(table, Text(table, table.replace("_", " ")))
