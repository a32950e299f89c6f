"""Paths of the inspections."""

from django.urls import path

from lantian.apps.inspections.views import board, draws, making, patrol, plans, samples

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
    path("inspections/", board.overview, name="board"),
    path("inspections/map/", board.marks, name="map"),
    path("inspections/all/", board.inspections, name="list"),
    path("inspections/new/", making.new, name="new"),
    path("inspections/visits/", board.visits, name="visits"),
    path("inspections/burden/", board.burden, name="burden"),
    path("inspections/rates/", board.rates, name="rates"),
    path("inspections/<int:key>/", board.one, name="one"),
    path("inspections/<int:key>/photo/<int:number>/", board.photo, name="photo"),
    path("inspections/plans/", plans.plans, name="plans"),
    path("inspections/plans/new/", plans.plan_new, name="plan-new"),
    path("inspections/plans/<slug:slug>/", plans.plan, name="plan"),
    path("inspections/plans/<slug:slug>/<slug:what>/", plans.plan_act, name="plan-act"),
    path("inspections/campaigns/", plans.campaigns, name="campaigns"),
    path("inspections/campaigns/new/", plans.campaign_new, name="campaign-new"),
    path("inspections/campaigns/<slug:slug>/", plans.campaign, name="campaign"),
    path("inspections/draws/", draws.draws, name="draws"),
    path("inspections/draws/new/", draws.draw_new, name="draw-new"),
    path("inspections/draws/recusals/", draws.recusal, name="draw-recusal"),
    path("inspections/draws/<slug:slug>/", draws.draw, name="draw"),
    path("inspections/draws/<slug:slug>/run/", draws.draw_run, name="draw-run"),
    path("inspections/draws/<slug:slug>/publish/", draws.draw_publish, name="draw-publish"),
    path("inspections/samples/", samples.samples, name="samples"),
    path("inspections/samples/new/", samples.sample_new, name="sample-new"),
    path("inspections/samples/<slug:slug>/", samples.sample, name="sample"),
    path("inspections/samples/<slug:slug>/photo/", samples.sample_photo, name="sample-photo"),
    path("inspections/samples/<slug:slug>/move/", samples.sample_move, name="sample-move"),
    path("inspections/samples/<slug:slug>/result/", samples.sample_result, name="sample-result"),
    # what everybody may see without signing in
    path("public/samples/", samples.public, name="public-samples"),
    path("public/draws/", draws.public_draws, name="public-draws"),
    path("public/draws/<slug:slug>/", draws.public_draw, name="public-draw"),
    path("public/draws/<slug:slug>/list.json", draws.public_list, name="public-list"),
    path("public/draws/<slug:slug>/record.json", draws.public_record, name="public-record"),
    path("public/draws/<slug:slug>/inspectors-<int:number>.json", draws.public_inspectors, name="public-inspectors"),
]
