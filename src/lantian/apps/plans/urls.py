"""Paths of the standards, the articles and the plan's text under review."""

from django.urls import path

from lantian.apps.plans.views import calendar, capacity, publicity, review, rules, texts, wall

app_name = "plans"
urlpatterns = [
    path("system/standards/", rules.standards, name="standards"),
    path("system/standards/<slug:table>/<str:name>/", rules.record, name="record"),
    path("plan/articles/", rules.article_list, name="articles"),
    path("plan/articles/<int:number>/", rules.article, name="article"),
    path("plan/wall/", wall.wall_chart, name="wall"),
    path("plan/wall/a3.pdf", wall.wall_pdf, name="wall-pdf"),
    path("plan/calendar/", calendar.calendar, name="calendar"),
    path("plan/calendar/plan.ics", calendar.calendar_feed, name="calendar-feed"),
    path("plan/publicity/", publicity.publicity, name="publicity"),
    path("plan/capacity/", capacity.overview, name="capacity"),
    path("plan/texts/", texts.listing, name="texts"),
    path("plan/texts/upload/", texts.upload, name="text-upload"),
    path("plan/texts/compare/", texts.compare, name="text-compare"),
    path("plan/texts/<slug:slug>/", review.page, name="text"),
    path("plan/texts/<slug:slug>/pack/", texts.pack, name="text-pack"),
    path("plan/texts/<slug:slug>/left/<int:index>/", review.take_left, name="text-left"),
    path("plan/texts/<slug:slug>/tasks/<int:pk>/<slug:what>/", review.act, name="text-act"),
]
