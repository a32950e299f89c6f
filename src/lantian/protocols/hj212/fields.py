"""Read and write the data segment (数据段) of HJ 212: header fields, then the CP area (6.3.2, 6.3.3).

Reading is tolerant and says so: keys in any case, blanks, a comma where a semicolon belongs, GB 18030 text. A value
stays the text that was sent; turning it into a number, with its unit, is telemetry's work.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import NamedTuple, cast

from lantian.protocols.hj212.faults import Fault

_HEADER_KEYS = {key.upper(): key for key in ("QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO")}
_HEADER_EXACT = {key: key for key in _HEADER_KEYS.values()}
_TIMES = "DataTime SystemTime BeginTime EndTime RestartTime"
_SETTINGS = "PolId InfoId RtdInterval MinInterval OverTime ReCount NewPW QnRtn ExeRtn"
_PARAMETER_KEYS = {key.upper(): key for key in f"{_TIMES} {_SETTINGS}".split()}
_SUFFIXES = "Rtd Min Avg Max ZsRtd ZsMin ZsAvg ZsMax Cou Flag EFlag SampleTime Data DayData NightData Info RS RT SN"
_SUFFIX_KEYS = {suffix.upper(): suffix for suffix in _SUFFIXES.split()}
MISSPELT = {"TD": "Rtd", "RTD-RTD": "Rtd"}
"""Suffixes misspelt by some makers, and what they mean; the text that was sent is kept."""
_SEPARATORS = re.compile(r"([;,])")
_ENCODINGS = (("utf-8", None), ("gb18030", Fault.TEXT_GB18030))
_ITEM = re.compile(r"([;,]?[^;,=]*)=([^;,]*)")
_UPPER_CODE = re.compile(r"[AWN][0-9]{5}")
_CP = re.compile(r"[Cc][Pp]\s*=\s*&&")


class Pair(NamedTuple):
    """One value of the CP area: ``a34004-Rtd=35`` is code a34004, suffix Rtd, text 35; a parameter has no suffix."""

    code: str
    suffix: str
    text: str


@dataclass(frozen=True, slots=True)
class Fields:
    """A data segment taken apart.

    header: QN, ST, CN, PW, MN, Flag, PNUM, PNO and whatever else stood before the CP area, as sent.
    pairs: every value of the CP area in the order sent. faults: departures found on the way.
    """

    header: Mapping[str, str]
    pairs: tuple[Pair, ...]
    faults: tuple[Fault, ...]

    @property
    def parameters(self) -> dict[str, str]:
        """The values without suffix, such as DataTime or RtdInterval; of a repeated one the last."""
        return {pair.code: pair.text for pair in self.pairs if not pair.suffix}

    @property
    def factors(self) -> dict[str, dict[str, str]]:
        """The factors (监测因子) with their values by suffix; of a repeated one the last."""
        found: dict[str, dict[str, str]] = {}
        for code, suffix, text in self.pairs:
            if suffix:
                if code not in found:
                    found[code] = {}
                found[code][suffix] = text
        return found


@dataclass(slots=True)
class _Notes:
    faults: dict[Fault, None] = field(default_factory=dict)

    def add(self, fault: Fault) -> None:
        self.faults[fault] = None


def read_fields(segment: bytes) -> Fields:
    """Take a data segment apart; nothing is refused, everything unusual is named.

    >>> fields = read_fields(b"ST=22;CN=2011;MN=A1;CP=&&DataTime=20190601120000;a34004-Rtd=35,a34004-Flag=N&&")
    >>> fields.header["CN"], fields.factors, fields.parameters
    ('2011', {'a34004': {'Rtd': '35', 'Flag': 'N'}}, {'DataTime': '20190601120000'})
    """
    notes = _Notes()
    text = _decode(segment, notes)
    opening = _CP.search(text)
    if opening is None:
        notes.add(Fault.NO_SEGMENT)
        return Fields(_read_header(text.strip("&"), notes), (), tuple(notes.faults))
    closing = text.rfind("&&")
    area = text[opening.end() : max(closing, opening.end())]
    header = _read_header(text[: opening.start()], notes)
    return Fields(header, _read_area(area, notes), tuple(notes.faults))


def write_fields(
    header: Mapping[str, str], parameters: Mapping[str, str], factors: Iterable[Iterable[Pair]] = ()
) -> bytes:
    """Return the data segment of a header, parameters and factor groups, in the order given.

    >>> write_fields({"ST": "91", "CN": "9014", "PW": "123456", "MN": "A1", "Flag": "4"}, {})
    b'ST=91;CN=9014;PW=123456;MN=A1;Flag=4;CP=&&&&'
    """
    items = [f"{key}={value}" for key, value in parameters.items()]
    items += [",".join(f"{pair.code}-{pair.suffix}={pair.text}" for pair in group) for group in factors]
    head = "".join(f"{key}={value};" for key, value in header.items())
    return f"{head}CP=&&{';'.join(items)}&&".encode()


def _decode(segment: bytes, notes: _Notes) -> str:
    for encoding, fault in _ENCODINGS:
        try:
            text = segment.decode(encoding)
        except UnicodeDecodeError:
            continue
        if fault:
            notes.add(fault)
        return text
    notes.add(Fault.TEXT_UNREADABLE)
    return segment.decode("latin-1")


def _read_header(text: str, notes: _Notes) -> dict[str, str]:
    found: dict[str, str] = {}
    for piece in text.split(";"):
        key, _, value = piece.partition("=")
        if key or value:
            found[_HEADER_EXACT.get(key) or _canonical(key, _HEADER_KEYS, notes)] = value.strip()
    found.pop("", None)
    return found


Area = tuple[tuple[Pair, ...], dict[str, str], dict[str, dict[str, str]]]
"""A CP area: its pairs, its parameters and its factors."""


def read_clean_area(area: str) -> Area | None:
    """Read a CP area in which nothing is unusual; None for any other.

    >>> read_clean_area("RtdInterval=30")
    ((Pair(code='RtdInterval', suffix='', text='30'),), {'RtdInterval': '30'}, {})
    """
    if not area:
        return (), {}, {}
    cut = _cut(area)
    if cut is None:
        return None
    plan, texts = cut
    pairs = tuple(map(_pair, zip(plan.codes, plan.suffixes, texts, strict=True)))
    parameters = {name: texts[index] for name, index in plan.parameters}
    return pairs, parameters, {code: {name: texts[at] for name, at in group} for code, group in plan.factors}


def read_clean_parameters(area: str) -> dict[str, str] | None:
    """Read only the parameters of a CP area in which nothing is unusual; None for any other.

    >>> read_clean_parameters("DataTime=20190601120000;a34004-Rtd=35,a34004-Flag=N")
    {'DataTime': '20190601120000'}
    """
    cut = _cut(area)
    return {name: cut[1][index] for name, index in cut[0].parameters} if cut else None


def _cut(area: str) -> tuple["_Plan", list[str]] | None:
    """Cut an area into keys, worked out, and texts; None where anything is unusual."""
    pieces = area.replace(";", "=;").replace(",", "=,").split("=")
    plan = _plan(tuple(pieces[::2]))
    if plan is None or len(pieces) != 2 * (area.count(";") + area.count(",") + 1) or area.split() != [area]:
        return None
    return plan, pieces[1::2]


_pair = cast(Callable[[tuple[str, str, str]], Pair], partial(tuple.__new__, Pair))
"""Pair of a tuple, without the detour over a call in Python."""


class _Plan(NamedTuple):
    """What a row of keys means: code and suffix of each, and where the text of each parameter and factor stands."""

    codes: tuple[str, ...]
    suffixes: tuple[str, ...]
    parameters: tuple[tuple[str, int], ...]
    factors: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]


@lru_cache(maxsize=1024)
def _plan(keys: tuple[str, ...]) -> _Plan | None:
    """Work out a row of keys, each behind its separator; None where anything is unusual.

    A device sends the same keys again and again, so this is done once. A later key without separator tells that the
    area was not cut into keys and texts in turn; with all of them there, no text holds one.
    """
    names, faults = _read_keys(keys)
    if faults or any(key[:1] not in (";", ",") for key in keys[1:]):
        return None
    factors: dict[str, list[tuple[str, int]]] = {}
    for index, (code, suffix) in enumerate(names):
        if suffix:
            factors.setdefault(code, []).append((suffix, index))
    return _Plan(
        tuple(code for code, _ in names),
        tuple(suffix for _, suffix in names),
        tuple((code, index) for index, (code, suffix) in enumerate(names) if not suffix),
        tuple((code, tuple(group)) for code, group in factors.items()),
    )


def is_known(pair: Pair) -> bool:
    """Tell whether the standard names a pair's suffix, or the parameter that it is."""
    return pair.suffix.upper() in _SUFFIX_KEYS if pair.suffix else pair.code.upper() in _PARAMETER_KEYS


