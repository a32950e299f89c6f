"""A small correct pack to write to a folder, whole or with mistakes in it."""

from collections.abc import Callable
from pathlib import Path

import pytest

HEADER = """
[pack]
id = "demo"
zh = "试点政策包"
en = "Demonstration pack"
jurisdiction = "cn"
"""

RECORDS = """
[[chapter]]
id = "c1"
number = 1
article = 1
zh = "总则"
en = "General"

[[article]]
id = "a1"
article = 1
chapter = "c1"
zh = "目标"
en = "Targets"
summary_zh = "到期达到目标。"
summary_en = "Reach the target in time."

[[article]]
id = "a2"
article = 2
chapter = "c1"
zh = "职责"
en = "Duties"
summary_zh = "各部门负责。"
summary_en = "Departments answer for it."

[[area]]
id = "110105"
zh = "朝阳区"
en = "Chaoyang"
short = "朝阳"
standard = "GB/T 2260"
kind = "district"
reference_point = [116.49, 39.92]

[[organisation]]
id = "environment"
article = 2
zh = "区生态环境局"
en = "District environment bureau"
kind = "bureau"
area = "110105"

[[quantity]]
id = "q1"
article = 1
zh = "达标率"
en = "compliance rate"
value = 92
unit = "%"
comparator = ">="
printed = "92%以上"

[[task]]
id = "t1"
article = 2
zh = "按期完成"
en = "Finish in time"
lead = ["environment"]
deadlines = [{ kind = "by", value = 2019-12-31, printed = "2019年底前" }]
quantities = ["q1"]

[[limit]]
id = "pm25-year"
zh = "细颗粒物年平均限值"
en = "annual limit of fine particles"
standard = "GB 3095-2012"
clause = "table 1"
valid_from = 2016-01-01
valid_to = 2026-02-28
factor = "PM2.5"
period = "year"
unit = "µg/m³"
grade1 = 15
grade2 = 35
phase = "2012"

[[limit]]
id = "pm25-year"
zh = "细颗粒物年平均限值"
en = "annual limit of fine particles"
standard = "GB 3095-2026"
clause = "table 1"
valid_from = 2026-03-01
factor = "PM2.5"
period = "year"
unit = "µg/m³"
grade1 = 15
grade2 = 30
phase = "2026"

[[scale]]
id = "pm25"
zh = "细颗粒物分指数"
en = "index scale of fine particles"
standard = "HJ 633-2012"
item = "PM25_24H"
factor = "PM2.5"
averaging = "24h"
unit = "µg/m³"
decimals = 0
breakpoints = [[0, 0], [35, 50], [75, 100]]
over = "top"

[[fact]]
id = "aqi"
zh = "指数"
en = "index"
standard = "HJ 633-2012"
kind = "number"
unit = "1"

[[rule]]
id = "heavy"
zh = "重污染"
en = "heavy pollution"
standard = "HJ 633-2012"
question = "pollution"
verdict = "heavy"
order = 1
when = { fact = "aqi", op = ">", value = 200 }
"""

WritePack = Callable[..., Path]


@pytest.fixture
def write_pack(tmp_path: Path) -> WritePack:
    """Return a function that writes a pack's folder: files by name, the small correct pack where none are given."""

    def write(name: str = "demo", **files: str | bytes) -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        texts: dict[str, str | bytes] = {"pack": HEADER, "records": RECORDS, **files}
        for stem, text in texts.items():
            data = text if isinstance(text, bytes) else text.encode()
            (folder / f"{stem}.toml").write_bytes(data)
        return folder

    return write
