"""Which page answers which address."""

from django.urls import URLPattern, path

from wardmote.web.pages.inspections.assessment import (
    assessment,
    assessment_sheet,
    assessment_sheet_csv,
    assessment_sheet_pdf,
)
from wardmote.web.pages.inspections.assessment_rules import (
    assessment_appeal,
    assessment_appeals,
    assessment_rules,
)
from wardmote.web.pages.inspections.calendar import training_calendar
from wardmote.web.pages.inspections.checks import (
    inspection_day,
    inspection_day_pdf,
    inspection_draw,
    inspection_notice,
    inspections,
    my_checks,
    spot_check,
)
from wardmote.web.pages.inspections.equipment import (
    equipment_csv,
    equipment_due,
    equipment_item,
    equipment_list,
)
from wardmote.web.pages.inspections.survey import survey, survey_answer, survey_invite

urlpatterns: list[URLPattern] = [
    path("inspections/", inspections, name="inspections"),
    path("inspections/day/", inspection_day, name="inspection-day"),
    path("inspections/day.pdf", inspection_day_pdf, name="inspection-day-pdf"),
    path("inspections/notice/", inspection_notice, name="inspection-notice"),
    path("inspections/draws/<str:draw_id>/", inspection_draw, name="inspection-draw"),
    path("inspections/checks/<str:check_id>/", spot_check, name="spot-check"),
    path("my-checks/", my_checks, name="my-checks"),
    path("equipment/", equipment_list, name="equipment-list"),
    path("equipment.csv", equipment_csv, name="equipment-csv"),
    path("equipment/due/", equipment_due, name="equipment-due"),
    path("equipment/<str:item_id>/", equipment_item, name="equipment-item"),
    path("training-calendar/", training_calendar, name="training-calendar"),
    path("assessment/", assessment, name="assessment"),
    path("assessment/rules/", assessment_rules, name="assessment-rules"),
    path("assessment/appeals/", assessment_appeals, name="assessment-appeals"),
    path("assessment/appeals/<str:appeal_id>/", assessment_appeal, name="assessment-appeal"),
    path("assessment/<str:sheet_id>/", assessment_sheet, name="assessment-sheet"),
    path("assessment/<str:sheet_id>.csv", assessment_sheet_csv, name="assessment-sheet-csv"),
    path("assessment/<str:sheet_id>.pdf", assessment_sheet_pdf, name="assessment-sheet-pdf"),
    path("survey/", survey, name="survey"),
    path("survey/invite/", survey_invite, name="survey-invite"),
    path("s/<str:token>", survey_answer, name="survey-answer"),
]