def _read_area(area: str, notes: _Notes) -> tuple[Pair, ...]:
    """Read the CP area, parted by ``;`` and ``,`` alike."""
    found: list[tuple[str, str]] = _ITEM.findall(area)
    if len(found) != area.count(";") + area.count(",") + 1 or len(area.split()) > 1 or area != area.strip():
        found = _mended(area, notes)
    if not found:
        return ()
    keys, texts = zip(*found, strict=True)
    names, faults = _read_keys(keys)
    for fault in faults:
        notes.add(fault)
    return tuple([Pair(code, suffix, text) for (code, suffix), text in zip(names, texts, strict=True)])


def _mended(area: str, notes: _Notes) -> list[tuple[str, str]]:
    """Return keys (behind their separator) and texts without blanks; a piece without ``=`` joins the text before it."""
    if area.rstrip().endswith((";", ",")):
        notes.add(Fault.TRAILING_SEPARATOR)
    found: list[tuple[str, str]] = []
    tokens = ["", *_SEPARATORS.split(area)]
    for separator, piece in zip(tokens[::2], tokens[1::2], strict=True):
        key, equals, text = piece.partition("=")
        if equals:
            if key != key.strip() or text != text.strip():
                notes.add(Fault.BLANKS)
            found.append((separator + key.strip(), text.strip()))
        elif piece.strip():
            notes.add(Fault.ITEM_WITHOUT_VALUE)
            if found:
                found[-1] = (found[-1][0], f"{found[-1][1]}{separator}{piece}")
    return found


