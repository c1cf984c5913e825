"""Which page answers which address."""

from django.urls import URLPattern, path

from wardmote.web.pages.night_watch.mine import my_watches, watch_calendar
from wardmote.web.pages.night_watch.phone import (
    my_watches_frame,
    my_watches_manifest,
    my_watches_worker,
)
from wardmote.web.pages.night_watch.rosters import (
    watch_roster,
    watch_roster_csv,
    watch_roster_progress,
    watch_rosters,
)
from wardmote.web.pages.night_watch.teams import watch_teams

urlpatterns: list[URLPattern] = [
    path("night-watches/", watch_rosters, name="watch-rosters"),
    path("night-watches/teams/", watch_teams, name="watch-teams"),
    path("night-watches/<str:roster_id>/", watch_roster, name="watch-roster"),
    path("night-watches/<str:roster_id>.csv", watch_roster_csv, name="watch-roster-csv"),
    path(
        "night-watches/<str:roster_id>/progress",
        watch_roster_progress,
        name="watch-roster-progress",
    ),
    path("my-watches/", my_watches, name="my-watches"),
    path("my-watches/frame/", my_watches_frame, name="my-watches-frame"),
    path("my-watches/manifest.webmanifest", my_watches_manifest, name="my-watches-manifest"),
    path("my-watches/worker.js", my_watches_worker, name="my-watches-worker"),
    path("calendars/<str:token>.ics", watch_calendar, name="watch-calendar"),
]
