"""A body's assessment: each mark with its figure, formula, citation and records; the findings; its appeals."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lantian.apps.accounts.rights import may
from lantian.apps.assessment.marking import Body, Found, Inputs
from lantian.apps.assessment.models import Assessment, AssessmentAppeal, Mark, VetoFinding
from lantian.apps.assessment.services.schemes.appeals import due_of, items_of
from lantian.apps.assessment.services.schemes.changes import changes
from lantian.apps.assessment.services.schemes.inputs import inputs_in
from lantian.apps.assessment.services.schemes.reach import is_own, may_see
from lantian.apps.assessment.services.schemes.results import Came
from lantian.apps.assessment.services.schemes.versions import appeals_at, findings_at
from lantian.apps.assessment.views.schemes.acting import asked, moment_of
from lantian.apps.assessment.views.schemes.rows import Row, Shown, note_of, row_of, shown
from lantian.apps.assessment.views.schemes.version import version_shown
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.assessments import MISSING, READERS, extra_words, rule_words, veto_words
from lantian.policy.records_assessment import ExtraRecord, IndicatorRecord
from lantian.workflow.scoring_rules import plain


@dataclass(frozen=True)
class MarkLine:
    """An item with what it brought and why. share: of the most [%]."""

    item: str
    name: Text
    points: str
    most: str
    weight: str
    share: float
    figure: Text
    formula: Text
    rule: Text
    reader: Text
    cited: Text
    doubtful: bool
    note: Text
    state: str
    links: list[Shown]
    extra: bool


@dataclass(frozen=True)
class VetoLine:
    """A finding with what its veto does."""

    found: Found
    name: Text
    does: Text
    cited: Text
    url: str
    finding: VetoFinding | None


@require_GET
def body_page(request: PageRequest, scheme: str, term: str, body: str) -> HttpResponse:
    """Show how a body came out, and why."""
    record, named = asked(request, scheme, term)
    shown = version_shown(request, record, named)
    if shown is None or not may_see(request.user, record, body, published=shown.assessment.published):
        raise Http404(body)
    found = shown.assessment
    inputs = inputs_in(found)
    who, came = inputs.body(body), shown.came(inputs, body)
    if who is None or not came:
        raise Http404(body)
    row = row_of(came[0], inputs, request.user)
    context = {
        "record": inputs.scheme,
        "term": named,
        "assessment": found,
        "inputs": inputs,
        "who": who,
        "row": row,
        "lines": lines_of(came[0], inputs),
        "vetoes": vetoes_of_body(inputs, who, moment_of(request)),
        "before": _before(found, inputs, body),
        "moment": moment_of(request),
    }
    return render(request, "assessment/schemes/body.html", context | _appeals(request, found, inputs, row))


def lines_of(came: Came, inputs: Inputs) -> list[MarkLine]:
    """Return the marks of a body with all that explains them."""
    marks = {one.item: one for one in came.marks}
    scheme = inputs.scheme
    items: list[IndicatorRecord | ExtraRecord] = [*scheme.indicators, *scheme.extras]
    return [_line(one, marks[one.id], inputs, came.result.body) for one in items]


def _line(one: IndicatorRecord | ExtraRecord, mark: Mark, inputs: Inputs, body: str) -> MarkLine:
    extra = isinstance(one, ExtraRecord)
    read = inputs.counts[body][one.id] if extra else inputs.figures[body][one.id]
    most = mark.most or 0
    return MarkLine(
        item=one.id,
        name=Text(one.zh, one.en),
        points=plain(mark.points),
        most=plain(most),
        weight=plain(mark.weight or 0),
        share=float(100 * mark.points / most) if most else 0.0,
        figure=Text(mark.figure_zh, mark.figure_en),
        formula=Text(mark.formula_zh, mark.formula_en),
        rule=_rule(one),
        reader=READERS[one.reader],
        cited=one.cited(inputs.scheme),
        doubtful=one.confidence != "A",
        note=note_of(one),
        state=mark.state,
        links=shown(read.links),
        extra=extra,
    )


def _rule(one: IndicatorRecord | ExtraRecord) -> Text:
    if isinstance(one, ExtraRecord):
        return extra_words(one)
    rule, missing = rule_words(one), MISSING[one.missing]
    return Text(f"{rule.zh}；无数据{missing.zh}", f"{rule.en}; missing data: {missing.en}")


def vetoes_of_body(inputs: Inputs, body: Body, at: datetime) -> list[VetoLine]:
    """Return the findings against a body, as they stood in the snapshot, with what became of each up to an instant."""
    found = inputs.findings.get(body.code, ())
    kept = VetoFinding.objects.filter(pk__in=[one.key for one in found]).select_related("case")
    rows = {one.pk: one for one in findings_at(kept, at)}
    lines = []
    for one in found:
        veto = inputs.scheme.veto(one.veto)
        row = rows.get(one.key)
        url = f"/cases/{row.case.slug}/" if row and row.case else ""
        does = veto_words(inputs.scheme, veto)
        lines.append(VetoLine(one, Text(veto.zh, veto.en), does, veto.cited(inputs.scheme), url, row))
    return lines


def _before(found: Assessment, inputs: Inputs, body: str) -> Any:
    """What the version before said of the body, where it was another result."""
    if found.previous is None:
        return None
    return next((one for one in changes(inputs_in(found.previous), inputs) if one.body.code == body), None)


def _appeals(request: PageRequest, found: Assessment, inputs: Inputs, row: Row) -> dict[str, Any]:
    """The appeals of the body, and whether its people may file another now."""
    body, moment = row.result.body, moment_of(request)
    rows = AssessmentAppeal.objects.filter(assessment__scheme=found.scheme, assessment__term=found.term, body=body)
    due: date | None = due_of(found, inputs) if found.published else None
    latest = found.published and not found.corrections.published().filter(published_at__lte=moment).exists()
    able = may(request.user, "assessment:assessment-appeal-new", "POST") and is_own(request.user, body)
    return {
        "appeals": appeals_at(rows.select_related("assessment"), moment) if row.own or found.published else [],
        "due": due,
        "over": due is not None and day_of(moment) > due,
        "may_appeal": able and latest,
        "items": items_of(inputs, body),
    }
