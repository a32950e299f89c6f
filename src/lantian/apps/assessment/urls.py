"""Paths of the assessment."""

from django.urls import path

from lantian.apps.assessment.rectification_urls import RECTIFICATION
from lantian.apps.assessment.views import bulletins, figures, rankings, results, weekly

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
    path("assessment/rankings/<slug:name>/<slug:period>/<slug:code>/", rankings.place, name="ranking-place"),
    path("assessment/rankings/<slug:name>/<slug:period>/<slug:code>/order/", rankings.order, name="ranking-order"),
    path("assessment/bulletins/", bulletins.bulletins, name="bulletins"),
    path("assessment/bulletins/new/", bulletins.new, name="bulletin-new"),
    path("assessment/bulletins/<int:key>/", bulletins.bulletin, name="bulletin"),
    path("assessment/bulletins/<int:key>/file/<slug:suffix>/", bulletins.file, name="bulletin-file"),
    path("assessment/bulletins/<int:key>/<slug:what>/", bulletins.act, name="bulletin-act"),
    *RECTIFICATION,
]
