"""How a ranking is made, in words (排名办法): from its record, so that a page and a bulletin say the same."""

from collections.abc import Callable, Mapping

from lantian.kernel.errors import Text
from lantian.kernel.plurals import counted
from lantian.policy.records_ranking import RankingRecord

Words = Callable[[RankingRecord], Text]

COUNTS: Mapping[str, Text] = {
    "points": Text("点位", "Points"),
    "days": Text("有效日", "Valid days"),
    "needed": Text("应有", "Needed"),
    "point_days": Text("点位日", "Point days"),
    "excluded": Text("剔除日", "Days left out"),
    "faults": Text("故障日值", "Faulty days"),
    "results": Text("结果", "Results"),
    "over": Text("超限", "Over the limit"),
    "worst": Text("最高", "Highest"),
    "due": Text("到期", "Fell due"),
    "in_time": Text("按时", "In time"),
    "verify_due": Text("核验到期", "Verifications due"),
    "verify_in_time": Text("核验按时", "Verified in time"),
    "plots": Text("地块", "Plots"),
    "area_m2": Text("面积 m²", "Area m²"),
    "treated_m2": Text("已治理 m²", "Treated m²"),
    "progress": Text("进度 %", "Progress %"),
    "measure": Text("措施", "Measure"),
    "firms": Text("企业", "Firms"),
    "marked": Text("台账标为末位", "Marked in the ledger"),
    "area": Text("街乡", "Street"),
}
"""What the counts of a place are called."""

UNITS: Mapping[str, str] = {
    "天": "d", "次": "", "起": "", "项": "", "个": "", "分": "points", "万元": "× 10,000 yuan",
}  # fmt: skip
"""English of units that are printed in Chinese; what is counted one by one has none."""

UNSAID = ("area", "marked", "measure")
"""Counts that are no numbers and are told another way."""


def counts_said(counts: Mapping[str, object]) -> list[tuple[Text, str]]:
    """Return what a place's value was counted from: what each count is called, and the count."""
    return [(COUNTS[name], str(count)) for name, count in counts.items() if name in COUNTS and name not in UNSAID]


def unit_words(unit: str) -> Text:
    """Return a unit as a reader writes it; a plain number is a score.

    >>> unit_words("1").en, unit_words("起").en, unit_words("µg/m³").en
    ('points', '', 'µg/m³')
    """
    zh = "分" if unit == "1" else unit
    return Text(zh, UNITS.get(zh, zh))


def method_words(record: RankingRecord) -> Text:
    """Return how the ranking is made, one sentence a step."""
    said = [one for make in (_value, _points, _least, _dust, _rank, _bands, _last) if (one := make(record)).zh]
    return Text("".join(one.zh for one in said), " ".join(one.en for one in said))


VALUES: Mapping[str, Text] = {
    "pm25": Text(
        "街乡日值为其点位有效日均值的平均，期间值为街乡日值的平均。",
        "A street's day is the mean of the valid daily means of its points, its value the mean of its days.",
    ),
    "coarse": Text(
        "点位日值为 PM10 与 PM2.5 有效日均值之差，差为负的按数据故障不计；"
        "街乡日值为点位日值的平均，期间值为街乡日值的平均。",
        "A point's day is the difference of its valid daily means of PM10 and PM2.5, a negative one is a fault of data "
        "and does not count; a street's day is the mean of its points, its value the mean of its days.",
    ),
    "tsp": Text(
        "街乡日值为其点位 TSP 有效日均值的平均，期间值为街乡日值的平均。",
        "A street's day is the mean of the valid daily means of TSP of its points, its value the mean of its days.",
    ),
    "road-dust": Text(
        "取期间内导入的积尘结果，同一道路同月以最后一次导入为准，求平均。",
        "The mean of the results imported for the period; of one road and month the last import counts.",
    ),
    "in-time": Text(
        "期间内到期的案件环节中，按时办毕的比例；暂停的不计，并案、分案的环节只在续办的案件中计一次；"
        "截止时刻以现在的记录为准，不能回看。",
        "Of the steps of cases that fell due in the period, the share done in time; paused ones do not count, and "
        "those of a case that was merged or split count once, in the case that goes on. When a step was due is taken "
        "as it is recorded now and cannot be replayed.",
    ),
    "bare-land": Text(
        "期末已排查裸地中，已治理面积的比例；台账按变更记录还原到数据截止时刻。",
        "Of the bare land found by the end of the period, the share of its area that is treated; the ledger is put "
        "back by its history to the instant of the data.",
    ),
    "clusters": Text(
        "台账所记该年度考评得分；台账按变更记录还原到数据截止时刻。",
        "The year's score in the ledger, which is put back by its history to the instant of the data.",
    ),
}
"""What each subject's value is."""


