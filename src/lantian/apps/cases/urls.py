"""Paths of the cases."""

from django.urls import path

from lantian.apps.cases.views import boards, documents, listing, measures, one, types

app_name = "cases"
urlpatterns = [
    path("cases/", listing.mine, name="mine"),
    path("cases/all/", listing.cases, name="list"),
    path("cases/map.json", listing.map_data, name="map"),
    path("cases/new/<slug:kind>/", listing.new, name="new"),
    path("cases/boards/", boards.boards, name="boards"),
    path("cases/overdue/", boards.overdue, name="overdue"),
    path("cases/sanctions/", boards.sanctions, name="sanctions"),
    path("cases/sanctions/<int:key>/lift/", boards.lift_sanction, name="lift"),
    path("cases/measures/", measures.measures, name="measures"),
    path("cases/types/", types.types, name="types"),
    path("cases/types/<slug:name>/", types.one_type, name="type"),
    path("public/sanctions/", documents.public, name="public-sanctions"),
    path("cases/<slug:slug>/", one.case, name="one"),
    path("cases/<slug:slug>/file.pdf", documents.whole_file, name="file"),
    path("cases/<slug:slug>/measures/", measures.new, name="measure-new"),
    path("cases/<slug:slug>/measures/<int:key>/", measures.measure, name="measure"),
    path("cases/<slug:slug>/measures/<int:key>/step/", measures.step, name="measure-step"),
    path("cases/<slug:slug>/measures/<int:key>/clocks/<int:number>/", measures.clock, name="measure-clock"),
    path("cases/<slug:slug>/papers/", documents.new, name="paper-new"),
    path("cases/<slug:slug>/papers/<int:key>/", documents.paper, name="paper"),
    path("cases/<slug:slug>/papers/<int:key>/paper.<slug:form>", documents.paper_file, name="paper-file"),
    path("cases/<slug:slug>/penalties/<int:key>/revoke/", measures.revoke, name="revoke"),
    path("cases/<slug:slug>/evidence/", one.evidence, name="evidence"),
    path("cases/<slug:slug>/evidence/<int:key>/", one.evidence_file, name="evidence-file"),
    path("cases/<slug:slug>/<slug:what>/", one.act, name="act"),
]
