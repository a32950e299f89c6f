"""Paths of the accounts app."""

from django.urls import path

from lantian.apps.accounts.views import areas, duty, masking, own, people, places, responsibility, security, sign_in

app_name = "accounts"
urlpatterns = [
    path("accounts/sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("accounts/code/", sign_in.SecondFactor.as_view(), name="code"),
    path("accounts/sign-out/", sign_in.leave, name="sign-out"),
    path("accounts/password/", own.password, name="password"),
    path("accounts/factor/", own.factor, name="factor"),
    path("accounts/sessions/", own.sessions, name="sessions"),
    path("accounts/unmask/<str:model>/<str:key>/<str:name>/", masking.unmask, name="unmask"),
    path("areas.geojson", areas.areas_geojson, name="areas"),
    path("system/people/", people.people, name="people"),
    path("system/people/new/", people.person_new, name="person-new"),
    path("system/people/import/", people.people_import, name="people-import"),
    path("system/people/template.xlsx", people.people_template, name="people-template"),
    path("system/people/export.xlsx", people.people_export, name="people-export"),
    path("system/people/<int:number>/", people.person, name="person"),
    path("system/people/<int:number>/edit/", people.person_edit, name="person-edit"),
    path("system/people/<int:number>/posts/", people.post_new, name="post-new"),
    path("system/posts/<int:number>/end/", people.post_end, name="post-end"),
    path("system/posts/<int:number>/hand-over/", people.post_hand_over, name="post-hand-over"),
    path("system/organisations/", places.organisations, name="organisations"),
    path("system/organisations/new/", places.organisation_new, name="organisation-new"),
    path("system/organisations/<slug:code>/", places.organisation, name="organisation"),
    path("system/areas/", places.places, name="places"),
    path("system/areas/new/", places.place_new, name="place-new"),
    path("system/areas/<str:code>/", places.place, name="place"),
    path("system/roster/", duty.roster, name="roster"),
    path("system/roster/change/", duty.roster_change, name="roster-change"),
    path("system/roster/import/", duty.roster_import, name="roster-import"),
    path("system/roster/template.xlsx", duty.roster_template, name="roster-template"),
    path("system/leave/", duty.leave, name="leave"),
    path("system/responsibility/", responsibility.responsibility, name="responsibility"),
    path("system/security/", security.rules, name="security"),
    path("system/security/people/", security.sign_ins, name="security-people"),
    path("system/security/people/<int:number>/<slug:act>/", security.act, name="security-act"),
    path("system/security/requests/", security.requests, name="security-requests"),
]
