"""Who leads and who joins in (牵头、配合): the acting departments of a sentence.

Lead: 牵头, 负责, 组织, 主责, the acting subject, every one of a 按职责分工负责 list.
Joint: 会同, 配合, 参与, 落实, 保障, and 责任单位 where a 牵头单位 is named. 有关部门 and the like name nobody.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from lantian.policy.plantext.clean import Clean
from lantian.policy.plantext.departments import Departments, departments_at, departments_in
from lantian.policy.plantext.model import Party, Reading, Role
from lantian.policy.plantext.numerals import YEAR


@dataclass(frozen=True)
class Act:
    """A department list in its part; ``statement``: the piece says who answers and nothing else."""

    role: Role
    rule: str
    confidence: float
    names: tuple[tuple[int, int], ...]
    start: int
    end: int
    statement: bool = False

    def parties(self, clean: Clean) -> Iterator[Party]:
        """Yield its departments with their places."""
        for start, end in self.names:
            reading = Reading(clean.span(start, end), self.rule, self.confidence)
            yield Party(clean.printed[start:end], self.role, reading)


_START = re.compile(r"(?:^|(?<=[，；：。（(,;:“”]))")
_LEADING = re.compile(
    rf"(?:[1-9]\d?、(?!\d)|请|并|同时|其中|否则|另外|此外|原则上|主要|继续|以及|再|是|一是|二是|三是|四是|五是|六是|(?:到"
    rf"|至|自|从|于|在)?{YEAR}年?(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?(?:年?底|末)?(?:以?前|之前|起)?"
    r"|\d{1,2}月底前|年底前|每(?:周|月|季度|半年|年|日|天)(?:底|初|末)?|\d+(?:个)?(?:小时|日|天|工作日|个月)内|由)*"
)
_STAFF = re.compile(
    "(?:党政|党委|政府|党组织)?(?:主要|分管)?(?:负责人|负责同志|领导班子|领导)(?:和[^，。；是要应]{2,8}人)?"
)
_TAIL = re.compile(
    "[\u4e00-\u9fff]{1,10}?(?:段|站|所|院|队|会|处|部|办|场|厂|司|校|库)"
    "(?=(?:等[^，。；]{0,4})?(?:牵头|负责|配合|参与|参加|协助|协办|按照?职责))"
)
"""The rest of a name behind what was read of it, as 滨江车务段 of 铁路公司滨江车务段参与."""
_ROLE_ENDS = r"(?=[，；。）),;]|$)"
_FOLLOW: Sequence[tuple[str, Role, float, re.Pattern[str]]] = [
    ("牵头", "lead", 0.95, re.compile("(?:共同|联合|具体|统一|统筹|负责|双)*(?:牵头|主责|负总责)"
               "|作?为(?:牵头|主责|主管)(?:单位|部门)")),
    (
        "负责落实", "lead", 0.85,
        re.compile("(?:要|应当?|须|共同|分别|具体|按职责(?:分工)?)*负责(?:具体|组织|抓好|做好)?(?:落实|实施|保障)"
                   + _ROLE_ENDS),
    ),
    (
        "负责", "lead", 0.95,
        re.compile("(?:要|应当?|须)?(?:按照?|根据|依据|在|依)?(?:各自|其)?(?:职责|职能|职权)?(?:范围内?|分工)?"
                   "(?:分别|具体|共同|统一|全面|组织|(?:按照?)?属地(?:管理)?)?负责"),
    ),
    (
        "配合", "joint", 0.9,
        re.compile("作?为(?:配合|协助|参与|协办|协同)(?:单位|部门)|(?:要|应当?|须|积极|共同|主动|密切|(?:按照?|根据|依据)(?:各自|其)?(?:职责|职能)(?:分工)?|做好|全力|分别|等)*"
                   "(?:配合|参与|参加|协同|协办|协助)"),
    ),
    (
        "落实", "joint", 0.75,
        re.compile("(?:具体|分别|共同|负责|组织|按职责(?:分工)?|做好)*(?:落实|保障|抓好落实|实施)" + _ROLE_ENDS),
    ),
    (
        "保障", "joint", 0.75,
        re.compile("(?:要|应当?|负责|做好|加强|强化|提供|给予)*(?:资金|经费|用电|电力|供电|技术|服务|要素|土地|气源|用地)*(?:保障|支持)|(?:给予|提供)(?:技术|业务)指导"),
    ),
    ("会同", "lead", 0.9, re.compile("会同|联同|联合|牵手|商")),
    ("组织", "lead", 0.9, re.compile("(?:要|应当?|须|具体|统一|负责)*(?:组织|统筹|主导|主管|主抓)")),
    (
        "主语", "lead", 0.85,
        re.compile(
            "(?:要(?!求)|会(?![同商议员展])|应当|应|须|必须|需|将|可|不得|依法|及时|定期|按|根据|依据|每|结合|围绕|采取|分别|严格|认真|切实)"
        ),
    ),
    ("主语", "lead", 0.7, re.compile("[，：,:]|$")),
]  # fmt: skip
_NOT_ACTING = re.compile(
    "[的之。；;）)]|所在地|(?:党组织|党支部|党委)?书记(?:[。；]|$)|目标(?:[。：；]|$)|[^，。；：]{1,8}(?:指标|目标|任务)：|(?:、[^，。；、]{2,6}){1,3}已[将经]|实现?全覆盖|覆盖率|建成率|已[将经]|[\u4e00-\u9fffA-Z]{0,6}[〔\\[]\\d{4}|辖区|管辖|主城区|中心城区|建成区|[^，。；]{0,24}(?:详见|见附)|[间内外]|具体|(?!成立|组建|设立)[^，。；]{0,24}任(?:第一|[一二三]级)?副?(?:组长|总?指挥|指挥长|主任|队长|成员|网格长|[片路田林河段山]长)|(?:网站|大院|门户|公章|文件|规定的|统一(?:部署|要求|安排)|要求[，。]"
    "|标准|政策|人员|工作人员|干部|职工|(?:公告|通知)(?:要求|精神|规定|文件|书|[，。的])|发布的|批准的"
    "|认定的|印发的|制定的|制订的|执法检查等|监测结果|考核体系|排名|分布|在线监测平台|区域"
    "|范围|年均|空气|环境质量|平均|道路|生活|村民|居民|工业|企业|设在|设于|备案)"
)
_MEASURED = re.compile(
    "(?![^，。；]{0,34}?(?:[将把使对]|确保|力争|完成|实现|加[强大快]|推[进动]|监测(?![站点数设])|公布|通报|组织|开展|负责|排查|督促|落实|治理|整治|降低|改善"
    "|提[高升]|建立|要求|严[控格]))[^，。；]{0,34}?(?:浓度|降尘量|天数|比率|比例|占比|指数|负荷|排放量|总量|强度|[^效]率)[^，。；]{0,4}?"
    "(?:同比|较|比|控制|达|下降|降|不[低高超得少]|低于|高于|为|提高|保持|稳定|优于|小于|大于|力争|改善)"
)
"""What a place is measured by, as 各区降尘量控制在…: no department acts."""
_ASIDE = re.compile("（(?:含|包括|以下简称)[^（）]{1,80}）")
"""What a name takes in or is called from here on; who stands there does not act."""
_JOINT = re.compile("(会同|配合|牵头|协助|协同|联同|联合|联动)(?:当地|属地|同级|本级)?")
LABEL = re.compile(
    "(?:工作)?(?P<word>牵头|主责|主办|承办|责任|负责|主体|落实|实施|配合|协办|参与|协同|协助|参加|分管|包保|成员|督导|监督|督办|监管|指导)(?:责任"
    "|落实)?(?:单位|部门|主体|[科处股]室|站所|(?P<person>领导|(?:责任)?人))(?:和(?:单位|部门))?(?P<staff>[及和、](?:责任|负责|联系|分管)(?:人|领导))?[:：为]+"
)
FIRST = frozenset(("牵头", "主责", "主办", "承办"))


def names_first(found: Sequence[Act]) -> bool:
    """Tell whether 牵头单位： or the like is among what was found."""
    return any(act.rule.removesuffix("单位") in FIRST for act in found)


def beside_lead(found: Sequence[Act], *, led: bool) -> Sequence[Act]:
    """Return what was found; 责任单位 on a line of its own joins in where a line before named a 牵头单位 (led)."""
    if not led:
        return found
    return [
        replace(act, role="joint") if act.rule.endswith("单位") and act.rule[:-2] not in FIRST else act for act in found
    ]


_HELP = frozenset(("配合", "协办", "参与", "协同", "协助", "参加", "成员", "督导", "监督", "督办", "监管", "指导"))


@lru_cache(maxsize=256)
def acts(text: str) -> Sequence[Act]:
    """Return the department lists that act in a sentence, in order."""
    labels = list(_labelled(text))
    if labels:
        return labels
    found: dict[int, Act] = {}
    for place in _starts(text):
        for act in _acts_from(text, place):
            found.setdefault(act.start, act)
    for act in (*_joined(text), *_appointed(text)):
        found[act.start] = act
    for act in _before_mark(text):
        if not any(other.start <= act.start < other.end for other in found.values()):
            found[act.start] = act
    return _with_lead(_with_following(text, sorted(found.values(), key=lambda act: act.start)))


_LONGEST_PIECE = 300
_STOPS, _MARK, _BY = re.compile("[，；：。（(,;:”]"), re.compile("[，；。：,;:]"), re.compile("由")


def _starts(text: str) -> Iterator[int]:
    yield 0
    for mark in _STOPS.finditer(text):
        if not _ASIDE.match(text, mark.start()):
            yield mark.end()
    for mark in _AFTER_NEWS.finditer(text) if "后" in text else ():
        yield mark.end()


_AFTER_NEWS = re.compile(
    "(?:^|(?<=[，；。]))(?:发现|接到|收到|接报)[^，；。]{1,14}?后(?=[^，；。]{2,20}(?:应|须|要|必须|立即|及时))"
)
"""News upon which somebody acts, as 发现火点后各乡镇政府须在…."""


def _acts_from(text: str, place: int) -> Iterator[Act]:
    lead = _LEADING.match(text, place)
    start = lead.end() if lead else place
    found = departments_at(text, start)
    if found is None and start > place:
        found = departments_at(text, place)
    if found is not None:
        if act := _acting(text, found, by=text[found.start - 1 : found.start] == "由"):
            yield act
        return
    for mark in _BY.finditer(text, place, _piece_end(text, place)):
        inner = departments_at(text, mark.end())
        if inner is not None and (act := _acting(text, inner, by=True)):
            yield act


def _piece_end(text: str, place: int) -> int:
    mark = _MARK.search(text, place, place + _LONGEST_PIECE)
    return mark.start() if mark else min(len(text), place + _LONGEST_PIECE)


def _acting(text: str, found: Departments, *, by: bool) -> Act | None:
    found = _with_tail(text, found)
    at = _behind(text, found.end)
    if text.startswith(("签订", "签署"), at):  # with whom the first one signs
        found = replace(found, names=found.names[:1])
    if _opens(text, found, at):
        return _act(replace(found, start=found.start - 1, end=at + 1), "lead", "主语", 0.85)
    for rule, role, confidence, pattern in _FOLLOW:
        if match := pattern.match(text, at):
            return _act(found, role, rule, confidence, statement=_ends_piece(text, match.end(), rule))
    if _NOT_ACTING.match(text, at) or _MEASURED.match(text, at) or at >= len(text):
        return None
    if text[at] in "、和与及":
        return _act(found, "lead", "主语", 0.5)
    return _act(found, "lead", "由" if by else "主语", 0.9 if by else 0.75)


def _behind(text: str, at: int) -> int:
    """Return where the words behind a name begin, past what it takes in and past its head, as 主要负责人."""
    for pattern in (_ASIDE, _STAFF):
        if match := pattern.match(text, at):
            at = match.end()
    return at


def _with_tail(text: str, found: Departments) -> Departments:
    """Let the last name end where it is as printed, as 铁路公司滨江车务段 before 参与."""
    tail = _TAIL.match(text, found.end)
    if tail is None:
        return found
    last = replace(found.names[-1], end=tail.end()) if found.names else None
    return replace(found, names=(*found.names[:-1], last) if last else (), end=tail.end())


def _opens(text: str, found: Departments, at: int) -> bool:
    """Tell a department in brackets that opens a sentence or a part of one, as 【区住建委】每周检查工地."""
    begins = found.start == 1 or text[found.start - 2 : found.start - 1] == "；"
    return begins and text[found.start - 1] == "（" and bool(re.match("）[^，。；、（）]", text[at : at + 2]))


def _ends_piece(text: str, place: int, rule: str) -> bool:
    return rule in ("牵头", "负责", "负责落实", "配合", "落实") and bool(
        re.match(
            "(?:负责|落实|实施|组织|督导|督促|推进|统筹|协调|指导|抓总|办理)*(?:[，；。）),;]|$)", text[place:][:10]
        )
    )


def _act(found: Departments, role: Role, rule: str, confidence: float, *, statement: bool = False) -> Act:
    names = tuple((name.start, name.end) for name in found.names)
    return Act(role, rule, confidence, names, found.start, found.end, statement)


def _joined(text: str) -> Iterator[Act]:
    """Yield what stands behind 会同, 配合 and the like."""
    for mark in _JOINT.finditer(text):
        found = departments_at(text, mark.end())
        if found is not None:
            yield _act(found, "joint", mark[1], 0.9 if mark[1] == "会同" else 0.75)
    for mark in _WITH.finditer(text):
        found = departments_at(text, mark.end())
        if found is not None and text.startswith("共同", found.end):
            yield _act(found, "joint", "会同", 0.85)


_WITH = re.compile("(?<=[，；])与")
"""What one does with another, as 市局牵头，与区政府共同清理."""


def _appointed(text: str) -> Iterator[Act]:
    """Yield who is made the one to lead, as in 明确县水务局为牵头部门."""
    for mark in _APPOINTS.finditer(text):
        found = departments_at(text, mark.end())
        if found is not None and _AS_LEAD.match(text, found.end):
            yield _act(found, "lead", "明确", 0.85)


_APPOINTS, _AS_LEAD = re.compile("明确|确定|指定"), re.compile("作?为(?:牵头|主责|主管|责任)(?:单位|部门)")


def _before_mark(text: str) -> Iterator[Act]:
    """Yield lists that stand right before 牵头, or behind 、 before 配合, within a piece."""
    for mark in re.finditer("牵头|按职责分工负责|(?:积极|协助)?(?:配合|协办|参与)", text):
        helps = "责" not in mark.group() and "牵" not in mark.group()
        for place in range(max(0, mark.start() - 30), mark.start() - 1):
            before = text[place - 1 : place]
            if (helps and before != "、") or (re.match(r"\w", before) and not re.match("[由前内后下即]", before)):
                continue
            found = departments_at(text, place)
            if found is not None and found.end == mark.start():
                yield _act(found, "joint" if helps else "lead", "配合" if helps else "牵头", 0.8 if helps else 0.85)
                break


_ALIKE = frozenset(("牵头", "负责", "负责落实", "配合", "落实"))


def _with_following(text: str, found: list[Act]) -> list[Act]:
    """A list that ends with a comma has the part of the list behind it, as 甲局、乙局，丙局配合."""
    for place in range(len(found) - 2, -1, -1):
        act, following = found[place], found[place + 1]
        goes_on = act.rule == "主语" and text.startswith("，", act.end) and following.start == act.end + 1
        if goes_on and following.statement and following.rule in _ALIKE:
            found[place] = replace(following, names=act.names, start=act.start, end=act.end)
    return found


def _with_lead(found: list[Act]) -> list[Act]:
    """落实 makes a joint part only beside a lead, 负责落实 only beside a 牵头; alone, who acts answers for it."""
    if any(act.rule == "牵头" and act.names for act in found):
        found = [replace(act, role="joint") if act.rule == "负责落实" else act for act in found]
    if any(act.role == "lead" and act.names for act in found):
        return found
    helpers = [act.end for act in found if act.rule == "配合"]
    return [
        replace(act, role="lead", rule="主语", confidence=0.6)
        if act.rule in ("落实", "保障") or any(2 <= act.start - end <= _HELPED for end in helpers)
        else act
        for act in found
    ]


_HELPED = 6
"""So near behind a helper's name stands who is helped, as in 城管局要积极配合环保局."""


