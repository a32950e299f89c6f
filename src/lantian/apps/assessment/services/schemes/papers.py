"""The published paper of an assessment (考核结果通报) in official form, from its inputs and the scheme's own words."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from lantian.apps.assessment.marking import Body, Inputs
from lantian.apps.assessment.models import Assessment, AssessmentAppeal, BulletinCounter
from lantian.apps.assessment.services.schemes.changes import Changed, changes, grade_name, names_in, points_of
from lantian.apps.assessment.services.schemes.inputs import inputs_in
from lantian.apps.assessment.snapshots import SHORT
from lantian.apps.ui.official.document import Block, Heading, Official, Paragraph, Table
from lantian.kernel.instants import BEIJING
from lantian.kernel.rounding import half_even
from lantian.policy.records_assessment import AssessmentSchemeRecord, NoticeBlockRecord
from lantian.policy.records_document import filled
from lantian.workflow.scoring import Score, ranks

MADE_UP = "含模拟数据，仅供演示"
VETO = "一票否决"
WIDE = 8
"""Columns of marks from which their heads are narrower."""


def paper_of(assessment: Assessment, today: date | None = None) -> Official:
    """Return the paper; today: of a draft, which each page says it is."""
    inputs = inputs_in(assessment)
    scheme = inputs.scheme
    day = assessment.day or today
    assert day is not None
    values = values_of(assessment, inputs)
    said = filled(scheme.remark, values)
    return Official(
        issuer=scheme.office,
        number=assessment.number or _number_now(scheme, day),
        title=filled(scheme.title, values),
        to=scheme.addressee,
        blocks=tuple(block for one in scheme.blocks for block in _blocks(one, inputs, values)),
        signer="",
        day=day,
        copies=scheme.copies,
        contact=scheme.contact,
        note=f"{said}；{MADE_UP}" if inputs.synthetic else said,
        draft=not assessment.published,
    )


def _number_now(scheme: AssessmentSchemeRecord, day: date) -> str:
    """The number that a draft would get now; it is not taken."""
    counter = BulletinCounter.objects.filter(word=scheme.word, year=day.year).first()
    return f"{scheme.word}〔{day.year}〕{counter.last + 1 if counter else 1}号"


def values_of(assessment: Assessment, inputs: Inputs) -> dict[str, str]:
    """Return what the names of ``KNOWN`` stand for."""
    scores = inputs.scores()
    totals = [one.total for one in scores.values() if one.total is not None]
    known = inputs.known_at.astimezone(BEIJING)
    before = inputs_in(assessment.previous) if assessment.previous else None
    return {
        "period": inputs.term.words.zh,
        "bodies": str(len(inputs.bodies)),
        "full": f"{inputs.scheme.scheme().full.normalize():f}",
        "mean": str(half_even(sum(totals, Decimal(0)) / len(totals), 2)) if totals else "—",
        "grades": _grades(inputs),
        "first": _named(inputs, first=True),
        "last": _named(inputs, first=False),
        "failed": "".join(_veto(inputs, body) for body in inputs.bodies if scores[body.code].failed),
        "limited": "".join(
            _veto(inputs, body) for body in inputs.bodies if scores[body.code].vetoes and not scores[body.code].failed
        ),
        "changes": _changes(changes(before, inputs), assessment.reason) if before else "",
        "appeal_days": str(inputs.scheme.appeal_days),
        "appeals": _appeals(assessment),
        "snapshot": assessment.snapshot_id[:SHORT],
        "known": f"{known.year}年{known.month}月{known.day}日{known.hour}时{known.minute:02}分",
    }  # fmt: skip


def _grades(inputs: Inputs) -> str:
    scores, parts = inputs.scores(), []
    for grade in inputs.scheme.grades:
        names = [one.zh for one in inputs.bodies if scores[one.code].grade == grade.id]
        parts.append(f"{grade.zh}{len(names)}个" + (f"：{'、'.join(names)}" if names else ""))
    return "；".join(parts)


def _named(inputs: Inputs, *, first: bool) -> str:
    """The places at one end; whoever a veto failed has none."""
    scores = inputs.scores()
    placed = {code: rank for code, rank in ranks(scores).items() if rank is not None}
    shown = min(inputs.scheme.shown, len(placed) // 2)
    order = sorted(placed, key=lambda code: (placed[code] if first else -placed[code], code))[:shown]
    names = {one.code: one.zh for one in inputs.bodies}
    return "、".join(f"{names[code]}（{scores[code].total}分）" for code in order)


def _veto(inputs: Inputs, body: Body) -> str:
    """What a body's vetoes did, with what its marks alone would have given."""
    score, scheme = inputs.scores()[body.code], inputs.scheme
    found = "、".join(f"{one.label or '经'}认定“{scheme.veto(one.veto).zh}”" for one in inputs.findings[body.code])
    by_score = scheme.grade(score.by_score).zh if score.by_score else "—"
    marks = f"得分{score.total}分（按分数为{by_score}）" if score.total is not None else "未计分"
    return f"{body.zh}：{found}，{marks}，考核结果为{grade_name(inputs, score).zh}。"


