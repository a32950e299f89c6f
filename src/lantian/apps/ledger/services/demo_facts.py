"""Made-up facts of ledger entries (演示台账的内容): names, identifiers with right checks, attributes by their kind.

Attributes are filled by what the pack's kind declares; :data:`CHANCES` says how likely choices and flags are where a
district is not evenly mixed. Everything follows from the random generator that is handed in.
"""

from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

import numpy as np

from lantian.apps.ledger.values import Stored
from lantian.kernel.identifiers import credit_check, identity_check, vin_check
from lantian.policy.records_ledger import Attribute, Kind

Weights = Mapping[str, float]
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
_CODE_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = ("建国", "志强", "秀英", "海燕", "文博", "立新", "春梅", "国栋", "晓东", "玉兰", "永胜", "佳宁")
_FIRST = ("金蝉", "垡头", "朝新", "望华", "广泽", "惠康", "东润", "京旺", "华腾", "瑞丰", "安平", "百子", "星火",
          "八里", "康家", "将台", "酒仙", "来广", "北苑", "定福", "双桥", "管庄", "黑庄", "高碑", "小红门")  # fmt: skip
_ROADS = ("路", "南路", "东路", "街", "西街", "北里路", "中路")

CHANCES: Mapping[tuple[str, str], Weights] = {
    ("construction-site", "above_size"): {"true": 0.45},
    ("construction-site", "stage"): {"preparation": 5, "demolition": 6, "earthwork": 16, "foundation": 18,
                                     "structure": 30, "finishing": 18, "greening": 7},
    ("enterprise", "sector"): {"printing": 16, "furniture": 12, "machinery": 20, "electronics": 12, "coating": 8,
                               "automobile": 6, "building-material": 8, "food": 8, "power": 3, "petrochemical": 2,
                               "other": 5},
    ("enterprise", "key_polluter"): {"true": 0.07},
    ("enterprise", "permit_managed"): {"key": 8, "simple": 22, "registered": 50, "none": 20},
    ("enterprise", "restricted"): {"none": 88, "restricted": 9, "prohibited": 3},
    ("enterprise", "voc_key"): {"true": 0.05},
    ("vehicle", "category"): {"bus": 18, "taxi": 20, "sanitation": 6, "post": 4, "courier": 8, "commuter": 5,
                              "logistics": 12, "heavy-diesel": 12, "muck": 8, "rental": 3, "school": 2, "other": 2},
    ("vehicle", "public_body"): {"true": 0.25},
    ("vehicle", "pass"): {"true": 0.4},
    ("machine", "type"): {"excavator": 34, "loader": 18, "forklift": 16, "roller": 8, "crane": 8, "bulldozer": 4,
                          "paver": 3, "generator": 5, "airport": 1, "farm": 2, "other": 1},
    ("machine", "industry"): {"housing": 52, "transport": 10, "urban": 9, "landscape": 6, "water": 4, "farming": 4,
                              "quality": 15},
    ("machine", "smoke_visible"): {"true": 0.04},
    ("restaurant", "scale"): {"large": 6, "medium": 26, "small": 68},
    ("restaurant", "licensed"): {"true": 0.93},
    ("restaurant", "purifier"): {"true": 0.88},
    ("restaurant", "batch"): {"none": 70, "upgrade": 14, "rectify": 12, "clear": 4},
    ("road-section", "urban"): {"true": 0.7},
    ("road-section", "covered"): {"true": 0.985},
    ("road-section", "new_process"): {"true": 0.9},
    ("cleaning-work", "process"): {"new": 93, "sweeping": 4, "rinsing": 2, "manual": 1},
    ("boiler", "device_type"): {"gas-boiler": 82, "furnace": 14, "tea-stove": 2, "coal-boiler": 2},
    ("boiler", "fuel"): {"gas": 90, "electric": 6, "oil": 3, "coal": 1},
    ("boiler", "low_nox"): {"true": 0.9},
    ("scattered", "action"): {"close": 74, "merge": 6, "upgrade": 20},
    ("cluster", "last_share"): {"true": 0.15},
    ("fuel-station", "station_type"): {"public": 78, "internal": 14, "depot": 1, "illegal": 2, "urea": 5},
    ("logistics-park", "rail_siding"): {"true": 0.3},
    ("mixing-plant", "enclosed"): {"true": 0.85},
    ("publicity-event", "organiser"): {"publicity": 12, "civilisation": 5, "environment": 14, "development-reform": 3,
                                       "urban-management": 5, "science": 3, "personnel": 2, "human-resources": 2,
                                       "education": 11, "trade-union": 4, "social-work": 4, "agriculture": 3,
                                       "womens-federation": 4, "youth-league": 6, "street": 46},
    ("publicity-event", "form"): {"practice": 24, "media": 14, "teaching": 14, "school": 14, "enterprise": 8,
                                  "community": 22, "volunteer": 12, "reward": 2},
    ("publicity-event", "theme"): {"environment-day": 20, "earth-day": 8, "energy-week": 10, "low-carbon-day": 8,
                                   "acting": 30, "other": 24},
}  # fmt: skip
"""Weights of choices, and chances of flags, by kind and attribute; without one all are alike and flags hold in 85 %."""

