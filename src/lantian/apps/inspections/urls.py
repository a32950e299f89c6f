"""Paths of the inspections."""

from django.urls import path

from lantian.apps.inspections.views import patrol

app_name = "inspections"
urlpatterns = [
    # the patrol phone
    path("patrol/", patrol.patrol, name="patrol"),
    path("patrol/sw.js", patrol.worker, name="patrol-worker"),
    path("patrol/manifest.webmanifest", patrol.manifest, name="patrol-manifest"),
    path("patrol/me.json", patrol.me, name="patrol-me"),
    path("patrol/day.json", patrol.day, name="patrol-day"),
    path("patrol/inspections/", patrol.inspection, name="patrol-inspection"),
    path("patrol/photos/", patrol.photo, name="patrol-photo"),
    path("patrol/evidence/", patrol.evidence, name="patrol-evidence"),
    path("patrol/steps/", patrol.step, name="patrol-step"),
]
