"""Paths of the complaints: the public's pages, the hotlines' interface, the desk."""

from django.urls import path

from lantian.apps.complaints.views import desk, hotline, one, orders, public

app_name = "complaints"
urlpatterns = [
    path("public/complaint/", public.form, name="public-form"),
    path("public/complaint/ground.json", public.ground, name="public-ground"),
    path("public/complaint/find/", public.find, name="public-find"),
    path("public/complaint/<str:code>/", public.status, name="public-status"),
    path("api/complaints/", hotline.orders, name="api"),
    path("api/complaints/<str:order_number>/", hotline.order, name="api-one"),
    path("complaints/", desk.queue_page, name="queue"),
    path("complaints/board/", desk.board_page, name="board"),
    path("complaints/export.xlsx", desk.export, name="export"),
    path("complaints/new/", desk.new, name="new"),
    path("complaints/import/", orders.orders, name="import"),
    path("complaints/import/template.xlsx", orders.template, name="import-template"),
    path("complaints/import/<int:key>/", orders.one, name="import-one"),
    path("complaints/import/<int:key>/returned.xlsx", orders.returned, name="import-returned"),
    path("system/hotlines/", desk.systems, name="clients"),
    path("system/hotlines/<int:key>/revoke/", desk.revoke, name="clients-revoke"),
    path("complaints/<str:number>/", one.complaint, name="one"),
    path("complaints/<str:number>/photos/<int:key>/", one.photo, name="photo"),
    path("complaints/<str:number>/reporter/", one.reporter, name="reporter"),
    path("complaints/<str:number>/pay/", one.pay_reward, name="pay"),
    path("complaints/<str:number>/<slug:what>/", one.act, name="act"),
]