SIZES: Mapping[str, tuple[float, float]] = {
    "area_m2": (9000, 0.9), "floor_area_m2": (30000, 0.9), "treated_m2": (4000, 0.8), "capacity": (60, 0.5),
    "weight_t": (8, 0.6), "voc_t": (1.6, 1.4), "so2_t": (0.5, 1.2), "nox_t": (1.8, 1.3), "pm_t": (0.6, 1.2),
    "stack_height_m": (18, 0.35), "height_m": (18, 0.35), "diameter_m": (0.8, 0.4), "power_kw": (95, 0.5),
    "smoke_k": (0.4, 0.5), "length_km": (0.9, 0.6), "use_t": (2.5, 1.0), "voc_share": (24, 0.6),
    "cleaned_km": (2.4, 0.6), "passes": (2, 0.4),
    "freight_t": (180_000, 0.8), "rail_t": (12_000, 1.0), "capacity_t_h": (6, 0.8), "heats_m2": (40_000, 0.8),
    "stoves": (3, 0.6), "incentive_yuan": (24_000, 0.4), "capacity_m3": (400_000, 0.5), "used_m3": (150_000, 0.5),
    "score": (78, 0.1), "progress": (60, 0.3), "people": (140, 0.9), "volunteers": (14, 0.7),
}  # fmt: skip
"""Median and spread (of the logarithm) of numbers by attribute."""

NAMES: Mapping[str, Sequence[str]] = {
    "construction-site": ("{first}地块住宅项目", "{first}综合管廊工程", "{first}小学改扩建工程", "{first}安置房项目"),
    "mixing-plant": ("北京{first}混凝土有限公司",),
    "sand-yard": ("{first}砂石料场",),
    "disposal-site": ("{first}渣土消纳场",),
    "bare-land": ("{first}{road}南侧地块", "{first}拆迁腾退地块", "{first}村北闲置地"),
    "road-section": ("{first}{road}（{n}段）",),
    "cleaning-work": ("第{n}号作业单",),
    "enterprise": ("北京{first}{trade}有限公司",),
    "process": ("{n}号生产线",),
    "outlet": ("{n}号排放口",),
    "material": ("{material}",),
    "scattered": ("{first}加工点", "{first}家具作坊", "{first}汽修喷漆点", "{first}洗涤作坊"),
    "cluster": ("{first}产业聚集区",),
    "boiler": ("{first}供热站{n}号炉", "{first}宾馆锅炉", "{first}中学锅炉"),
    "restaurant": ("{first}饭庄", "{first}小馆", "{first}火锅城", "{first}面馆", "{first}酒楼", "{first}烤鸭店"),
    "barbecue": ("{first}{road}路口烧烤",),
    "repair-shop": ("北京{first}汽车修理厂", "{first}快修店"),
    "paint-seller": ("{first}建材市场", "{first}涂料商行"),
    "fuel-station": ("{first}加油站",),
    "inspection-station": ("北京{first}机动车检测场",),
    "logistics-park": ("{first}物流园",),
    "park": ("{first}产业园",),
    "charging-site": ("{first}充电站", "{first}停车场充电点"),
    "heating-unit": ("{first}村{n}号院",),
    "instrument": ("便携式监测仪{n}号",),
    "staff-certificate": ("{person}",),
    "publicity-event": (
        "{first}社区环保宣传日",
        "{first}小学蓝天课堂",
        "{first}绿色出行志愿活动",
        "{first}企业治污政策宣讲",
        "{first}广场节能宣传",
    ),
}
_TRADES = ("印刷", "机械", "电子", "家具", "涂装", "包装", "食品", "建材", "汽车配件", "医药")
_MATERIALS = ("溶剂型油墨", "水性油墨", "胶粘剂", "稀释剂", "清洗剂", "水性漆", "溶剂型漆", "固化剂")


