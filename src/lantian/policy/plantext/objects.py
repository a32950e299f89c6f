"""What a number measures (指标): the words before it in its clause without time and verbs, or else those behind."""

import re

_STOP = re.compile("[，。；：、（(“”)）,;:]")
_VERB = re.compile(
    "(?:目标)?(?:力争|争取|基本|必须|全部|分别|均|要|应当|应|须|需|可|总计|累计|共计|共|进一步|原则上|同比"
    "|环比|逐年|平均|比\\d{4}年|较\\d{4}年|较上年|比上年|不|未)*"
    "(?:控制|达到|实现|提高|提升|降低|下降|减少|削减|增加|增长|压减|缩短|扩大|保持|稳定|上升"
    "|改善|降|升|(?<!气)压|减|增|完成)*(?:到|至|在|为|了|由|从|将)?$"
)
_TIMES = re.compile(
    r"^(?:(?:20\d\d年?)?[-—~至]+20\d\d年|(?:(?:至|到|-|—|~)(?:20\d\d年)?\d{1,2}月(?:底|\d{1,2}日)?(?:期间)?)|(?:到|至|自|从|在|力争|确保)?(?:20\d\d|二[〇○零\d].)年?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:年)?(?:底"
    r"|末)?(?:以?前|起)?|\d{1,2}月(?:底|\d{1,2}日)?(?:以?前)?|年底前?|(?:力争|确保)?(?:提前|分)[一二两三]年|[今本]?年内|全年(?=抽)|(?:采暖|供暖|取暖)[季期]?(?:开始|到来|来临|启动)?之?前|(?:采暖|供暖)[季期](?:内|期间)?(?=每)|每(?:半年|季度|个?月|[一两二三]个?[年月周天]|[年月周日天季旬])|对|将|使|把|同时|并|其中|年排放)+"
)
_WORDS = re.compile(
    "^(?:(?:完成|实现|推进|督促|淘汰|建成(?!区)|建设|新增|新建|改造|整治|安装|开展|检查|抽查|抽检|推广|更新|关停|取缔|培育"
    "|打造|实施|组织|确保|力争|全部|累计|新建成|削减|减少|压减|降低|提高|增加|投入)"
    "(?!率|比例|覆盖|比率|次数|批次|频次|数量|面积|合格|达标|点|站))+"
)


def object_of(text: str, start: int, end: int, floor: int = 0, *, counted: bool = False) -> str:
    """Return what the number between start and end measures; floor: where the quantity before it ends.

    counted: things are counted, whose name stands behind the number where a verb stands before it.

    >>> t = "到2020年，PM2.5年均浓度目标控制在52微克/立方米左右"
    >>> object_of(t, t.index("52"), len(t)), object_of("淘汰国三货车1000辆", 6, 11)
    ('PM2.5年均浓度', '国三货车')
    """
    begin = max(0, start - 60)
    for mark in _STOP.finditer(text, begin, start):
        begin = mark.end()
    if begin == start > 0 and text[start - 1] in "（(":
        return (_tidy_after(text[end : end + 30]) if counted else "") or _object_before_bracket(text, start - 1)
    raw = text[max(begin, start - 40, floor) : start] if floor < start else ""
    words, behind = _tidy(raw), _tidy_after(text[end : end + 30])
    if counted and words and text.startswith("的", end) and _BOUNDED.search(text[start:end]):
        return words
    if behind and _is_told_behind(text, start, end, raw, words, counted=counted):
        return behind
    if _PLACE.search(words) and (listed := _MEASURE_OF_PLACES.search(text, max(0, start - 70), start)):
        return listed[1]
    if _NAME.fullmatch(words) and (given := _GIVEN_OUT.search(text, max(0, start - 120), start)):
        return given[1]
    if not words and text[begin - 1 : begin] == "）" and (opened := text.rfind("（", 0, begin)) > 0:
        return _object_before_bracket(text, opened)
    done = _DONE.match(text, start, end)
    return words or behind or (done[1] if done else "") or _clause_before(text, begin) or _tidy(raw, keep=True)


def _is_told_behind(text: str, start: int, end: int, raw: str, words: str, *, counted: bool) -> bool:
    """Tell whether what is measured stands behind the number: a bound, a verb or a list of names is before it."""
    if _BOUNDED.search(text[start:end]) and not _MEASURE.search(words):
        return True
    if (_TO_DO if counted else _GIVEN).search(_COMPARED.sub("", raw)):
        return True
    if counted and (done := _DONE.match(text, start, end)):
        return bool(_TO_DO.search(done[1]))
    return text[end - 1] in "个家类种" and bool(_SUMMED.search(text, max(0, start - 20), start))


