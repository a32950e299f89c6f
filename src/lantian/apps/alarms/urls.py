"""Paths of the alarms."""

from django.urls import path

from lantian.apps.alarms.views import listing, one, rules

app_name = "alarms"
urlpatterns = [
    path("alarms/", listing.alarms, name="list"),
    path("alarms/export.xlsx", listing.export, name="export"),
    path("alarms/rules/", rules.rules, name="rules"),
    path("alarms/rules/<str:rule>/decide/", rules.decide, name="decide"),
    path("alarms/precision/", rules.precision, name="precision"),
    path("alarms/<slug:number>/", one.alarm, name="one"),
    path("alarms/<slug:number>/evidence/", one.evidence, name="evidence"),
    path("alarms/<slug:number>/evidence/<int:key>/", one.evidence_file, name="evidence-file"),
    path("alarms/<slug:number>/pictures/<int:key>/", one.picture, name="picture"),
    path("alarms/<slug:number>/<slug:what>/", one.act, name="act"),
]
