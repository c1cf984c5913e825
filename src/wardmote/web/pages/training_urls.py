"""Addresses of the exercise; below ``training/``. They are nowhere but in a training room."""

from django.urls import path

from wardmote.web.pages.training import (
    answer_phone,
    end_phone,
    order,
    phone,
    stop,
    training_room,
)
from wardmote.web.pages.training_assessment import (
    assessment_json,
    assessment_page,
    assessment_pdf,
)

urlpatterns = [
    path("", training_room, name="training-room"),
    path("order/", order, name="training-order"),
    path("end/", stop, name="training-end"),
    path("phone/", phone, name="training-phone"),
    path("phone/<int:call>/answer/", answer_phone, name="training-answer"),
    path("phone/<int:call>/end/", end_phone, name="training-hang-up"),
    path("assessment/", assessment_page, name="training-assessment"),
    path("assessment.pdf", assessment_pdf, name="training-assessment-pdf"),
    path("assessment.json", assessment_json, name="training-assessment-json"),
]
