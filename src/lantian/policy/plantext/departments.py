"""Lists of departments, as 区环保、交通、财政等部门和各街乡, read from a place of clean text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lantian.policy.plantext.names import Name, name_at

_CLOSER = re.compile(
    "、?等(?:[一二三四五六七八九十\\d]+个)?(?:[省市区县]级?|有关|相关|各)*(?:行业|业务)?(?:主管"
    "|监管|管理|执法|监督|职能|责任|成员|行政)*"
    "(?:部门|单位|机构|委办局)(?:[和、及](?:有关|相关)?单位)?"
    "|(?:[两二三四五六七八九十]|\\d{1,2})个?部门"
    "|、?等(?=[，。；）)、]|$|牵头|负责|配合|参与|参加|按|分别|依|要|应|共同|协同)"
)
_JOINER = re.compile("、|以及|和|与|及|或|/")
_SHARED = re.compile("(?<=.)(?:主管|监管)?部门$")
_PLACED = re.compile("[省市区县]")


_KNOWN_AS = re.compile("（[^（）]{2,14}?(?:局|委|办|会|厅|室|中心|队|所|公司|部门)）")
"""Another name in brackets, as 市发展改革委（市能源局）."""


@dataclass(frozen=True)
class Departments:
    """A list as found: the names that name somebody, and where the list begins and ends."""

    names: tuple[Name, ...]
    start: int
    end: int
    nobody: bool = False


def departments_at(text: str, place: int) -> Departments | None:
    """Return the list of departments that begins at a place; None where there is none.

    >>> found = departments_at("区环保、交通等部门和各街乡，以减少", 0)
    >>> [("区环保、交通等部门和各街乡")[n.start:n.end] for n in found.names], found.end
    (['区环保', '交通', '各街乡'], 13)
    >>> departments_at("工业、交通运输等领域", 0) is None
    True
    """
    if towns := _towns_at(text, place):
        return towns
    groups: list[tuple[list[Name], bool]] = [([], False)]
    end = at = place
    while (name := name_at(text, at) or _zone_at(text, at, groups[-1][0])) is not None:
        groups[-1][0].append(name)
        end = name.end
        if known_as := _KNOWN_AS.match(text, end):
            end = known_as.end()
        if closer := _CLOSER.match(text, end):
            end = closer.end()
            groups[-1] = (groups[-1][0], True)
            groups.append(([], False))
        joiner = _JOINER.match(text, end)
        if joiner is None:
            break
        at = joiner.end()
    settled = _settled(text, groups, place, end)
    return _fields_at(text, place, settled.end if settled else place) or settled


_NO_FIELD = "有关|相关|各|等|对|在|由|与|将|按|涉及|会同|联合|配合|协[同助调]|督促|指导|负责|牵头|加强|推进|部门"
_FIELD = f"(?:(?!{_NO_FIELD})[\u4e00-\u9fff]){{2,12}}(?:（[\u4e00-\u9fff]{{2,8}}）)?"
_FIELDS = re.compile(
    f"{_FIELD}(?:、{_FIELD}){{2,14}}(?=、?等(?:相关|有关|各)?(?:行政|行业|主管|管理|监管|执法|职能)*部门)"
)


_ITEM = re.compile("[^、]+")


def _fields_at(text: str, place: int, end: int) -> Departments | None:
    """Return a list of fields whose departments are meant, where most are known ones and it ends with 等…部门.

    >>> found = departments_at("水务、园林文物、林水等行政主管部门在各自范围内负责", 0)
    >>> found and [("水务、园林文物、林水")[name.start : name.end] for name in found.names]
    ['水务', '园林文物', '林水']
    """
    match = _FIELDS.match(text, place)
    closer = _CLOSER.match(text, match.end()) if match else None
    if match is None or closer is None or closer.end() <= end:
        return None
    names = tuple(Name("bare", each.start(), each.end()) for each in _ITEM.finditer(text, place, match.end()))
    known = sum(name_at(text, name.start) is not None for name in names)
    begins = name_at(text, place) is not None
    return Departments(names, place, closer.end()) if begins and 2 * known >= len(names) else None


_OBLIGED = "(?:要(?!求)|应|须|必须|负责|确保|完成|牵头|组织|按(?!时)|分别|落实)"
_TOWN = "(?:(?![的各在对将按和由全\\d])[\u4e00-\u9fff]){1,5}(?:[乡镇]|街道)"
_TOWNS = re.compile(f"{_TOWN}(?:、{_TOWN}){{1,40}}(?:[和及]{_TOWN})?(?={_OBLIGED})")
_EACH = re.compile("[^、和及]+")
_ZONE = re.compile(
    "(?:(?![的各在对将按和由全\\d])[\u4e00-\u9fff]){0,8}?(?:开发区|高新区|经开区|示范区|新区)"
    f"(?=(?:[、和及][^，。；、和及]{{2,10}}){{0,6}}{_OBLIGED})"
)

_ZONE_ALONE = re.compile(
    "[各市县区]?(?:国家级|省级)?(?:高新技术产业|经济技术|经济)?(?:高新区|经开区|开发区|示范区|新区|园区)(?=负责|牵头|成立|组织|制[定订])"
)


def _towns_at(text: str, place: int) -> Departments | None:
    """Return a list of towns that is the subject of a duty.

    >>> found = departments_at("河口镇、上庄乡确保浓度下降", 0)
    >>> found and [("河口镇、上庄乡")[name.start : name.end] for name in found.names]
    ['河口镇', '上庄乡']
    """
    match = _TOWNS.match(text, place)
    if match is None:
        return None
    names = tuple(Name("local", each.start(), each.end()) for each in _EACH.finditer(text, place, match.end()))
    return Departments(names, place, match.end())


def _zone_at(text: str, place: int, before: list[Name]) -> Name | None:
    """Return a zone that stands behind a place's government in a list that acts, as in 各县、开发区完成目标.

    Alone it acts where it does what only an authority does, as in 高新区成立工作组.
    """
    if before and before[-1].kind != "local":
        return None
    match = (_ZONE if before else _ZONE_ALONE).match(text, place)
    return Name("local", place, match.end()) if match else None


def _settled(text: str, groups: list[tuple[list[Name], bool]], place: int, end: int) -> Departments | None:
    names: list[Name] = []
    for group, closed in groups:
        settled = list(_group(text, group, closed=closed))
        if group and not settled:
            end = group[0].start if names else place
            break
        names.extend(settled)
    if not names:
        return None
    named = tuple(name for name in names if name.kind != "nobody")
    return Departments(named, place, max(end, names[-1].end), nobody=len(named) < len(names))


def _group(text: str, group: list[Name], *, closed: bool) -> Iterator[Name]:
    """Yield a group's names; functions alone count only where the group ends with 部门."""
    if not group:
        return
    last = group[-1]
    shared = len(group) > 1 and last.kind == "own" and _SHARED.search(text[last.start : last.end])
    bare_counts = closed or shared or _is_signed(text, group)
    weak_counts = closed or _PART.match(text, last.end) or any(name.kind not in ("bare", "weak") for name in group)
    if (not bare_counts and group[0].kind == "bare") or (not weak_counts and group[0].kind == "weak"):
        return
    for name in group:
        if (name.kind != "bare" or bare_counts) and (name.kind != "weak" or weak_counts):
            yield _without_shared(text, name) if shared and name is last and group[0].kind == "bare" else name


