"""Factor codes (监测因子编码) for air: those of 2005 and of dust devices, and the code of 2017 for the same factor.

Reading keeps the code that was sent; telemetry asks :func:`current_code` where it needs one name for one factor.
"""

from collections.abc import Mapping

CODES_OF_2005: Mapping[str, str] = {
    "01": "a34013",  # flue dust 烟尘
    "02": "a21026",  # SO2
    "03": "a21002",  # NOx
    "04": "a21005",  # CO
    "05": "a21028",  # H2S
    "06": "a21018",  # fluoride 氟化物
    "10": "a21001",  # ammonia 氨
    "25": "a24087",  # hydrocarbons 碳氢化合物
    "B02": "a00000",  # waste gas flow 废气流量
    "S01": "a19001",  # O2
    "S02": "a01011",  # flue gas speed 烟气流速
    "S03": "a01012",  # flue gas temperature 烟气温度
    "S04": "a01017",  # dynamic pressure 烟气动压
    "S05": "a01014",  # flue gas humidity 烟气湿度
    "S06": "a01015",  # cooling temperature 制冷温度
    "S07": "a01016",  # stack area 烟道截面积
    "S08": "a01013",  # flue gas pressure 烟气压力
}
"""Air codes of HJ/T 212-2005 and their successors (HJ 212-2017, table B.2)."""

CODES_OF_DUST_DEVICES: Mapping[str, str] = {
    "PM25": "a34004",
    "PM10": "a34002",
    "TSP": "a34001",
    "SO2": "a21026",
    "NO2": "a21004",
    "CO": "a21005",
    "O3": "a05024",
    "TEM": "a01001",
    "RH": "a01002",
    "WS": "a01007",
    "WD": "a01008",
    "NOIS": "a50001",
}
"""Names that dust devices of the years of 2005 send as codes; those of unknown meaning (PA, PMD, H01 …) are absent."""


def current_code(code: str) -> str:
    """Return the code of 2017 for a code as sent; one that is not known to be old stays as it is.

    >>> current_code("02"), current_code("PM25"), current_code("a34004")
    ('a21026', 'a34004', 'a34004')
    """
    return CODES_OF_2005.get(code) or CODES_OF_DUST_DEVICES.get(code, code)