_MEASURE_OF_PLACES = re.compile(
    "([\u4e00-\u9fffA-Z\\d.]{1,14}?(?:[^效]率|浓度|天数|比例|指数))(?:[\u4e00-\u9fff]{1,7}[市县区镇乡州旗]、)+[\u4e00-\u9fff]{1,7}[市县区镇乡州旗]$"
)
"""What several places measure, told before their names, as 达标率甲市、乙市不低于90%."""


def ranked_by(text: str, start: int) -> str:
    """Return what ranks a place where a rank among many stands, as 综合指数退出全国168个重点城市后 before 20位.

    >>> t = "综合指数退出全国168个重点城市后20位"
    >>> ranked_by(t, t.index("20"))
    '综合指数'
    """
    ranked = _RANKED.search(text, max(0, start - 80), start)
    return ranked[1] if ranked else ""


_RANKED = re.compile(
    "(?:^|(?<=[，。；：、]))((?:PM2\\.5|PM10|O3|NO2|SO2)?[^，。；：、\\d]{2,20}?)(?:力争|争取|确保|稳定|全面|持续|成功|保持)*"
    "(?:在|退出|进入|跻身)全[国省市](?:参与?排名)?(?:的)?\\d{2,3}个[^，。；：、\\d]{2,12}(?:退出|进入|保持|排名)*[前后倒数]+第?$"
)
_NAME = re.compile("[\u4e00-\u9fff]{2,24}")
_GIVEN_OUT = re.compile(
    "(?:^|(?<=[，。；：、]))([^，。；：、\\d]{0,14}(?:[^效]率|浓度|天数|比例|指数))(?:均|要|应|须|力争)?分别(?:达到|提高到|提升到|降到|降至|控制在|不低于|不高于|为)"
    "(?:[\u4e00-\u9fff]{2,8}\\d[\\d.]{0,6}[^\\d，。；：、]{1,8}、){0,12}[\u4e00-\u9fff]{2,8}$"
)
"""What is shared out among names, each with its number behind it, as 优良天数分别达到甲县220天、乙县210天."""
_DONE = re.compile("(?:至少|最少|不少于|至多|最多|不超过)([^\\d一二两三四五六七八九十]{2,6})")
"""What is done so often, as 至少清洗一次."""
_SUMMED = re.compile("、[\u4e00-\u9fff]{1,6}等?$|、[\u4e00-\u9fff]{2,16}公司等?$|等(?:重点)?(?:行业|领域|类别)的?$")
"""The end of a list that a number sums up, as 甲、乙、丙3个园区."""


_BOUNDED = re.compile("(?:以上|以下|以内)$")
_MEASURE = re.compile("[量率比度额积径距高长宽数荷力压温期龄硫]$|灰分$|比例|天数|时间|浓度|占地$")
_TO_DO = re.compile(
    "(?:设[置立]|布设|建[设立]|新[建增]|配[置备]|督促|指导|组织|引导|支持|完成|安排|选取|抽[查检测]|检查|淘汰|改造|建成|整治|覆盖|对"
    "|剩余|现有|配备到|覆盖全[省市区县]|劝导|抽调|开展|关停|更换|投入|成立|确定|安装|增[加设]|新?购[置买]?|实行|(?<=[局委办厅队所站会心府])在|创建|培育|选派|派出|选聘|组建|组成|等|采取|落实|推[动进]|全[国省]|[的和及与、或区内市县镇乡由])$"
)
"""What stands before a number whose thing follows."""
_GIVEN = re.compile("(?:按照?(?:每[\u4e00-\u9fff]{1,2})?|安排|提供|投入|筹措|落实|设立|给予|预报|发布|拨付|争取|下达)$")
OF_THE_SAME = re.compile("(?:期间|行业|地区|区域|县城|结合部|路段)$|^(?:其余|其他).{0,6}[省市区县州旗镇乡]$")
"""Words of a case in which the same is measured as before, as 红色预警期间不低于30%."""
_EACH = re.compile(
    "(?:^|(?<=[，。；：]))(?:全[省市区县州国])?([^，。；：]{2,90}?)(?:比|较)?(?:\\d{4}年)?(?:均|应|须)?分别(?:应|须)?(?:[比较]\\d{4}年)?[^，。；：\\d]{0,8}$"
)
_AND = re.compile("[、和及与]")


