"""Which page answers which address."""

from django.urls import path

from wardmote.web.pages.staff.acts import assistant_acts
from wardmote.web.pages.staff.joining import join
from wardmote.web.pages.staff.listing import (
    gap_list,
    gap_list_csv,
    new_person,
    people,
    people_csv,
    place_list,
)
from wardmote.web.pages.staff.person import my_page, person, record
from wardmote.web.pages.staff.place import place
from wardmote.web.pages.staff.tables import table, template, upload

urlpatterns = [
    path("join/<str:token>/", join, name="staff-join"),
    path("staff/", people, name="appointments"),
    path("staff.csv", people_csv, name="staff-csv"),
    path("staff/me/", my_page, name="my-staff-page"),
    path("staff/new/", new_person, name="staff-new"),
    path("staff/acts/", assistant_acts, name="staff-acts"),
    path("staff/gaps/", gap_list, name="staff-gaps"),
    path("staff/gaps.csv", gap_list_csv, name="staff-gaps-csv"),
    path("staff/places/", place_list, name="staff-places"),
    path("staff/places/<str:kind>/<str:code>/", place, name="staff-place"),
    path("staff/import/", upload, name="staff-import"),
    path("staff/import/template.csv", template, {"form": "csv"}, name="staff-template-csv"),
    path("staff/import/template.xlsx", template, {"form": "xlsx"}, name="staff-template-xlsx"),
    path("staff/import/<str:table_id>/", table, name="staff-table"),
    path("staff/people/<str:staff_id>/", person, name="staff-person"),
    path("staff/people/<str:staff_id>/record/", record, name="staff-record"),
]
