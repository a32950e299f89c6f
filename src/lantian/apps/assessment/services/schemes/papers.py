"""The published paper of an assessment (考核结果通报) in official form, from its inputs and the scheme's own words."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.conf import settings
from django.urls import reverse

from lantian.apps.assessment.marking import Body, Inputs
from lantian.apps.assessment.models import Assessment, AssessmentAppeal
from lantian.apps.assessment.reports.words import Numbers
from lantian.apps.assessment.services.schemes.changes import Changed, changes, grade_name, names_in, points_of
from lantian.apps.assessment.services.schemes.inputs import inputs_in
from lantian.apps.assessment.services.signed import coming_number
from lantian.apps.assessment.snapshots import SHORT
from lantian.apps.ui.official.document import Block, Heading, Official, Paragraph, Table, marked
from lantian.kernel.instants import BEIJING
from lantian.kernel.rounding import half_even
from lantian.policy.records_assessment import AssessmentSchemeRecord
from lantian.policy.records_document import filled
from lantian.workflow.scoring import Score, ranks

MADE_UP = "含模拟数据，仅供演示"
VETO = "一票否决"
WIDE = 8
"""Columns of marks from which their heads are narrower."""


def paper_of(assessment: Assessment, today: date | None = None, *, site: str | None = None) -> Official:
    """Return the paper, its figures marked; today: of a draft, which each page says it is.

    site: the address under which people reach the pages, as the settings have it; figures lead there, "" for none.
    """
    inputs = inputs_in(assessment)
    scheme = inputs.scheme
    day = assessment.day or today
    assert day is not None
    values = values_of(assessment, inputs)
    said, own = filled(scheme.remark, values), settings.SITE_URL if site is None else site
    page = f"{own}{reverse('assessment:scheme-paper', args=[assessment.scheme, assessment.term])}" if own else ""
    return Official(
        issuer=scheme.office,
        number=assessment.number or coming_number(scheme.word, day.year),
        title=filled(scheme.title, values),
        to=scheme.addressee,
        blocks=tuple(_blocks(scheme, inputs, values)),
        signer="",
        day=day,
        copies=scheme.copies,
        contact=scheme.contact,
        note=f"{said}；{MADE_UP}" if inputs.synthetic else said,
        draft=not assessment.published,
        trace=f"重算：lantian assessment compute {values['snapshot']}；各项得分来历：{page or '系统内本件页面'}",
        figures=f"{page}?version={assessment.version}" if page else "",
    )


def values_of(assessment: Assessment, inputs: Inputs) -> dict[str, str]:
    """Return what the names of ``KNOWN`` stand for; the keys of figures name a body, or what the table adds up to."""
    scores = inputs.scores()
    known = inputs.known_at.astimezone(BEIJING)
    before = inputs_in(assessment.previous) if assessment.previous else None
    failed = "".join(_veto(inputs, body) for body in inputs.bodies if scores[body.code].failed)
    limited = "".join(
        _veto(inputs, body) for body in inputs.bodies if scores[body.code].vetoes and not scores[body.code].failed
    )
    return {
        "period": inputs.term.words.zh,
        "bodies": str(len(inputs.bodies)),
        "full": f"{inputs.scheme.scheme().full.normalize():f}",
        "mean": marked("mean", mean_of(inputs)),
        "grades": _grades(inputs),
        "first": _named(inputs, first=True),
        "last": _named(inputs, first=False),
        "failed": failed,
        "limited": limited,
        "vetoed": failed or limited,
        "changes": _changes(changes(before, inputs), assessment.reason) if before else "",
        "appeal_days": str(inputs.scheme.appeal_days),
        "appeals": _appeals(assessment),
        "snapshot": assessment.snapshot_id[:SHORT],
        "known": f"{known.year}年{known.month}月{known.day}日{known.hour}时{known.minute:02}分",
    }  # fmt: skip


def mean_of(inputs: Inputs) -> str:
    """Return the mean of the totals, rounded as these are; — where there is none."""
    totals = [one.total for one in inputs.scores().values() if one.total is not None]
    return (
        str(half_even(sum(map(Fraction, totals), Fraction(0)) / len(totals), inputs.scheme.decimals)) if totals else "—"
    )


def _grades(inputs: Inputs) -> str:
    scores, parts = inputs.scores(), []
    for grade in inputs.scheme.grades:
        names = [one.zh for one in inputs.bodies if scores[one.code].grade == grade.id]
        count = marked("grades", f"{len(names)}个")
        parts.append(f"{grade.zh}{count}" + (f"：{'、'.join(names)}" if names else ""))
    return "；".join(parts)


def _named(inputs: Inputs, *, first: bool) -> str:
    """The places at one end, all that share the last of them; whoever a veto failed has none.

    Where those that share it would reach past the middle, none of them is named.
    """
    scores = inputs.scores()
    placed = {code: rank for code, rank in ranks(scores).items() if rank is not None}
    order = sorted(placed, key=lambda code: (placed[code] if first else -placed[code], code))
    half = len(order) // 2
    shown = min(inputs.scheme.shown, half)
    if not shown:
        return ""
    end = placed[order[shown - 1]]
    ahead = [code for code in order[:shown] if placed[code] != end]
    shared = [code for code in order if placed[code] == end]
    named = [*ahead, *shared] if len(ahead) + len(shared) <= half else ahead
    names = {one.code: one.zh for one in inputs.bodies}
    return "、".join(f"{names[code]}（{marked(code, f'{scores[code].total}分')}）" for code in named)


def _veto(inputs: Inputs, body: Body) -> str:
    """What a body's vetoes did, with what its marks alone would have given."""
    score, scheme = inputs.scores()[body.code], inputs.scheme
    found = "、".join(f"{one.label or '经'}认定“{scheme.veto(one.veto).zh}”" for one in inputs.findings[body.code])
    by_score = scheme.grade(score.by_score).zh if score.by_score else "—"
    total = marked(body.code, f"{score.total}分")
    marks = f"得分{total}（按分数为{by_score}）" if score.total is not None else "未计分"
    return f"{body.zh}：{marked(f'{body.code}/vetoes', found)}，{marks}，考核结果为{grade_name(inputs, score).zh}。"