_PART = re.compile(
    "(?:共同|联合|具体|统一|分别|按照?职责(?:分工)?)*(?:牵头|负责|配合|参与|参加|协助|会同|组织|主责|督促|落实|实施)"
    "|[要应须需](?![求素点])|会(?![议商展员])|每|定期|及时|依法|[，,]?会同"
)
"""What only departments do, behind a name that may be anything."""


def _is_signed(text: str, group: list[Name]) -> bool:
    """Tell whether 区环保、区住建 stand before what only departments do."""
    placed = all(_PLACED.search(text[name.start : name.end]) for name in group if name.kind == "bare")
    return placed and bool(re.match("(?:牵头|负责|按职责|按照职责|配合|参与)", text[group[-1].end :][:6]))


def _without_shared(text: str, name: Name) -> Name:
    shared = _SHARED.search(text[name.start : name.end])
    return replace(name, end=name.start + shared.start()) if shared else name


_CELL = re.compile(r"[、，,;；/\s。\n|]+|(?:以及|及(?=[各区市县省]))")
_NOBODY = re.compile(
    "各?(?:有关|相关).*|(?:[省市区县]级?|各|有关|相关|其他|各级|全体|所有|职能|主管|行业|责任"
    "|监管|涉及)*(?:部门|单位|机构|方面)|/|无|—+|-+|同上"
)


def departments_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of the names in a text that holds nothing else, as a table's cell or what follows 责任单位：.

    >>> ["区环保局、区住建委 各街道等相关单位"[s:e] for s, e in departments_in("区环保局、区住建委 各街道等相关单位")]
    ['区环保局', '区住建委', '各街道']
    """
    for start, end in _tokens(text):
        token = text[start:end]
        cut = re.search(
            (
                "(?:（含[^（）]*）|等(?:有关|相关|各|[省市区县]级?|[一二三四五六七八九十]+个|行业|主管|职能)*(?:部门|单位"
                "|机构)?|按职责.*|分工负责|负责|牵头|配合)+$"
            ),
            token,
        )
        end = start + cut.start() if cut else end
        if end - start >= 2 and not _NOBODY.fullmatch(text[start:end]):
            yield from _apart(text, start, end)


_LONGEST_TOKEN = 60
_ENDS_NAME = re.compile("[局委办厅署部队会院处](?=[省市区县州旗镇乡各])")
_BRANCH = re.compile("(?:分局|[支大中]队|[所站院])$")


def _apart(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Part names between which only spaces stood, as 区环保局 区住建委; what is no two names stays whole."""
    if end - start <= _LONGEST_TOKEN and not _BRANCH.search(text, start, end):
        for mark in _ENDS_NAME.finditer(text, start + 2, end - 2):
            first, rest = name_at(text[: mark.end()], start), name_at(text, mark.end())
            if first and rest and first.end == mark.end() and rest.end <= end:
                yield start, first.end
                yield from _apart(text, first.end, end)
                return
    yield start, end


def _tokens(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches between separators; 、 in brackets or in a name, as in 市、县（区）政府, parts nothing."""
    start = 0
    for mark in _CELL.finditer(text):
        name = name_at(text, start)
        within = name is not None and name.kind == "local" and name.end > mark.end()
        if within or _inside_brackets(text, start, mark.start()):
            continue
        yield start, mark.start()
        start = mark.end()
    yield start, len(text)


def _inside_brackets(text: str, start: int, place: int) -> bool:
    before = text[start:place]
    return before.count("（") + before.count("(") > before.count("）") + before.count(")")
