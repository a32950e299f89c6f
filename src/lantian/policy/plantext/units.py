"""Units of quantities (单位): their signs, how plans print them, and the words with which things are counted."""

import re

from lantian.policy.plantext.clean import words

UNITS: dict[str, tuple[str, ...]] = {
    "µg/m³": ("微克/立方米", "微克每立方米", "微克/m3", "微克/m³", "μg/m3", "μg/m³", "µg/m3", "µg/m³", "ug/m3",
              "ug/m³", "微克／立方米"),
    "mg/m³": ("毫克/立方米", "毫克每立方米", "mg/m3", "mg/m³"),
    "g/m²": ("克/平方米", "克每平方米", "g/m2", "g/m²", "g/㎡", "克/㎡"),
    "t/(km²·month)": (
        "吨/平方公里·月", "吨/(平方公里·月)", "吨/（平方公里·月）", "吨/月·平方公里",
        "吨/(月·平方公里)", "吨/（月·平方公里）",
        "吨/平方千米·月", "吨/平方公里.月", "t/km2·月", "吨/平方公里•月",
    ),
    "t/h": ("蒸吨/小时", "吨/小时", "蒸吨"),
    "mg/kg": ("mg/kg", "毫克/千克", "毫克/公斤"),
    "mg/L": ("mg/L", "毫克/升"),
    "g/kWh": ("克/千瓦时", "g/kWh"),
    "g/L": ("克/升", "克/公升", "g/L"),
    "mg/g": ("毫克/克", "mg/g"),
    "g/km": ("克/公里", "克/千米", "g/km"),
    "µg": ("微克",),
    "mg": ("毫克",),
    "g": ("克",),
    "ppm": ("ppm",),
    "°C": ("℃", "摄氏度"),
    "%": ("%",),
    "‰": ("‰",),
    "pp": ("个百分点", "百分点"),
    "km/h": ("公里/小时", "千米/小时", "km/h"),
    "m/s": ("米/秒", "m/s"),
    "km²": ("平方公里", "平方千米", "km2", "km²"),
    "m²": ("平方米", "m2", "m²", "㎡"),
    "m³": ("立方米", "标准立方米", "m3", "m³"),
    "km": ("公里", "千米", "km"),
    "m": ("米", "m"),
    "mu": ("亩",),
    "ha": ("公顷",),
    "t/a": ("吨/年",),
    "tce": ("吨标准煤", "吨标煤"),
    "t": ("吨",),
    "kg": ("公斤", "千克", "kg"),
    "kPa": ("千帕", "kPa"),
    "MPa": ("兆帕", "MPa"),
    "kW": ("千瓦", "kW"),
    "MW": ("兆瓦", "MW"),
    "GW": ("吉瓦", "GW"),
    "kVA": ("千伏安", "kVA"),
    "MVA": ("兆伏安", "MVA"),
    "kV": ("千伏", "kV"),
    "GJ": ("吉焦", "GJ"),
    "tCO2": ("吨二氧化碳当量", "吨二氧化碳"),
    "t/d": ("吨/日", "吨/天"),
    "mm": ("毫米", "mm"),
    "cm": ("厘米", "cm"),
    "μm": ("微米", "μm"),
    "kWh": ("千瓦时", "度电"),
    "dB": ("分贝", "dB"),
    "yuan": ("元",),
    "h": ("小时",),
    "min": ("分钟",),
    "day": ("天", "日"),
    "workday": ("工作日", "个工作日"),
    "week": ("周", "个星期"),
    "month": ("个月",),
    "year": ("年", "个年度"),
}  # fmt: skip
"""Units by their sign, and how plans print them."""

COUNTERS = words(
    "重量箱 课时 学时 架次 "
    "家次 台次 辆次 人次 户次 批次 场次 台套 台(套) 台（套） 辆(台) 辆（台） 次 家 台 辆 座 处 条 户 "
    "项 套 艘 人 名 位 件 起 批 支 只 根 架 列 班 期 倍 株 棵 颗 盏 眼 口 栋 幢 间 场 块 片 宗 例 篇 "
    "遍 轮 总吨 载重吨 张 种 分 份 部 门 所 枚 桩 把 封 村 车次 班次 标准箱 标箱 点位 点 个 "
)
SIGN = {word: sign for sign, words in UNITS.items() for word in words}
UNIT = "|".join(re.escape(word) for word in sorted([*SIGN, *COUNTERS], key=lambda word: (-len(word), word)))