def _read_keys(keys: tuple[str, ...]) -> tuple[tuple[tuple[str, str], ...], tuple[Fault, ...]]:
    """Return code and suffix of every key of an area, each behind its separator, and what is unusual about them."""
    notes = _Notes()
    names: list[tuple[str, str]] = []
    for key in keys:
        names.append(_read_key(key.lstrip(";,"), notes))
        # A comma joins values of one factor; between others a semicolon belongs.
        if key.startswith(",") and len(names) > 1 and names[-1][0] != names[-2][0]:
            notes.add(Fault.COMMA_FOR_SEMICOLON)
    if len(set(names)) < len(names):
        notes.add(Fault.FACTOR_REPEATED)
    return tuple(names), tuple(notes.faults)


def _read_key(key: str, notes: _Notes) -> tuple[str, str]:
    code, dash, suffix = (part.strip() for part in key.partition("-"))
    if not dash:
        if code.upper() == "FLAG":
            notes.add(Fault.FLAG_ALONE)
        return _canonical(code, _PARAMETER_KEYS, notes), ""
    if suffix.upper() in MISSPELT:
        notes.add(Fault.SUFFIX_MISSPELT)
    return _code(code), _canonical(suffix, _SUFFIX_KEYS, notes)


def _code(code: str) -> str:
    """Return a factor code as the standard writes it: a34004, not A34004."""
    return code[0].lower() + code[1:] if _UPPER_CODE.fullmatch(code) else code


def _canonical(key: str, known: Mapping[str, str], notes: _Notes) -> str:
    """Return a key as the standard writes it, whatever case was sent."""
    key = key.strip()
    written = known.get(key.upper(), key)
    if written != key:
        notes.add(Fault.KEYS_UPPER_CASE)
    return written
