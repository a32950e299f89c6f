"""Paths of the overview, the wall and their data."""

from django.urls import path

from lantian.apps.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("wall/", views.wall, name="wall"),
    path("wall/network/", views.wall_network, name="wall-network"),
    path("data/overview/map.json", views.map_json, name="map"),
    path("data/overview/target.csv", views.target_csv, name="target-csv"),
    path("data/overview/hour.csv", views.hour_csv, name="hour-csv"),
    path("data/overview/days.csv", views.days_csv, name="days-csv"),
    path("data/overview/ranking.csv", views.ranking_csv, name="ranking-csv"),
]
