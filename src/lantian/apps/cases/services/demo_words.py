"""What a demonstration's past cases are about and how they end (演示案件用语): plain data of :mod:`demo_history`."""

from collections.abc import Mapping, Sequence

LEAD, CALL, ORDER = "trade-lead", "whistle-call", "rectification-order"
SENDERS = ("housing", "water", "landscape", "transport")
CALLED = ("urban-enforcement", "housing", "urban-management", "environment", "transport", "food-drug")
TITLES = {
    LEAD: ("{place}土方作业未湿法抑尘", "{place}裸土未覆盖", "{place}出入口车辆未冲洗", "{place}物料堆放未苫盖"),
    CALL: ("{place}夜市油烟扰民", "{place}渣土车遗撒", "{place}占道堆放砂石", "{place}露天喷漆"),
    ORDER: ("{place}围挡破损、道路未硬化", "{place}洒水降尘记录不全"),
}
WAYS: Mapping[str, Sequence[tuple[str, float, str]]] = {
    f"{LEAD}:verify": (("violation", 0.5, "现场与移送线索一致"), ("none-found", 0.5, "现场已按要求落实")),
    f"{LEAD}:decide": (("order", 0.7, "情节轻微，责令改正"), ("dismiss", 0.3, "已当场改正，不予立案")),
    f"{LEAD}:feedback": (("sent", 1, "查处结果已书面反馈"),),
    f"{CALL}:report-in": (("reported", 1, "已到现场"),),
    f"{CALL}:act": (("done", 0.94, "已现场处置"), ("not-ours", 0.06, "不属本部门职责")),
    f"{CALL}:confirm": (("confirmed", 0.92, "现场查看，已解决"), ("again", 0.08, "问题仍在，请继续办理")),
    f"{ORDER}:serve": (("served", 1, "通知已送达"),),
    f"{ORDER}:recheck": (("corrected", 1, "复查已改正"),),
}
"""How each step ends, how often, and what is written; none is a penalty, which a ladder would count."""
WORD = "（模拟）"
