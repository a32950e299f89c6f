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


def tells(text: str) -> bool:
    """Tell a sentence that only tells, whatever is dated, counted or named in it.

    >>> tells("2019年9月23日，省领导小组办公室发布关于应对污染的函。"), tells("市政府发布禁行公告。")
    (True, False)
    >>> tells("禁烧区域为公路两侧各1公里的地带。"), tells("禁烧区域为公路两侧，各乡镇要巡查。")
    (True, False)
    """
    return bool(_ISSUED.fullmatch(text) or _FORECAST.match(text) or _REACHED.match(text) or _COVERS.fullmatch(text))