@dataclass
class Facts:
    """Draws facts; ``on`` is today for what has an age."""

    random: np.random.Generator
    on: date

    def chance(self, share: float) -> bool:
        """Tell whether something that holds in a share of cases holds."""
        return bool(self.random.random() < share)

    def pick(self, of: Sequence[Any]) -> Any:
        """Return one of several, all alike."""
        return of[int(self.random.integers(len(of)))]

    def weighted(self, weights: Weights) -> str:
        """Return one of several by weight."""
        sums = list(accumulate(weights.values()))
        return list(weights)[bisect(sums, self.random.random() * sums[-1])]

    def day(self, oldest: int, newest: int = 0) -> str:
        """Return a day so many days ago, as ISO text."""
        return (self.on - timedelta(days=int(self.random.integers(newest, oldest)))).isoformat()

    def digits(self, size: int) -> str:
        """Return so many digits."""
        return f"{int(self.random.integers(10**size)):0{size}d}"

    def number(self, name: str, attribute: Attribute) -> float:
        """Return a number of the usual size, within its bounds and decimals."""
        median, spread = SIZES.get(name, (10, 0.5))
        value = float(median * np.exp(spread * self.random.standard_normal()))
        low = float(attribute.low) if attribute.low is not None else value
        high = float(attribute.high) if attribute.high is not None else value
        return round(min(max(value, low), high), attribute.decimals or (0 if value > 100 else 1))

    def person(self) -> str:
        """Return a person's name."""
        return f"{self.pick(_SURNAMES)}{self.pick(_GIVEN)}"

    def first(self) -> str:
        """Return the distinguishing word of a name."""
        return str(self.pick(_FIRST))

    def name(self, kind: Kind, number: int) -> str:
        """Return the name of an entry."""
        pattern = str(self.pick(NAMES.get(kind.id, (f"{kind.zh}{{n}}",))))
        return pattern.format(
            first=self.first() + str(self.pick(("", "一", "新", "兴", "恒"))),
            road=self.pick(_ROADS),
            trade=self.pick(_TRADES),
            material=self.pick(_MATERIALS),
            person=self.person(),
            n=number,
        )

    def address(self) -> str:
        """Return a street and a number."""
        return f"{self.first()}{self.pick(_ROADS)}{int(self.random.integers(1, 260))}号"

    def credit_code(self) -> str:
        """Return a credit code with its check character; division 110105, a made-up body."""
        body = "".join(_CODE_LETTERS[int(one)] for one in self.random.integers(len(_CODE_LETTERS), size=9))
        head = f"91110105{body}"
        return head + credit_check(head)

    def identity(self) -> str:
        """Return an identity number with its check character, of a made-up person born between 1960 and 1999."""
        head = f"110105{1960 + int(self.random.integers(40))}{int(self.random.integers(1, 13)):02d}01{self.digits(3)}"
        return head + identity_check(head)

    def vin(self) -> str:
        """Return a VIN with its check character in the ninth place."""
        drawn = [_VIN_LETTERS[int(one)] for one in self.random.integers(len(_VIN_LETTERS), size=8)]
        draft = "L" + "".join(drawn[:7]) + "0" + drawn[7] + "A" + self.digits(6)
        return draft[:8] + vin_check(draft) + draft[9:]


def plate(number: int, *, green: bool, large: bool) -> str:
    """Return the plate of a number, different for each; new-energy plates have six characters.

    >>> plate(0, green=False, large=False), plate(1, green=True, large=False), plate(2, green=True, large=True)
    ('京N00000', '京AD00001', '京A00002D')
    """
    series, rest = divmod(number, 100_000)
    if not green:
        return f"京{'NPQ'[series]}{rest:05d}"
    return f"京{'AB'[series]}{rest:05d}D" if large else f"京{'AB'[series]}D{rest:05d}"


def attributes(kind: Kind, facts: Facts, number: int, references: Mapping[str, str]) -> dict[str, Stored]:
    """Return the attributes of an entry; ``references`` are codes of other entries by kind."""
    found: dict[str, Stored] = {}
    for one in kind.attributes:
        if one.required or one.name == kind.key or facts.chance(0.93):
            value = _value(kind, one, facts, number, references)
            if value not in (None, "", []):
                found[one.name] = value
    SPECIAL.get(kind.id, _as_is)(found, facts, number)
    known = {one.name: one for one in kind.attributes}
    return {name: value for name, value in found.items() if name in known and value is not None}


def _as_is(found: dict[str, Stored], facts: Facts, number: int) -> None:
    """Most kinds need no more than their declaration."""


