"""Sentences that tell of what was issued, forecast or reached, or of what a word covers (叙述), and oblige nobody."""

import re

_ISSUED = re.compile(
    "20\\d\\d年\\d{1,2}月\\d{1,2}日，[^，。；]{2,40}(?:发布|印发|下发|发出)关于[^。；]{2,80}的(?:函|通知|通报|公告)。?"
    "|(?![^。]*(?:[，；](?:各|请|要)|应当|必须))[^，。；]{2,40}(?<![\\d今次当])(?:日前|近日|昨日|今日|今天)(?:发出|印发|发布|下发)[^。]{2,200}。?"
)
_FORECAST = re.compile(
    "(?:据|经)[^，。；]{0,10}(?:预测|预报|会商|研判)，(?![^。]{0,80}(?:时|的)，)[^。；]{0,40}(?:可能|将)出现"
)
_REACHED = re.compile("20\\d\\d年(?:以来)?，?截[至止]目前，")
_COVERS = re.compile(
    "[^，。；]{2,14}(?:范围|区域|禁止区|控制区|禁燃区|禁烧区)(?:包括|为|是指|为：|：)(?![^。]*(?:要|应|须|不得|禁止[^区]|严禁|全面|完成|实现|达到|力争|推进|负责|每|20\\d\\d年))[^。；]{4,300}。?"
)
_TIMES = re.compile(
    "[^，。；]{0,12}(?:时段|时期)为(?![^。]*(?:\\d月|要|应|须|不得|严禁|必须|完成|实现))[^。；]{4,120}。?"
)
_MAKES_ITSELF = re.compile(
    "(?![^。]*应当)[^。]*制[定订]本[^，。；的]{0,8}(?:方案|计划|规划|意见|办法|预案|细则|规定|要点)。?"
)
_IS_CITED = re.compile("《[^。；]{2,60}》（[^。；]{4,200}(?:公布|施行|发布|修[改订正])）。?")
_RIGHT = re.compile("(?![^。]*应当)(?:任何|所有)?(?:单位和个人|公民、法人和其他组织)(?:都|均)?有权")
_ASKS_WHETHER = re.compile(
    "(?![^。]{0,60}(?:检查|核查|核实|排查|查看|了解|掌握|判断|评估|督促|监督|监测|询问))[^，。；]{0,30}是否"
)


def tells(text: str) -> bool:
    """Tell a sentence that only tells, whatever is dated, counted or named in it.

    >>> tells("2019年9月23日，省领导小组办公室发布关于应对污染的函。"), tells("市政府发布禁行公告。")
    (True, False)
    >>> tells("禁烧区域为公路两侧各1公里的地带。"), tells("禁烧区域为公路两侧，各乡镇要巡查。")
    (True, False)
    """
    whole = (_ISSUED, _COVERS, _TIMES, _MAKES_ITSELF, _IS_CITED)
    begin = (_FORECAST, _REACHED, _RIGHT, _ASKS_WHETHER)
    return any(each.fullmatch(text) for each in whole) or any(each.match(text) for each in begin)
