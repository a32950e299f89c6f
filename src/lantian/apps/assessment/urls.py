"""Paths of the assessment."""

from django.urls import path

from lantian.apps.assessment.rectification_urls import RECTIFICATION
from lantian.apps.assessment.views import bulletins, figures, rankings, results, reviews, weekly
from lantian.apps.assessment.views.schemes import appeals, body, findings, lists, paper, term

app_name = "assessment"
urlpatterns = [
    path("assessment/", weekly.latest, name="weekly"),
    path("assessment/weekly/<slug:period>/", weekly.week, name="week"),
    path("assessment/weekly/<slug:period>/<slug:code>/", weekly.place, name="place"),
    path("assessment/snapshots/<slug:number>/", weekly.snapshot, name="snapshot"),
    path("assessment/snapshots/<slug:number>/figures/", figures.figures, name="figures"),
    path("assessment/rankings/", rankings.rankings, name="rankings"),
    path("assessment/rankings/city/", results.city, name="city"),
    path("assessment/rankings/results/", results.results, name="results"),
    path("assessment/rankings/results/<slug:layout>.xlsx", results.results_template, name="results-template"),
    path("assessment/rankings/<slug:name>/<slug:period>/", rankings.ranking, name="ranking"),
    path("assessment/rankings/<slug:name>/<slug:period>/ranking.xlsx", rankings.book, name="ranking-book"),
    path("assessment/rankings/<slug:name>/<slug:period>/mark-last/", rankings.mark, name="ranking-mark"),
    path("assessment/rankings/<slug:name>/<slug:period>/<slug:code>/", rankings.place, name="ranking-place"),
    path("assessment/rankings/<slug:name>/<slug:period>/<slug:code>/order/", rankings.order, name="ranking-order"),
    path("assessment/bulletins/", bulletins.bulletins, name="bulletins"),
    path("assessment/bulletins/new/", bulletins.new, name="bulletin-new"),
    path("assessment/bulletins/<int:key>/", bulletins.bulletin, name="bulletin"),
    path("assessment/bulletins/<int:key>/file/<slug:suffix>/", bulletins.file, name="bulletin-file"),
    path("assessment/bulletins/<int:key>/<slug:what>/", bulletins.act, name="bulletin-act"),
    path("assessment/reviews/", reviews.latest, name="reviews"),
    path("assessment/reviews/<slug:period>/", reviews.review, name="review"),
    path("assessment/reviews/<slug:period>/slides.pdf", reviews.pdf, name="review-pdf"),
    path("assessment/reviews/<slug:period>/decide/", reviews.decision, name="review-decide"),
    *RECTIFICATION,
    path("assessment/schemes/", lists.scheme_list, name="schemes"),
    path("assessment/schemes/appeals/", appeals.appeals, name="assessment-appeals"),
    path("assessment/schemes/appeals/<int:key>/", appeals.appeal, name="assessment-appeal"),
    path("assessment/schemes/appeals/<int:key>/file/", appeals.appeal_file, name="assessment-appeal-file"),
    path("assessment/schemes/appeals/<int:key>/answer/", appeals.appeal_answer, name="assessment-appeal-answer"),
    path("assessment/schemes/findings/", findings.findings, name="veto-findings"),
    path("assessment/schemes/findings/new/", findings.finding_new, name="veto-finding-new"),
    path("assessment/schemes/findings/<int:key>/revoke/", findings.finding_revoke, name="veto-finding-revoke"),
    path("assessment/schemes/findings/<int:key>/<slug:which>/", findings.finding_file, name="veto-finding-file"),
    path("assessment/schemes/entries/<int:key>/", term.entry_file, name="scheme-entry"),
    path("assessment/schemes/<slug:scheme>/<slug:term>/", term.term_page, name="scheme-term"),
    path("assessment/schemes/<slug:scheme>/<slug:term>/act/<slug:what>/", term.act, name="scheme-act"),
    path("assessment/schemes/<slug:scheme>/<slug:term>/enter/", term.enter, name="scheme-enter"),
    path("assessment/schemes/<slug:scheme>/<slug:term>/paper/", paper.paper, name="scheme-paper"),
    path("assessment/schemes/<slug:scheme>/<slug:term>/file/<slug:suffix>/", term.file, name="scheme-file"),
    path("assessment/schemes/<slug:scheme>/<slug:term>/snapshot/<slug:number>/", term.snapshot, name="scheme-snapshot"),
    path("assessment/schemes/<slug:scheme>/<slug:term>/<slug:body>/", body.body_page, name="scheme-body"),
    path(
        "assessment/schemes/<slug:scheme>/<slug:term>/<slug:body>/appeal/",
        appeals.appeal_new,
        name="assessment-appeal-new",
    ),
]
