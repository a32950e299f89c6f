"""The bit fields of a JT/T 808 location: what each bit of status and alarm says."""

from enum import IntFlag


class Status(IntFlag):
    """Status bits (状态位) of a location."""

    ACC = 1 << 0
    FIX = 1 << 1
    SOUTH = 1 << 2
    WEST = 1 << 3
    OUT_OF_SERVICE = 1 << 4
    ENCRYPTED = 1 << 5
    OIL_CUT = 1 << 10
    ELECTRIC_CUT = 1 << 11
    GPS = 1 << 18
    BEIDOU = 1 << 19
    GLONASS = 1 << 20
    GALILEO = 1 << 21


class Alarm(IntFlag):
    """Alarm bits (报警标志) of a location."""

    SOS = 1 << 0
    OVERSPEED = 1 << 1
    FATIGUE = 1 << 2
    GNSS_FAULT = 1 << 4
    ANTENNA_CUT = 1 << 5
    ANTENNA_SHORT = 1 << 6
    LOW_POWER = 1 << 7
    POWER_LOST = 1 << 8
    DAY_DRIVING_OVER = 1 << 18
    AREA = 1 << 20
    ROUTE = 1 << 21
    ROUTE_DEVIATION = 1 << 23
    COLLISION = 1 << 29
    ROLLOVER = 1 << 30
