"""Demonstration of rectification and accountability (演示整改与问责): two lists in all states, bodies on their levels.

Made once through the services, from a seed over the demonstration ledgers; everything is marked synthetic.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import numpy as np
from django.db import transaction
from django.db.models import Q
from PIL import Image

from lantian.apps.accounts.models import Organisation, Person, Post, Role
from lantian.apps.assessment.models import (
    AccountabilityNotice,
    Appeal,
    CountedProblem,
    Exposure,
    FeedbackBatch,
    Problem,
    ProblemImport,
)
from lantian.apps.assessment.services.accountability import acknowledge, decide, draft_transfer, send, sweep
from lantian.apps.assessment.services.counting import appeal, enter_exposure
from lantian.apps.assessment.services.rectification import (
    NewBatch,
    NewProblem,
    add_problem,
    extend,
    keep_deadline,
    mark_same,
    register_batch,
    report_progress,
    supervise,
)
from lantian.apps.audit.services import record
from lantian.apps.cases import hooks
from lantian.apps.cases.services import Taken, attach_file, take_step
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.attachments import Sent
from lantian.kernel.instants import beijing_day, day_of

SEED = 20181231
KEEPER, CHECKER, GOVERNMENT = "environment", "urban-enforcement", "chaoyang-government"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
TEXTS = (
    ("dust", "{name}裸露土方未覆盖，出入车辆未冲洗", "裸土全部覆盖，冲洗设施正常使用"),
    ("dust", "{name}土方作业未落实湿法抑尘", "土方作业全程湿法抑尘"),
    ("dust", "{name}围挡破损，主要道路未硬化", "围挡修复，道路硬化"),
    ("vehicle", "{name}使用未备案的非道路移动机械", "未备案机械清退，进场机械全部备案"),
    ("industry", "{name}周边存在露天喷涂作业", "露天喷涂作业取缔"),
    ("duty", "{name}巡查记录不全，属地责任落实不到位", "巡查记录完整，每周不少于两次"),
)
LATE, FAILED, STRUCK, STRIKING, CHECKING, EXTENDED = "late", "failed", "struck", "striking", "checking", "extended"
RECTIFYING, REVIEW, PLAN, ORDER = "rectifying", "review", "plan", "order"
FIRST: Sequence[tuple[str, int]] = (
    (LATE, 0), (FAILED, 0), (LATE, 0), (LATE, 1), (LATE, 1), (FAILED, 1), (LATE, 1), (LATE, 2), (LATE, 3),
    (STRUCK, 0), (STRUCK, 1), (STRUCK, 2), (STRUCK, 2), (STRUCK, 3), (STRIKING, 2), (CHECKING, 1), (EXTENDED, 2),
)  # fmt: skip
"""How each problem of the first list stands, and whose it is: the street of the demonstration, then other bodies."""
SECOND: Sequence[tuple[str, int]] = (
    (RECTIFYING, 0), (RECTIFYING, 1), (RECTIFYING, 2), (REVIEW, 0), (REVIEW, 2), (PLAN, 1), (PLAN, 3), (ORDER, 0),
    (ORDER, 2),
)  # fmt: skip


@transaction.atomic
def fill_rectification(*, at: datetime) -> int:
    """Fill a demonstration; return how many problems, 0 where there are some or no ledgers to draw on."""
    offices = Organisation.objects.filter(pk__in=(KEEPER, CHECKER, GOVERNMENT)).count()
    sites = Source.objects.filter(synthetic=True, kind="construction-site", longitude__isnull=False)
    if offices < len((KEEPER, CHECKER, GOVERNMENT)) or not sites.exists() or Problem.objects.exists():
        return 0
    maker = _Maker(at)
    with _quietly():
        first = maker.fed_back("city", "第一轮", 75, 40, FIRST)
        second = maker.fed_back("central", "第三轮例行督察", 12, 45, SECOND)
        mark_same(second[1], first[3], "与市级督察反馈为同一工地", by=maker.people[KEEPER], at=at - timedelta(days=9))
        maker.beside(first)
    maker.answered()
    detail = {"problems": len(first) + len(second), "seed": SEED}
    record("rectification.demo-filled", subject=None, actor=None, at=at, detail=detail)
    return len(first) + len(second)


@contextmanager
def _quietly() -> Iterator[None]:
    """Nobody is told of what happened weeks ago."""
    kept = list(hooks.after_act)
    hooks.after_act[:] = [keep_deadline]
    try:
        yield
    finally:
        hooks.after_act[:] = kept


class _Maker:
    """Takes the steps of made-up problems, each by somebody of the body that has it."""

    def __init__(self, at: datetime) -> None:
        self.at, self.random, self.made = at, np.random.default_rng(SEED), 0
        self.bodies = _bodies()
        self.sites = _sites(self.bodies)
        self.people: dict[str, Person] = {}
        for code in (KEEPER, CHECKER, GOVERNMENT, *(one.pk for one in self.bodies)):
            self.people[code] = self._person(code, "Officer", "")
        for body in self.bodies[:3]:
            self._person(body.pk, "Deputy Head", "分管副主任")
            self._person(body.pk, "Head", "主任", head="government")
        content = io.BytesIO()
        Image.new("RGB", (96, 60), (150, 128, 104)).save(content, "JPEG")
        self.picture = content.getvalue()

    def _person(self, code: str, en: str, title: str, head: str = "") -> Person:
        number = Person.objects.filter(username__startswith="demo-rectify-").count() + 1
        family = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"[number % 16]
        name = f"demo-rectify-{number}"
        made = Person.objects.create_person(name, None, name_zh=f"{family}某（模拟）", name_en=f"{en} {number}")
        made.demo = True
        made.save(update_fields=["demo"])
        role = Role.STREET if code.startswith("office-") else Role.BUREAU
        Post.objects.create(person=made, role=role, organisation_id=code, title=title, head=head)
        return made

    def fed_back(
        self, source: str, name: str, ago: int, within: int, states: Sequence[tuple[str, int]]
    ) -> list[Problem]:
        """Register a list, and bring each of its problems where it stands."""
        day = day_of(self.at) - timedelta(days=ago)
        start = beijing_day(day, 10)
        new = NewBatch(source, name, f"模拟督〔{day.year}〕{ago}号", day, synthetic=True)
        batch = register_batch(new, by=None, at=start)
        return [
            self._one(batch, number, state, place, start, within) for number, (state, place) in enumerate(states, 1)
        ]

    def _one(self, batch: FeedbackBatch, number: int, state: str, place: int, start: datetime, within: int) -> Problem:
        body, sites = self.bodies[place], self.sites[place]
        site = sites[self.made % len(sites)] if sites else None
        category, text, goal = TEXTS[int(self.random.integers(len(TEXTS)))]
        deadline = batch.day + timedelta(days=within + int(self.random.integers(-4, 5)))
        new = NewProblem(
            str(number), text.format(name=site.name if site else f"{number}号工地（模拟）"), category, body, goal=goal,
            area_code=(site.area_id if site else body.area_id) or "", place=site.address if site else "", source=site,
            deadline=deadline,
        )  # fmt: skip
        self.made += 1
        problem = add_problem(batch, new, by=None, at=start)
        self._bring(problem, state, start, deadline)
        return problem

    def _bring(self, problem: Problem, state: str, start: datetime, deadline: date) -> None:
        if state == ORDER:
            return
        self._take(problem, "order", "ordered", start + timedelta(days=1))
        if state == PLAN:
            return
        self._take(problem, "plan", "submitted", start + timedelta(days=5), "document")
        if state == REVIEW:
            return
        self._take(problem, "plan-review", "approved", start + timedelta(days=7))
        report_progress(
            problem, int(self.random.integers(2, 9)) * 10, "已完成阶段性整改，其余部分按方案推进。",
            file=Sent("进展.jpg", self.picture), by=self.people[problem.lead_id], at=start + timedelta(days=9),
        )  # fmt: skip
        if state in (STRUCK, STRIKING, CHECKING, FAILED):
            self._finish(problem, state, beijing_day(deadline, 15) - timedelta(days=3))

    def _finish(self, problem: Problem, state: str, day: datetime) -> None:
        """Rectified three days before the deadline, then as far as it came."""
        self._take(problem, "rectify", "completed", day, "photo")
        if state == CHECKING:
            return
        self._take(problem, "recheck", "failed" if state == FAILED else "passed", day + timedelta(days=5), "photo")
        if state == STRUCK:
            self._take(problem, "strike-off", "struck-off", day + timedelta(days=9), "document")

    def _take(self, problem: Problem, step: str, outcome: str, at: datetime, kind: str = "") -> None:
        row = problem.case.threads.open().get(step=step)
        by = self.people[row.holder_id]
        if kind:
            sent = Sent("整改材料.pdf", PDF) if kind == "document" else Sent("现场.jpg", self.picture)
            attach_file(problem.case, row.number, sent, by=by, at=at)
        reasons = {"failed": "现场仍有裸露土方未覆盖。", "struck-off": "复核材料齐全，准予销号。"}
        take_step(problem.case, row.number, Taken(outcome, reasons.get(outcome, "已按要求办理。")), by=by, at=at)

    def beside(self, first: Sequence[Problem]) -> None:
        """What is done beside the steps: an extension, an interview, supervision."""
        keeper, at = self.people[KEEPER], self.at
        extended = first[[state for state, _ in FIRST].index(EXTENDED)]
        extend(
            extended,
            day_of(at) + timedelta(days=25),
            "冬季施工条件受限，分段完成",
            by=keeper,
            at=at - timedelta(days=40),
        )
        supervise(first[3], "interview", "整改逾期，现场未见进展", by=keeper, at=at - timedelta(days=20))
        supervise(first[0], "supervise", "群众反复反映", by=keeper, at=at - timedelta(days=15))

    def answered(self) -> None:
        """Count; decide, send and acknowledge some notices; one objection waits."""
        keeper, government, at = self.people[KEEPER], self.people[GOVERNMENT], self.at
        enter_exposure(
            "exposure", self.bodies[1], day_of(at) - timedelta(days=18), "夜间渣土运输扬尘被曝光（模拟）", "模拟媒体",
            by=keeper, at=at - timedelta(days=17), synthetic=True,
        )  # fmt: skip
        sweep(at - timedelta(days=8))
        notices = AccountabilityNotice.objects.filter(level="remind", body__in=[one.pk for one in self.bodies[:2]])
        for notice in notices.order_by("pk"):
            decided = decide(notice, "情况属实，同意。", by=government, at=at - timedelta(days=7))
            sent = send(decided, by=keeper, at=at - timedelta(days=7))
            acknowledge(sent, "已专题研究部署整改。", by=self.people[notice.body_id], at=at - timedelta(days=6))
        deputy = AccountabilityNotice.objects.filter(level="deputy", body=self.bodies[0]).first()
        if deputy is not None:
            send(
                decide(deputy, "同意问责。", by=government, at=at - timedelta(days=5)),
                by=keeper,
                at=at - timedelta(days=4),
            )
        grounds = "同一问题多次反馈仍未整改，涉嫌责任不到位、监管不力（模拟）。"
        lead = draft_transfer(self.bodies[1], grounds, by=keeper, at=at - timedelta(days=4))
        send(decide(lead, "同意移送。", by=government, at=at - timedelta(days=3)), by=keeper, at=at - timedelta(days=3))
        row = CountedProblem.objects.counting().filter(body=self.bodies[2]).first()
        if row is not None:
            appeal(
                row,
                "该工地已于上月移交邻街，不属本单位辖区。",
                by=self.people[self.bodies[2].pk],
                at=at - timedelta(days=3),
            )


def _bodies() -> list[Organisation]:
    """The office of the demonstration's street, two others with sites, and the bureau that is in charge of sites."""
    post = Post.objects.filter(person__username="street", person__demo=True).select_related("organisation").first()
    streets = Organisation.objects.filter(kind="street_office", area__isnull=False).order_by("code")
    first = post.organisation if post else streets.first()
    others = [one for one in streets if first is None or one.pk != first.pk]
    bureau = Organisation.objects.filter(pk="housing").first() or Organisation.objects.get(pk=CHECKER)
    return [one for one in (first, others[len(others) // 3], others[2 * len(others) // 3], bureau) if one is not None]


def _sites(bodies: Sequence[Organisation]) -> list[list[Source]]:
    """Made-up sites on the ground of each body; a bureau's anywhere."""
    known = Source.objects.filter(synthetic=True, kind="construction-site", longitude__isnull=False).order_by("code")
    anywhere = list(known[:40])
    return [
        list(known.filter(area__code__startswith=body.area_id)[:8]) if body.area_id else anywhere for body in bodies
    ]


def forget_synthetic(points: Sequence[str], devices: Sequence[str]) -> None:
    """Delete the demonstration's lists and what grew out of them, before its cases, when real data take its place."""
    made_up = Problem.objects.filter(batch__synthetic=True)
    cases = list(made_up.values_list("case", flat=True))
    entries = Exposure.objects.filter(synthetic=True)
    names = [f"entry:{pk}" for pk in entries.values_list("pk", flat=True)]
    rows = CountedProblem.objects.filter(Q(case__synthetic=True) | Q(case__in=cases) | Q(problem__in=names))
    bodies = set(rows.values_list("body", flat=True))
    Appeal.objects.filter(counted__in=rows).delete()
    rows.delete()
    entries.delete()
    left = set(CountedProblem.objects.filter(body__in=bodies).values_list("body", flat=True))
    AccountabilityNotice.objects.filter(body__in=bodies - left).delete()
    ProblemImport.objects.filter(batch__synthetic=True).delete()
    made_up.update(same_as=None)
    made_up.delete()
    FeedbackBatch.objects.filter(synthetic=True).delete()
