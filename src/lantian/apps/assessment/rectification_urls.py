"""Paths of the rectification ledger and of accountability; ``urls`` takes them in."""

from django.urls import path

from lantian.apps.assessment.views import accountability, problem, problem_lists, rectification

RECTIFICATION = [
    path("assessment/rectification/", rectification.ledger, name="rectification"),
    path("assessment/rectification/map.json", rectification.map_data, name="rectification-map"),
    path("assessment/rectification/ledger.xlsx", rectification.export, name="rectification-export"),
    path("assessment/rectification/ledger.pdf", rectification.printed, name="rectification-print"),
    path("assessment/rectification/lists/", problem_lists.lists, name="rectification-lists"),
    path("assessment/rectification/lists/template.xlsx", problem_lists.template, name="rectification-template"),
    path("assessment/rectification/lists/<int:key>/", problem_lists.one, name="rectification-list"),
    path("assessment/rectification/imports/<int:key>/", problem_lists.tried, name="rectification-import"),
    path("assessment/rectification/<slug:slug>/", problem.problem, name="problem"),
    path("assessment/rectification/<slug:slug>/<slug:what>/", problem.act, name="problem-act"),
    path("assessment/accountability/", accountability.bodies, name="accountability"),
    path("assessment/accountability/enter/", accountability.enter, name="accountability-enter"),
    path("assessment/accountability/notices/<int:key>/", accountability.notice, name="accountability-notice"),
    path(
        "assessment/accountability/notices/<int:key>/paper.<slug:form>", accountability.file, name="accountability-file"
    ),
    path(
        "assessment/accountability/notices/<int:key>/<slug:what>/", accountability.notice_act,
        name="accountability-notice-act",
    ),
    path("assessment/accountability/<slug:code>/", accountability.body, name="accountability-body"),
    path("assessment/accountability/<slug:code>/<slug:what>/", accountability.act, name="accountability-act"),
]  # fmt: skip
