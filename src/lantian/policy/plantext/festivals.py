"""Festivals by which plans set days (节前): New Year, Spring Festival, Labour Day, National Day."""

from datetime import date

_FIXED = {"元旦": (1, 1), "五一": (5, 1), "劳动": (5, 1), "国庆": (10, 1)}
_SPRING = {
    2000: (2, 5), 2001: (1, 24), 2002: (2, 12), 2003: (2, 1), 2004: (1, 22), 2005: (2, 9), 2006: (1, 29),
    2007: (2, 18), 2008: (2, 7), 2009: (1, 26), 2010: (2, 14), 2011: (2, 3), 2012: (1, 23),
    2013: (2, 10), 2014: (1, 31), 2015: (2, 19), 2016: (2, 8), 2017: (1, 28), 2018: (2, 16), 2019: (2, 5),
    2020: (1, 25), 2021: (2, 12), 2022: (2, 1), 2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17),
    2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3), 2031: (1, 23), 2032: (2, 11), 2033: (1, 31),
    2034: (2, 19), 2035: (2, 8),
}  # fmt: skip
"""The first day of the lunar year (农历正月初一), GB/T 33661-2017."""


def festival(name: str, year: int) -> date | None:
    """Return the day of a festival; None for a Spring Festival beyond the table.

    >>> festival("国庆", 2019), festival("春节", 2020), festival("春节", 2036)
    (datetime.date(2019, 10, 1), datetime.date(2020, 1, 25), None)
    """
    day = _SPRING.get(year) if name == "春节" else _FIXED[name]
    return date(year, *day) if day else None


def next_festival(name: str, begins: date) -> date | None:
    """Return the first such festival from a day on.

    >>> next_festival("春节", date(2019, 9, 1)), next_festival("五一", date(2019, 4, 2))
    (datetime.date(2020, 1, 25), datetime.date(2019, 5, 1))
    """
    days = (festival(name, year) for year in (begins.year, begins.year + 1))
    return next((day for day in days if day and day >= begins), None)