def _value(record: RankingRecord) -> Text:
    return VALUES[record.subject]


def _points(record: RankingRecord) -> Text:
    if not record.points:
        return Text("", "")
    return Text(
        "按全区登记的点位归入其所在边界的街乡。",
        "A point that is registered for the whole district belongs to the street in whose borders it stands.",
    )


def _least(record: RankingRecord) -> Text:
    stand = Text("不参加排名", "is not ranked") if record.missing == "unranked" else Text("列末位", "stands last")
    if record.least == "standard":
        return Text(
            f"有效日数不足（月 27 天、二月 25 天，季按月计，年按 HJ 663；剔除日相应减少）的{stand.zh}。",
            "A street with fewer valid days than the standard asks for (27 in a month, 25 in February, a quarter by "
            f"its months, a year by HJ 663, less the days left out) {stand.en}.",
        )
    if record.least == "count" and record.least_count > 1:
        return Text(f"不足 {record.least_count} 件的{stand.zh}。", f"Fewer than {record.least_count} {stand.en}.")
    return Text("", "")


def _dust(record: RankingRecord) -> Text:
    if not record.without_sand_dust:
        return Text("", "")
    return Text("认定为沙尘的日子对其点位剔除。", "Days decided as sand dust are left out for the points concerned.")


def _rank(record: RankingRecord) -> Text:
    ahead = Text("大者在前", "the largest first") if record.largest_first else Text("小者在前", "the smallest first")
    return Text(
        f"按 GB/T 8170 修约到 {record.decimals} 位小数后的数值排名，{ahead.zh}，数值相同的同名次，其后名次跳过。",
        f"What is ranked is the value rounded to {counted(record.decimals, 'decimal')} by GB/T 8170, {ahead.en}; "
        "equal values share a rank and the next is skipped.",
    )


def _bands(record: RankingRecord) -> Text:
    if not record.draws:
        return Text("全数统计，没有抽样误差，名次即区间。", "Everything is counted: a rank is its own interval.")
    how = (
        Text(f"按 {record.block_days} 天区段", f"days in blocks of {record.block_days}")
        if record.points
        else Text("", "what was found")
    )
    wide = (
        Text("、按各日之间的延续放宽", ", widened by what carries over from day to day")
        if record.intervals == "widened"
        else Text("", "")
    )
    return Text(
        f"名次区间（{record.level_percent} %）由{how.zh}再抽样 {record.draws} 次{wide.zh}、两两比较得出，"
        "分不出先后的同档。",
        f"Intervals of ranks ({record.level_percent} %) follow from {record.draws} draws of {how.en}{wide.en}, "
        "compared pair by pair; places that cannot be told apart share a band.",
    )


def _last(record: RankingRecord) -> Text:
    if record.last_percent is None:
        return Text("", "")
    ties = Text("边缘并列的列入", "a tie at the edge is in") if record.last_ties == "in" else Text(
        "边缘并列的不列入", "a tie at the edge is out"
    )  # fmt: skip
    return Text(
        f"末位 {record.last_percent} % 按家数进一取整，{ties.zh}，名列第一的不列入。",
        f"The last {record.last_percent} % are counted up to a whole number; {ties.en}; who stands first is out.",
    )