def each_of(text: str, start: int, count: int) -> list[tuple[int, int]]:
    """Return the places of what the numbers from start on measure one by one, as 甲、乙减排量分别不低于8吨和5吨.

    >>> t = "二氧化硫、氮氧化物排放量分别减少8%和5%"
    >>> [t[s:e] for s, e in each_of(t, t.index("8"), 2)]
    ['二氧化硫', '氮氧化物排放量']
    """
    listed = _EACH.search(text, max(0, start - 110), start)
    if listed is None:
        return []
    cuts = [listed.start(1)]
    for mark in _AND.finditer(text, listed.start(1), listed.end(1)):
        cuts += [mark.start(), mark.end()]
    cuts.append(listed.end(1))
    places = list(zip(cuts[::2], cuts[1::2], strict=True)) if len(cuts) == 2 * count else []
    if places and all(_ONLY_TIME.fullmatch(text, *each) for each in places[1:]):
        own = _TIME_BEHIND.sub("", text[slice(*places[0])])
        return [(places[0][0], places[0][0] + len(own))] * count if own else []
    if places and all(_PLACE.search(text, *each) for each in places[:-1]):
        shared = _OF_PLACES.fullmatch(text, *places[-1])
        return [shared.span("what")] * count if shared else places
    if (
        places
        and _SHARED.search(text, *places[-1])
        and not any(_OF_ITS_OWN.search(text, *each) for each in places[:-1])
    ):
        return [places[-1]] * count
    return places


_TIME = "(?:到|至)?20\\d\\d年(?:\\d{1,2}月)?(?:年?[底末])?前?"
_ONLY_TIME, _TIME_BEHIND = re.compile(f"(?:{_TIME})?"), re.compile(f"{_TIME}$")
"""Times among which the same is shared out, as 机扫率2022年、2025年分别达到92%、98%."""
_SHARED = re.compile("(?:率|比例|占比|比重)$")
_PLACE = re.compile("[省市区县州旗盟镇乡]$|街道$")
_OF_PLACES = re.compile(
    "[^\\d]{1,8}?(?:[省市区县州旗盟镇乡]|街道)(?:20\\d\\d年度?)?的?(?P<what>.{0,20}?(?:浓度|天数|降尘量|指数|PM2\\.5|PM10|[^效]率|比例))"
)
"""What several places measure alike, as 甲县、乙县PM10平均浓度 shared out by 分别."""
_OF_ITS_OWN = re.compile("硫|氮|碳|氨|汞|尘|烟|颗粒物|PM|VOC|挥发|臭氧|污染物|[率例量度重]$")
"""What each of several is measured for itself by; cases as 黄色、橙色预警期间的减排比例 share what is measured."""


_DOING = re.compile(
    "负责|牵头|编制|逐一|全部|对标|开展|完成|建设|核定|确定|实施|推进|组织|进行|建立|加强|做好|抓好|落实|达到|通报|安装|应当|必须|实行|至少|配备|每|建成|(?:20\\d\\d年)?(?:[上下]半年|第?[一二三四]季度)"
)


_POLLUTANT = re.compile("PM2\\.5|PM10|O3|NO2|SO2")
_AS_BEFORE = re.compile("[较比](?:20\\d\\d年|上年|同期|去年)(?:同期)?[^\\d，。；]{1,6}$")
"""What a number is compared with, as 较2019年持平."""


def _clause_before(text: str, begin: int) -> str:
    """Return what the clause before speaks of, as 路检路查 of 开展路检路查，每周3次."""
    if begin < 2 or text[begin - 1] not in "，,":
        return ""
    first = max((mark.end() for mark in _STOP.finditer(text, max(0, begin - 41), begin - 1)), default=0)
    words = _tidy(_AS_BEFORE.sub("", _ALL_DONE.sub("", text[max(first, begin - 41) : begin - 1])))
    words = words[max((size.end() for size in _SIZE.finditer(words)), default=0) :]
    doing = [*_DOING.finditer(words)]
    words = words[doing[-1].end() :] if doing else words
    return words if 2 <= len(words) <= 16 and not re.search(r"\d|负责$|牵头$|配合$", _POLLUTANT.sub("", words)) else ""


_ALL_DONE = re.compile("(?:全部|一律|逐步)(?:拆除|淘汰|关停|取缔|退出|整治|改造|更换|封闭)(?:到位|完毕)?$")
"""What was done with all of them, as 锅炉全部拆除，共214台."""


def _object_before_bracket(text: str, place: int) -> str:
    begin = max((mark.end() for mark in _STOP.finditer(text, max(0, place - 40), place)), default=max(0, place - 40))
    return _tidy(text[begin:place])


_COMPARED = re.compile(
    "(?:不低于|不少于|不小于|不得?低于|不得?少于|不得?小于|不应低于|至少|最少|最低|不短于|不高于|不得?超过|不得?高于|不得?大于|不大于|不多于|不超"
    "|至多|最多|最高|最长|控制在|超过|大于|高于|多于|小于|低于|少于|不足|不满|未满|不到|约占?|大约|近|接近|达到了?|(?<!下)达|占|为|保持在|稳定在"
    "|[<>≤≥±])+(?:为|到)?$"
)


