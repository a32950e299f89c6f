"""Paths of the ledgers."""

from django.urls import path

from lantian.apps.ledger.views import editing, imports, index, listing, one

app_name = "ledger"
urlpatterns = [
    path("search/", index.search, name="search"),
    path("ledgers/", index.index, name="index"),
    path("ledgers/duties/", index.duties, name="duties"),
    path("ledgers/figures/", index.figures, name="figures"),
    path("ledgers/figures/<str:name>/", index.figure, name="figure"),
    path("ledgers/notices/", index.notices, name="notices"),
    path("ledgers/subscriptions/", index.subscriptions, name="subscriptions"),
    path("ledgers/ground.json", listing.ground, name="ground"),
    path("ledgers/pick/organisations/", editing.organisations, name="pick-organisation"),
    path("ledgers/pick/sources/", editing.sources, name="pick-source"),
    path("ledgers/imports/<int:number>/", imports.import_one, name="import-one"),
    path("ledgers/imports/<int:number>/returned.xlsx", imports.returned, name="import-returned"),
    path("ledgers/<slug:kind>/", listing.ledger, name="list"),
    path("ledgers/<slug:kind>/import/", imports.imports, name="import"),
    path("ledgers/<slug:kind>/template.xlsx", imports.template, name="template"),
    path("ledgers/<slug:kind>/map.json", listing.map_data, name="map-data"),
    path("ledgers/<slug:kind>/new/", editing.new, name="new"),
    path("ledgers/<slug:kind>/print/", listing.print_page, name="print"),
    path("ledgers/<slug:kind>/export.<slug:form>", listing.export, name="export"),
    path("ledgers/<slug:kind>/views/", listing.keep_view, name="views"),
    path("ledgers/<slug:kind>/views/<int:key>/", listing.drop_view, name="views-drop"),
    path("ledgers/<slug:kind>/<str:code>/", one.source_page, name="source"),
    path("ledgers/<slug:kind>/<str:code>/edit/", editing.edit, name="edit"),
    path("ledgers/<slug:kind>/<str:code>/move/", one.move, name="move"),
    path("ledgers/<slug:kind>/<str:code>/files/", one.add_file, name="attach"),
    path("ledgers/<slug:kind>/<str:code>/files/<int:key>/", one.file, name="file"),
    path("ledgers/<slug:kind>/<str:code>/merge/<str:other>/", one.merge, name="merge"),
]