def _labelled(text: str) -> Iterator[Act]:
    """Yield 牵头单位：…；责任单位：… statements."""
    marks = list(LABEL.finditer(text))
    first = any(mark["word"] in FIRST for mark in marks)
    for mark, following in pairwise([*marks, None]):
        if mark is None:
            break
        stop = following.start() if following else len(text)
        end = min(stop, _statement_end(text, mark.end()))
        if _PARTS.search(text, mark.end(), end):
            yield from (_moved(act, mark.end()) for act in acts(text[mark.end() : end]))
            continue
        places = [] if mark["person"] else list(departments_in(text[mark.end() : end]))
        if mark["staff"]:
            places = [_without_person(text[mark.end() : end], *place) for place in places]
        names = tuple((mark.end() + start, mark.end() + finish) for start, finish in places)
        yield Act(label_role(mark["word"], first=first), f"{mark['word']}单位", 0.95, names, mark.start(), end, True)


_PARTS = re.compile("(?:牵头|负责)[，；][^。]{3,120}(?:配合|参与|协助)")
"""What tells each one's part behind a label, as 责任单位：甲局牵头，乙局配合."""


def _moved(act: Act, by: int) -> Act:
    names = tuple((start + by, end + by) for start, end in act.names)
    return replace(act, names=names, start=act.start + by, end=act.end + by, statement=True)