def _value(kind: Kind, one: Attribute, facts: Facts, number: int, references: Mapping[str, str]) -> Stored:
    if one.type == "source":
        return references.get(str(one.of))
    if one.choices:
        weights = CHANCES.get((kind.id, one.name), {})
        allowed = {choice.id: weights.get(choice.id, 0.0 if weights else 1.0) for choice in one.choices}
        chosen = facts.weighted(allowed if any(allowed.values()) else dict.fromkeys(allowed, 1.0))
        return [chosen] if one.type == "choices" else chosen
    if one.type == "flag":
        return facts.chance(CHANCES.get((kind.id, one.name), {}).get("true", 0.85))
    made = _MAKERS.get(one.type)
    return _text(one, facts, number) if made is None else made(one, facts)


def _text(one: Attribute, facts: Facts, number: int) -> Stored:
    if one.sensitivity == "personal":
        return facts.person()
    written = _TEXTS.get(one.name)
    if written is not None:
        return written(facts, number)
    if one.pattern:
        return one.example or None
    return f"{number:06d}" if one.example else f"{facts.first()}{number % 97}"


_MAKERS: Mapping[str, Callable[[Attribute, Facts], Stored]] = {
    "number": lambda one, facts: facts.number(one.name, one),
    "integer": lambda one, facts: int(facts.number(one.name, one)),
    "date": lambda one, facts: facts.day(2500, -400 if "due" in one.name or "until" in one.name else 0),
    "month": lambda one, facts: facts.day(2000)[:7],
    "phone": lambda one, facts: f"1{facts.pick('35789')}{facts.digits(9)}",
    "credit_code": lambda one, facts: facts.credit_code(),
    "vin": lambda one, facts: facts.vin(),
    "identity": lambda one, facts: facts.identity(),
}
_TEXTS: Mapping[str, Callable[[Facts, int], str]] = {
    "permit_number": lambda facts, n: f"110105{facts.day(2200)[:7].replace('-', '')}{n:06d}",
    "trade_code": lambda facts, n: f"{1300 + n % 3000:04d}",
    "environment_code": lambda facts, n: f"CNFJG300{n:016d}",
    "outlet_code": lambda facts, n: f"DA{n:05d}",
    "opens": lambda facts, n: "08:00-17:00",
    "builder": lambda facts, n: f"北京{facts.first()}建设集团有限公司",
    "developer": lambda facts, n: f"北京{facts.first()}置业有限公司",
    "company": lambda facts, n: f"北京{facts.first()}建材有限公司",
    "licence": lambda facts, n: f"JY2110105{n:07d}",
    "road_code": lambda facts, n: f"CY-{n:05d}",
    "serial": lambda facts, n: f"SN{n:08d}",
    "certificate": lambda facts, n: f"BJ-{n:06d}",
    "maker": lambda facts, n: str(facts.pick(("三一重机", "徐工机械", "柳工机械", "山东临工", "中联重科", "龙工"))),
    "model": lambda facts, n: f"{facts.pick('XYZ')}{facts.pick((50, 60, 75, 215, 335, 956))}",
    "hours": lambda facts, n: "18:00-23:00",
    "line": lambda facts, n: f"{n % 4 + 1}号线",
    "hour": lambda facts, n: str(facts.pick(("09:00", "09:30", "10:00", "14:00", "14:30", "19:00"))),
    "place": lambda facts, n: f"{facts.first()}{facts.pick(('文化广场', '社区活动室', '小学礼堂', '公园南门'))}",
    "report": lambda facts, n: f"《朝阳报》第 {n % 90 + 1} 期",
    "remark": lambda facts, n: "合成数据",
}


# -- kinds whose facts hang together ----------------------------------------------------------------------------------


def _vehicle(found: dict[str, Stored], facts: Facts, number: int) -> None:
    category = str(found.get("category"))
    age = int(facts.random.integers(0, 5000))
    found["registered_on"] = (facts.on - timedelta(days=age)).isoformat()
    fuel_share = {"bus": 0.88, "taxi": 0.72, "sanitation": 0.7, "post": 0.75, "courier": 0.66, "commuter": 0.4,
                  "logistics": 0.5, "school": 0.2, "rental": 0.3}  # fmt: skip
    is_heavy = category in ("heavy-diesel", "muck", "sanitation", "bus")
    if age < 3200 and facts.chance(fuel_share.get(category, 0.06)):
        found["energy"], found["stage"] = "electric", "e"
    else:
        found["energy"] = "diesel" if is_heavy else "petrol"
        found["stage"] = next(stage for days, stage in _STAGES if age <= days)
    green = found["energy"] == "electric"
    found["plate"] = plate(number, green=green, large=is_heavy)
    found["weight_t"] = round(float(facts.random.uniform(12, 31) if is_heavy else facts.random.uniform(1.4, 4.4)), 1)
    found["monitor"] = facts.chance(0.8) if category in ("heavy-diesel", "muck") else False
    found["positioning"] = facts.chance(0.96) if category in ("muck", "taxi", "bus") else facts.chance(0.3)
    found["core_area"] = facts.chance(0.55)
    for name in ("scrapped_on", "incentive_yuan", "incentive_paid_on"):
        found.pop(name, None)


