"""Paths of the audit log; the audit administrator's alone."""

from django.urls import path

from lantian.apps.audit import views

app_name = "audit"
urlpatterns = [
    path("system/audit/", views.entries, name="entries"),
    path("system/audit/export.csv", views.export, name="export"),
    path("system/audit/verify/", views.verify, name="verify"),
    path("system/audit/anchors/", views.anchor_list, name="anchors"),
]
