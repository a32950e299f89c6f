"""Paths of the air pages, the sand-dust decisions and the import of observations."""

from django.urls import path

from lantian.apps.telemetry.views import evaluation, imports, sand_dust, stations

app_name = "telemetry"
urlpatterns = [
    path("air/", stations.air, name="air"),
    path("air/stations/", stations.stations, name="stations"),
    path("air/stations/export.xlsx", stations.stations_export, name="stations-export"),
    path("air/stations/<str:point>/", stations.station, name="station"),
    path("air/stations/<str:point>/hours.csv", stations.station_hours, name="station-hours"),
    path("air/stations/<str:point>/days.csv", stations.station_days, name="station-days"),
    path("air/evaluation/", evaluation.evaluation, name="evaluation"),
    path("air/evaluation/export.xlsx", evaluation.evaluation_export, name="evaluation-export"),
    path("air/evaluation/how/<str:place>/", evaluation.evaluation_how, name="evaluation-how"),
    path("air/sand-dust/", sand_dust.sand_dust, name="sand-dust"),
    path("monitoring/import/", imports.imports, name="import"),
    path("monitoring/import/look/<slug:token>/", imports.import_look, name="import-look"),
    path("monitoring/import/<int:number>/", imports.import_one, name="import-one"),
    path("monitoring/import/<int:number>/rejects.csv", imports.import_rejects, name="import-rejects"),
    path("monitoring/import/templates/<str:name>.csv", imports.import_template, name="import-template"),
]
