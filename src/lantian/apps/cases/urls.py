"""Paths of the cases."""

from django.urls import path

from lantian.apps.cases.views import boards, listing, one

app_name = "cases"
urlpatterns = [
    path("cases/", listing.mine, name="mine"),
    path("cases/all/", listing.cases, name="list"),
    path("cases/new/<slug:kind>/", listing.new, name="new"),
    path("cases/boards/", boards.boards, name="boards"),
    path("cases/overdue/", boards.overdue, name="overdue"),
    path("cases/sanctions/", boards.sanctions, name="sanctions"),
    path("cases/sanctions/<int:key>/lift/", boards.lift_sanction, name="lift"),
    path("cases/<slug:slug>/", one.case, name="one"),
    path("cases/<slug:slug>/evidence/", one.evidence, name="evidence"),
    path("cases/<slug:slug>/evidence/<int:key>/", one.evidence_file, name="evidence-file"),
    path("cases/<slug:slug>/<slug:what>/", one.act, name="act"),
]