def _changes(found: list[Changed], reason: str) -> str:
    lines = [
        f"{one.body.zh}：得分原为{_total(one.was)}、现为{_total(one.now)}，等次原为{one.was_grade.zh}、现为{one.now_grade.zh}"
        for one in found if one.counted
    ]  # fmt: skip
    return f"{'；'.join(lines) or '各单位得分、等次不变'}。更正理由：{reason}。"


def _total(score: Score | None) -> str:
    return f"{score.total}" if score and score.total is not None else "—"


def _appeals(assessment: Assessment) -> str:
    """Appeals against earlier versions of the term."""
    rows = AssessmentAppeal.objects.filter(
        assessment__scheme=assessment.scheme, assessment__term=assessment.term,
        assessment__version__lt=assessment.version,
    )  # fmt: skip
    states = list(rows.values_list("state", flat=True))
    if not states:
        return ""
    counts = {name: states.count(name) for name in ("accepted", "rejected", "open")}
    return (
        f"上一版公布后收到申诉{len(states)}件，成立{counts['accepted']}件，不成立{counts['rejected']}件，"
        f"待答复{counts['open']}件。"
    )


# --- blocks


def _blocks(one: NoticeBlockRecord, inputs: Inputs, values: Mapping[str, str]) -> Iterator[Block]:
    if one.when and not values.get(one.when):
        return
    if one.heading:
        yield Heading(one.level, filled(one.heading, values))
    if one.text:
        yield Paragraph(filled(one.text, values))
    if one.table:
        yield TABLES[one.table](inputs, filled(one.caption, values))


def _results(inputs: Inputs, caption: str) -> Table:
    scores, rows = inputs.scores(), []
    for body, rank in _ordered(inputs):
        score = scores[body.code]
        remark = VETO if score.failed else "等次受限" if score.vetoes else ""
        rows.append((str(rank or "—"), body.zh, _total(score), grade_name(inputs, score).zh, remark))
    return Table(("名次", "单位", "得分（分）", "等次", "备注"), tuple(rows), caption, (1, 2.6, 1.4, 1.2, 1.6), (1,))


def _marks(inputs: Inputs, caption: str) -> Table:
    names, scores, rows = names_in(inputs), inputs.scores(), []
    for body, _ in _ordered(inputs):
        points = points_of(scores[body.code])
        without = {one.id for one in scores[body.code].marks if one.state == "spread"}
        cells = tuple(_short(None if item in without else points.get(item), inputs.scheme.decimals) for item in names)
        rows.append((body.zh, *cells, _total(scores[body.code])))
    heads = tuple(_head(name.zh, 2 if len(names) > WIDE else 3) for name in names.values())
    return Table(("单位", *heads, "合计"), tuple(rows), caption, (2, *(1.05 for _ in heads), 1.15), (0,))


def _short(points: Decimal | None, decimals: int) -> str:
    return "—" if points is None else f"{points:.{decimals}f}".replace("-", "−")


def _head(name: str, letters: int) -> str:
    """A head of so many characters a line, without what stands in brackets."""
    plain = name.partition("（")[0]
    return "\n".join(plain[start : start + letters] for start in range(0, len(plain), letters))


def _ordered(inputs: Inputs) -> list[tuple[Body, int | None]]:
    """Bodies by rank, those without one last."""
    placed = ranks(inputs.scores())
    order = sorted(
        range(len(inputs.bodies)), key=lambda n: (placed[inputs.bodies[n].code] or len(inputs.bodies) + 1, n)
    )
    return [(inputs.bodies[n], placed[inputs.bodies[n].code]) for n in order]


TABLES = {"results": _results, "marks": _marks}
