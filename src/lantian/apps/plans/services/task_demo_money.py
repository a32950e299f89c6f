"""Demonstration money (演示资金): budget lines of some tasks in the last two years, marked synthetic."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np

from lantian.apps.plans.models import BudgetLine, MoneyMove, Task
from lantian.apps.plans.rules import rules
from lantian.kernel.instants import beijing_day, day_of

SEED = 20181229
LINES = (
    ("2.1", "environment", "PM2.5 综合治理专项", 2600), ("4.2", "city", "新能源车更新补助", 5200),
    ("4.6", "district", "公共充电设施建设", 3100), ("4.6", "social", "企业自建充电设施", 1800),
    ("5.3", "city", "国三柴油货车淘汰补助", 2400), ("6.1", "district", "非道路机械标识和检测", 260),
    ("9.4", "city", "遥感监测设备", 920), ("11.4", "social", "工地视频和颗粒物监测", 1500),
    ("12.3", "district", "冲扫洗收作业车辆", 4300), ("12.2", "street", "背街小巷保洁", 1250),
    ("13.3", "district", "裸地绿化和生物覆盖", 2750), ("13.3", "street", "街乡裸地苫盖", 640),
    ("16.1", "district", "一般制造业退出奖励", 1900), ("16.4", "street", "散乱污整治", 480),
    ("17.4", "social", "搅拌站密闭改造", 3600), ("18.4", "city", "清洁生产审核补助", 310),
    ("21.2", "social", "汽修喷漆房改造", 860), ("22.2", "social", "餐饮油烟净化设施", 2200),
    ("24.2", "district", "应急预案修订", 90), ("27.1", "district", "宣传教育活动", 150),
    ("28.1", "district", "三级监测网络和热点网格", 2100), ("28.4", "central", "VOC 监测能力建设", 780),
)  # fmt: skip
"""Task, source of money, purpose, and the order of size in 万元."""


def fill_money(*, at: datetime) -> int:
    """Add the lines whose tasks are there; return how many."""
    random, day, funds = np.random.default_rng(SEED), day_of(at), rules().funds
    tasks = {task.number: task for task in Task.objects.filter(number__in=[line[0] for line in LINES])}
    moves: list[MoneyMove] = []
    for number, fund, title, size in LINES:
        source = fund if fund in funds else "district"
        for year in (day.year - 1, day.year) if number in tasks else ():
            line = BudgetLine.objects.create(
                task=tasks[number], year=year, fund=source, title=title, synthetic=True,
                created_at=min(at, beijing_day(date(year, 1, 20), 9)),
            )  # fmt: skip
            moves += _moves(line, size, day, random)
    MoneyMove.objects.bulk_create(moves)
    return len(moves)


def _moves(line: BudgetLine, size: int, day: date, random: np.random.Generator) -> list[MoneyMove]:
    """Budget in January, passed down in spring, paid through the year; in the current year as far as it has come."""
    budget = Decimal(round(size * float(random.uniform(0.85, 1.15)))) * 10_000
    gone = min(1.0, (day - date(line.year, 1, 1)).days / 365)
    allotted = _part(budget, min(1.0, float(random.uniform(0.7, 1.0)) * (1.0 if gone > 0.4 else gone * 2)))
    paid = _part(allotted, min(1.0, float(random.uniform(0.55, 1.0)) * gone))
    days = [date(line.year, 1, 20), date(line.year, 4, 10)]
    rows = [(MoneyMove.Kind.BUDGET, budget, days[0]), (MoneyMove.Kind.ALLOTTED, allotted, days[1])]
    for place in range(3):
        on = date(line.year, 5, 15) + timedelta(days=75 * place)
        if on <= day:
            rows.append((MoneyMove.Kind.PAID, _part(paid, 1 / 3), on))
    return [
        MoneyMove(line=line, kind=kind, amount=amount, day=on, voucher=f"演{line.pk:04}", at=beijing_day(on, 10))
        for kind, amount, on in rows
        if amount > 0 and on <= day
    ]


def _part(whole: Decimal, share: float) -> Decimal:
    return Decimal(int(float(whole) * share / 100)) * 100
