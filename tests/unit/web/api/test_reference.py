"""The API described for people, in the product and in the docs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from wardmote.core.domain.text import Bilingual
from wardmote.operations.people.services import open_account
from wardmote.web.api.api import openapi_description
from wardmote.web.api.reference import kind_of, reference_of


def test_every_operation_of_the_description_is_told_once() -> None:
    description = openapi_description()
    told = [
        (operation.method.lower(), operation.path)
        for _, operations in reference_of(description).subjects
        for operation in operations
    ]
    described = [
        (method, path) for path, methods in description["paths"].items() for method in methods
    ]
    assert sorted(told) == sorted(described)


def test_every_shape_that_is_named_is_told() -> None:
    reference = reference_of(openapi_description())
    names = {shape.name for shape in reference.shapes}
    bodies = {one.body for _, operations in reference.subjects for one in operations if one.body}
    inline = {"object"}  # a form with a file has no shape of its own
    assert bodies - inline <= names


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"$ref": "#/components/schemas/NoteIn"}, "NoteIn"),
        ({"type": "string", "maxLength": 40}, "text (at most 40 characters)"),
        (
            {"type": "number", "minimum": -90.0, "maximum": 90.0},
            "number (at least -90; at most 90)",
        ),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "whole number or null"),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, "list of “a” or “b”"),
        ({"const": "x"}, "“x”"),
        ({}, "anything"),
    ],
)
def test_a_schema_is_said_in_words(schema: dict[str, Any], words: str) -> None:
    assert kind_of(schema) == words


@pytest.mark.django_db
def test_strangers_are_asked_to_log_in_before_they_read_it() -> None:
    answer = Client().get("/api/docs")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
def test_the_page_needs_no_script() -> None:
    account = open_account("ann", "irrelevant here", staff_id="s1", name=Bilingual("安", "Ann"))
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert "/api/incidents/{incident_id}/notes" in page.content.decode()
    assert "<script" not in page.content.decode()