_STAGES = ((1900, "6b"), (2300, "6a"), (3600, "5"), (4500, "4"), (10**6, "3"))
"""Emission stages of vehicles by their age in days."""


def _machine(found: dict[str, Stored], facts: Facts, number: int) -> None:
    age = int(facts.random.integers(0, 6500))
    found["built_on"] = (facts.on - timedelta(days=age)).isoformat()
    electric = facts.chance(0.5 if found.get("type") == "forklift" else 0.04)
    found["energy"] = "electric" if electric else "diesel"
    found["stage"] = "D" if electric else next(stage for days, stage in _MACHINE_STAGES if age <= days)
    if electric:
        for name in ("smoke_k", "tested_on", "smoke_visible"):
            found.pop(name, None)


_MACHINE_STAGES = ((1460, "4"), (4200, "3"), (6000, "2"), (10**6, "1"))


def _enterprise(found: dict[str, Stored], facts: Facts, number: int) -> None:
    if facts.chance(0.02):
        found["stack_height_m"] = float(facts.pick((48.0, 60.0, 80.0, 120.0)))
    for name in ("exit_listed", "exit_verified_on"):
        found.pop(name, None)
    if facts.chance(0.12):
        found["exit_listed"] = int(facts.random.integers(2018, 2021))
    found["voc_key"] = float(found.get("voc_t") or 0) > 10  # type: ignore[arg-type]  # a number by its kind
    if not facts.chance(0.7):
        found.pop("audit_done_on", None)


def _land(found: dict[str, Stored], facts: Facts, number: int) -> None:
    area = float(found.get("area_m2") or 0)  # type: ignore[arg-type]  # a number by its kind
    done = found.get("treatment") not in (None, "none")
    found["treated_m2"] = round(area * float(facts.random.uniform(0.5, 1))) if done else 0.0
    if not done:
        found.pop("treated_on", None)


def _repair(found: dict[str, Stored], facts: Facts, number: int) -> None:
    found["sprays"] = found.get("class") != "3"
    if not found["sprays"]:
        found["booths"] = 0
        for name in ("booth_done", "booth_done_on", "spray_left"):
            found.pop(name, None)
    else:
        found["spray_left"] = facts.chance(0.06)


def _freight(found: dict[str, Stored], facts: Facts, number: int) -> None:
    freight = float(found.get("freight_t") or 0)  # type: ignore[arg-type]  # a number by its kind
    found["rail_t"] = round(freight * float(facts.random.uniform(0, 0.35))) if facts.chance(0.5) else 0.0


def _valid(end: str, begin: str) -> Callable[[dict[str, Stored], Facts, int], None]:
    """Most of what has to be renewed is valid; a few are near their end or past it."""

    def made(found: dict[str, Stored], facts: Facts, number: int) -> None:
        last = date.fromisoformat(facts.day(0, -330) if facts.chance(0.86) else facts.day(50, -25))
        found[end] = last.isoformat()
        found[begin] = (last - timedelta(days=365)).isoformat()

    return made


def _cleaning(found: dict[str, Stored], facts: Facts, number: int) -> None:
    """Work of the last two months, done by a crew."""
    found |= {"worked_on": facts.day(60), "crew": f"环卫作业{number % 12 + 1}队", "plate": f"京N9{number % 40:04d}"}


SPECIAL: Mapping[str, Callable[[dict[str, Stored], Facts, int], None]] = {
    "vehicle": _vehicle,
    "machine": _machine,
    "cleaning-work": _cleaning,
    "enterprise": _enterprise,
    "bare-land": _land,
    "repair-shop": _repair,
    "logistics-park": _freight,
    "park": _freight,
    "instrument": _valid("calibration_due", "calibrated_on"),
    "staff-certificate": _valid("valid_until", "issued_on"),
}
