"""Hourly observation files on their way into the lake (数据导入): opened, read, checked, turned into readings.

opening → sheets → lines → loading: bytes become text, text becomes columns, columns become clean hours, hours become
readings. Every step works on a batch of rows at a time, so that a file may be larger than memory.
"""

from lantian.lake.imports.errors import ImportFileError
from lantian.lake.imports.hours import HoursOfFile, read_hours
from lantian.lake.imports.layouts import Layout, layout, layout_names, with_label, with_mapping
from lantian.lake.imports.loading import Loaded, Loading, load
from lantian.lake.imports.looking import Look, look

__all__ = [
    "HoursOfFile",
    "ImportFileError",
    "Layout",
    "Loaded",
    "Loading",
    "Look",
    "layout",
    "layout_names",
    "load",
    "look",
    "read_hours",
    "with_label",
    "with_mapping",
]