_PERSON = re.compile("(.+[局委办厅部区县市州府会队所心院司处站社])[\u4e00-\u9fff]{2,3}")


def _without_person(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out who answers behind the department, as 市环保局张三 below 牵头单位及责任人."""
    named = _PERSON.fullmatch(text, start, end)
    return (start, named.end(1)) if named else (start, end)


def label_role(word: str, *, first: bool) -> Role:
    """Return the part that a label or a column gives: 责任单位 lead unless a 牵头单位 stands beside it.

    >>> label_role("责任", first=True), label_role("责任", first=False), label_role("配合", first=False)
    ('joint', 'lead', 'joint')
    """
    if word in _HELP:
        return "joint"
    return "joint" if first and word not in FIRST else "lead"


def _statement_end(text: str, place: int) -> int:
    """Return where the names behind a label end: a full stop, an outer bracket, or a label of another kind."""
    depth = 0
    for at in range(place, len(text)):
        char = text[at]
        depth += (char in "（(") - (char in "）)")
        if char == "。" or depth < 0 or _OTHER_LABEL.match(text, at):
            return at
    return len(text)


_OTHER_LABEL = re.compile("[；;，,]?(?:完成|整改|办结|落实)?(?:时限|时间|期限|进度|要求|目标)[^，。；:：]{0,4}[:：]")
