"""Which page answers which address."""

from django.urls import path

from wardmote.web.pages.divisions.beats import beat, beat_list
from wardmote.web.pages.divisions.findings import finding_list, finding_list_csv, finding_shapes
from wardmote.web.pages.divisions.imports import (
    import_page,
    import_preview,
    import_problems_csv,
    import_template,
)
from wardmote.web.pages.divisions.place import place, place_shapes, places_csv
from wardmote.web.pages.divisions.succession import merge, move, split
from wardmote.web.pages.divisions.tree import divisions

urlpatterns = [
    path("divisions/", divisions, name="divisions"),
    path("divisions/beats/", beat_list, name="beats"),
    path("divisions/beats/<str:beat_id>/", beat, name="beat"),
    path("divisions/findings/", finding_list, name="division-findings"),
    path("divisions/findings.csv", finding_list_csv, name="division-findings-csv"),
    path("divisions/findings.geojson", finding_shapes, name="division-findings-shapes"),
    path("divisions/import/", import_page, name="place-import"),
    path("divisions/import/template.<str:form>", import_template, name="place-import-template"),
    path("divisions/import/<str:import_id>/", import_preview, name="place-import-preview"),
    path(
        "divisions/import/<str:import_id>/problems.csv",
        import_problems_csv,
        name="place-import-problems",
    ),
    path("divisions/<str:code>/", place, name="division"),
    path("divisions/<str:code>.csv", places_csv, name="division-csv"),
    path("divisions/<str:code>.geojson", place_shapes, name="division-shapes"),
    path("divisions/<str:code>/split/", split, name="division-split"),
    path("divisions/<str:code>/merge/", merge, name="division-merge"),
    path("divisions/<str:code>/move/", move, name="division-move"),
]