_FOR = re.compile(
    "^(?:[^，。；]{0,14}?(?:局|委|部门|办|所|队|依法)(?:对|将|把)|由?[^，。；]{1,12}?(?:局|委|部门|办|所|队|厅)(?:负责|保障|安排|牵头)|[^，。；]{2,14}(?:局|委|办|室|部门|队|所|街道|乡镇|单位)每(?:半个?[年月]|季度|个?[年月周旬日天])|(?:基本|全面|坚决|积极|大力|加快|全[省市区县])+)"
)


_MUST = re.compile(
    "^[\u4e00-\u9fff]{1,10}?(?:要(?!求)|应当?|必须|须)[在于]?(?=(?:20\\d\\d年|\\d{1,2}月|年底)|(?:坚决|确保|全部|全面|力争)?(?:完成|淘汰|改造|关停|新增|建成|压减))"
)
"""Who must do it, before the time or the verb."""
_ITEM = re.compile("^(?:\\d{1,2}[.．、）]|[①-⑳]|[一二三四五六七八九]是)(?=[\u4e00-\u9fff]{2})")
_WHEN = re.compile(
    r"(?<=.)每(?:个?[月年季日天周]|季度|半年)$|(?<=[^\d—–~～-])(?:到|于)?(?:20\d\d年(?:\d{1,2}月?[—–~～至-]{1,2})?(?:\d{1,2}月)?|\d{1,2}月|年(?=[底末]))[底末]?(?:以?前)?$"
)


_PART_OF = re.compile(
    "(?<=.{2})(?:不得?(?:低于|少于|小于|高于|超过|大于)|低于|高于|超过)(?:20\\d\\d年)?[^\\d，。；]{2,12}的$"
)
"""Of what a share is told, as 比例不低于2021年同期产量的30%."""


_WHO_DOES = re.compile(
    "^(?:[\u4e00-\u9fff]{2,14}?(?:局|委|委员会|管委会|政府|办公室|街道|部门|中心|支队)"
    "(?:(?:20\\d\\d年)?(?:\\d{1,2}月(?:底|\\d{1,2}日)?(?:以?前)?|[上下]半年|第?[一二三四]季度末?(?:以?前)?))?"
    "(?:推[动进]|组[织成建]|设[立置]|督促|指导|完成|淘汰|在(?=.{4})))"
    "|^(?:20\\d\\d年)?(?:[上下]半年|第?[一二三四]季度)[底末]?(?:以?前)?(?:再|累计)?(?:完成|建成|淘汰|追加)?"
    "|^每?[个条座家处](?=[\u4e00-\u9fff]{2,}每)"
)
"""Who acts, when and how, before what is measured, as 市农业农村局11月10日前完成 and 三季度末建成."""
_BOUNDS = re.compile("不[高低多少大小]于|不?超过|低于|高于|控制在|达到")


def _tidy(words: str, *, keep: bool = False) -> str:
    words = _COMPARED.sub("", _PART_OF.sub("", words))
    words = _WHEN.sub("", _VERB.sub("", words))
    words = _TIMES.sub("", _MUST.sub("", words))
    words = _WHO_DOES.sub("", _FOR.sub("", _ITEM.sub("", words)))
    without = _WORDS.sub("", words)
    return (
        (words if keep or without[:1] in ("和", "及", "与", "、") else without)
        .removesuffix("按照")
        .rstrip("的了按每到")
        .removeprefix("按每")
        .lstrip("的了每到时")
        .removeprefix("或")
    )


_SIZE = re.compile(
    r"(?:、|(?:炉膛)?直径|单台|额定|功率|容量)?\d+(?:\.\d+)?[万亿]?(?:蒸吨/小时|蒸吨|吨|平方公里|平方米|千瓦|公里|米|亩|公顷)(?:及?以[上下])?的?"
)
"""A size before the thing that is counted, as in 2台10蒸吨/小时锅炉."""


_BOUND_AGAIN = re.compile("^（不?含[^（）]{0,12}）")


def _tidy_after(words: str) -> str:
    words = _BOUND_AGAIN.sub("", words)
    stop = re.search(r"[，。；：、（(“”)）,;:\d]", words)
    if size := _SIZE.match(words):
        return _tidy_after(words[size.end() :])
    if words.startswith("“"):
        return _tidy_after(words[1:].replace("”", "", 1))
    words = (
        (words[: stop.start()] if stop else words)
        .removeprefix("时")
        .removeprefix("的标准")
        .removeprefix("的")
        .removeprefix("内")
        .rstrip("和及与或的")
    )
    doing = _DOING.search(words, 2) or _BOUNDS.search(words, 2)
    return words[: doing.start()] if doing else words
