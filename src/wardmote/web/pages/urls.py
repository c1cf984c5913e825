"""Which page answers which address."""

from django.urls import include, path

from wardmote.web.pages.bulletin import (
    bulletin,
    bulletin_calls,
    bulletin_pdf,
    bulletin_published,
    bulletin_xlsx,
    latest_bulletin,
)
from wardmote.web.pages.bulletin_cases import bulletin_cases
from wardmote.web.pages.caller_location import caller_location
from wardmote.web.pages.calls import call_list, call_list_csv
from wardmote.web.pages.console import console, console_map, incident
from wardmote.web.pages.crew import crew, crew_manifest, crew_worker
from wardmote.web.pages.disclosures import (
    disclosure_list,
    disclosure_list_csv,
    disclosure_list_xlsx,
)
from wardmote.web.pages.forecast import (
    forecast,
    forecast_csv,
    forecast_json,
    forecast_progress,
)
from wardmote.web.pages.home import home
from wardmote.web.pages.icons import icon
from wardmote.web.pages.idle_units import idle_units
from wardmote.web.pages.language import set_language
from wardmote.web.pages.monthly_cycle import monthly_cycle, present_cycle
from wardmote.web.pages.notices import (
    notice_device,
    notice_device_forget,
    notices,
    notices_new,
    notices_worker,
)
from wardmote.web.pages.patrols.units import patrols_csv
from wardmote.web.pages.photos import photo
from wardmote.web.pages.places import place_editor
from wardmote.web.pages.routing import routing_simulator
from wardmote.web.pages.staffing import staffing
from wardmote.web.pages.standards import standard_list
from wardmote.web.pages.studies import study, study_list
from wardmote.web.pages.studies_adoptions import adoption, adoption_list
from wardmote.web.pages.studies_grids import (
    study_grids,
    study_grids_pieces,
    study_grids_try,
)
from wardmote.web.pages.studies_plans import study_plan, study_plan_file
from wardmote.web.pages.studies_runs import (
    study_run,
    study_run_csv,
    study_run_map,
    study_run_pdf,
    study_run_progress,
)
from wardmote.web.pages.wall import wall

urlpatterns = [
    path("", home, name="home"),
    path("language/", set_language, name="set-language"),
    path("routing/", routing_simulator, name="routing-simulator"),
    path("standards/", standard_list, name="standard-list"),
    path("places/", place_editor, name="place-editor"),
    path("staffing/", staffing, name="staffing"),
    path("console/", console, name="console"),
    path("console/map/", console_map, name="console-map"),
    path("console/incidents/<str:incident_id>/", incident, name="incident"),
    path("crew/", crew, name="crew"),
    path("crew/manifest.webmanifest", crew_manifest, name="crew-manifest"),
    path("crew/worker.js", crew_worker, name="crew-worker"),
    path("crew/icon-<int:size>.png", icon, name="icon"),
    path("crew/icon-maskable-<int:size>.png", icon, {"maskable": True}, name="icon-maskable"),
    path("notices/", notices, name="notices"),
    path("notices/new.json", notices_new, name="notices-new"),
    path("notices/worker.js", notices_worker, name="notices-worker"),
    path("notices/devices/", notice_device, name="notice-device"),
    path("notices/devices/forget/", notice_device_forget, name="notice-device-forget"),
    path("wall/", wall, name="wall"),
    path("idle-units/", idle_units, name="idle-units"),
    path("idle-units/<str:table>.csv", patrols_csv, name="patrols-csv"),
    path("i/<str:token>", caller_location, name="caller-location"),
    path("photos/<str:photo_id>", photo, name="photo"),
    path("calls/", call_list, name="incident-list"),
    path("calls.csv", call_list_csv, name="incident-list-csv"),
    path("disclosures/", disclosure_list, name="disclosure-list"),
    path("disclosures.csv", disclosure_list_csv, name="disclosure-list-csv"),
    path("disclosures.xlsx", disclosure_list_xlsx, name="disclosure-list-xlsx"),
    path("bulletin/cycle/", present_cycle, name="present-cycle"),
    path("bulletin/cycle/<str:month>/", monthly_cycle, name="monthly-cycle"),
    path("bulletin/", latest_bulletin, name="weekly-bulletin"),
    path("bulletin/<str:period>.pdf", bulletin_pdf, name="bulletin-pdf"),
    path("bulletin/<str:period>.xlsx", bulletin_xlsx, name="bulletin-xlsx"),
    path("bulletin/<str:period>/", bulletin, name="bulletin"),
    path("bulletin/<str:period>/published/", bulletin_published, name="bulletin-published"),
    path("bulletin/<str:period>/calls/", bulletin_calls, name="bulletin-calls"),
    path("bulletin/<str:period>/cases/", bulletin_cases, name="bulletin-cases"),
    path("forecast/", forecast, name="forecast"),
    path("forecast/progress", forecast_progress, name="forecast-progress"),
    path("forecast/forecast.json", forecast_json, name="forecast-json"),
    path("forecast/<str:table>.csv", forecast_csv, name="forecast-csv"),
    path("studies/", study_list, name="study-list"),
    path("studies/adoptions/", adoption_list, name="adoption-list"),
    path("studies/adoptions/<str:adoption_id>/", adoption, name="adoption"),
    path("studies/<str:study_id>/", study, name="study"),
    path("studies/<str:study_id>/plans/<str:plan_id>/", study_plan, name="study-plan"),
    path(
        "studies/<str:study_id>/plans/<str:plan_id>.<str:form>",
        study_plan_file,
        name="study-plan-file",
    ),
    path("studies/<str:study_id>/plans/<str:plan_id>/grids/", study_grids, name="study-grids"),
    path(
        "studies/<str:study_id>/plans/<str:plan_id>/grids/try",
        study_grids_try,
        name="study-grids-try",
    ),
    path(
        "studies/<str:study_id>/plans/<str:plan_id>/grids/pieces",
        study_grids_pieces,
        name="study-grids-pieces",
    ),
    path("studies/<str:study_id>/runs/<str:run_id>/", study_run, name="study-run"),
    path(
        "studies/<str:study_id>/runs/<str:run_id>/progress",
        study_run_progress,
        name="study-run-progress",
    ),
    path(
        "studies/<str:study_id>/runs/<str:run_id>/<str:scenario>/<str:table>.csv",
        study_run_csv,
        name="study-run-csv",
    ),
    path(
        "studies/<str:study_id>/runs/<str:run_id>/<str:scenario>/map.<str:form>",
        study_run_map,
        name="study-run-map",
    ),
    path("studies/<str:study_id>/runs/<str:run_id>/study.pdf", study_run_pdf, name="study-run-pdf"),
    path("", include("wardmote.web.pages.divisions.urls")),
    path("", include("wardmote.web.pages.staff.urls")),
    path("", include("wardmote.web.pages.tasks.urls")),
    path("", include("wardmote.web.pages.hazards.urls")),
    path("", include("wardmote.web.pages.night_watch.urls")),
    path("", include("wardmote.web.pages.patrols.urls")),
    path("", include("wardmote.web.pages.duty.urls")),
    path("", include("wardmote.web.pages.inspections.urls")),
]