def _changes(found: list[Changed], reason: str) -> str:
    lines = [
        f"{one.body.zh}：得分原为{_total(one.was)}、现为{_total(one.now)}，等次原为{one.was_grade.zh}、现为{one.now_grade.zh}"
        for one in found if one.counted
    ]  # fmt: skip
    moved = len(found) - len(lines)
    others = f"；另有{moved}个单位得分、等次不变，名次相应变动" if moved else ""
    return f"{'；'.join(lines) or '各单位得分、等次不变'}{others}。更正理由：{reason.rstrip('。')}。"


def _total(score: Score | None) -> str:
    return f"{score.total}" if score and score.total is not None else "—"


def _appeals(assessment: Assessment) -> str:
    """Appeals against earlier versions of the term, as they stood at publication: later answers change no paper."""
    rows = AssessmentAppeal.objects.filter(
        assessment__scheme=assessment.scheme, assessment__term=assessment.term,
        assessment__version__lt=assessment.version,
    )  # fmt: skip
    at = assessment.published_at
    if at is not None:
        rows = rows.filter(filed_at__lte=at)
    states = [
        "open" if at is not None and answered is not None and answered > at else state
        for state, answered in rows.values_list("state", "answered_at")
    ]
    if not states:
        return ""
    counts = {name: states.count(name) for name in ("accepted", "rejected", "open")}
    return (
        f"此前公布的结果收到申诉{len(states)}件，成立{counts['accepted']}件，不成立{counts['rejected']}件，"
        f"待答复{counts['open']}件。"
    )


# --- blocks


def _blocks(scheme: AssessmentSchemeRecord, inputs: Inputs, values: Mapping[str, str]) -> Iterator[Block]:
    """The blocks that are said; headings are numbered without a gap."""
    numbers = Numbers()
    for one in scheme.blocks:
        if one.when and not values.get(one.when):
            continue
        if one.heading:
            yield Heading(one.level, filled(one.heading, numbers.given(one, values)))
        if one.text:
            yield Paragraph(filled(one.text, values))
        if one.table:
            yield TABLES[one.table](inputs, filled(one.caption, values))


def _results(inputs: Inputs, caption: str) -> Table:
    scores, rows = inputs.scores(), []
    for body, rank in _ordered(inputs):
        score = scores[body.code]
        remark = marked(f"{body.code}/vetoes", VETO if score.failed else "等次受限") if score.vetoes else ""
        grade = grade_name(inputs, score).zh
        rows.append((str(rank or "—"), body.zh, marked(body.code, _total(score)), grade, remark))
    return Table(("名次", "单位", "得分（分）", "等次", "备注"), tuple(rows), caption, (1, 2.6, 1.4, 1.2, 1.6), (1,))


def _marks(inputs: Inputs, caption: str) -> Table:
    names, scores, rows = names_in(inputs), inputs.scores(), []
    for body, _ in _ordered(inputs):
        points = points_of(scores[body.code])
        without = {one.id for one in scores[body.code].marks if one.state == "spread"}
        cells = tuple(
            marked(f"{body.code}/{item}", _short(None if item in without else points.get(item), inputs.scheme.decimals))
            for item in names
        )
        rows.append((body.zh, *cells, marked(body.code, _total(scores[body.code]))))
    heads = tuple(_head(name.zh, 2 if len(names) > WIDE else 3) for name in names.values())
    return Table(("单位", *heads, "合计"), tuple(rows), caption, (2.35, *(1.05 for _ in heads), 1.15), (0,))


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
