from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wardmote.web.api.api import api, openapi_description

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.json"


def _operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in openapi_description()["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_reference_is_what_the_api_says() -> None:
    described = json.loads(json.dumps(openapi_description()))
    assert json.loads(REFERENCE.read_text("utf-8")) == described, (
        "run docs/write_openapi.py after a change of the API"
    )


def test_the_page_of_the_docs_tells_of_every_operation() -> None:
    page = REFERENCE.with_name("api.md").read_text("utf-8")
    for path, method, _ in _operations():
        assert f"`{method.upper()} {path}`" in page, "run docs/write_openapi.py"


def test_every_operation_asks_for_a_log_in() -> None:
    assert api.auth is not None
    for path, method, operation in _operations():
        assert operation.get("security"), f"{method} {path}"


NAMES_A_PERSON = {
    "/api/incidents/{incident_id}/caller",
    "/api/tasks/{task_id}/care-visit",
    "/api/patrol-orders/{order_id}/track",
}
"""Each look is written down, the repeated one too."""


def test_every_change_is_idempotent_unless_it_names_a_person() -> None:
    for path, method, operation in _operations():
        if method == "get" or path in NAMES_A_PERSON:
            continue
        names = [one["name"] for one in operation.get("parameters", ())]
        assert "Idempotency-Key" in names, f"{method} {path}"


@pytest.mark.parametrize("word", ["summary", "description", "tags"])
def test_every_operation_says_what_it_does(word: str) -> None:
    for path, method, operation in _operations():
        assert operation.get(word), f"{method} {path}"
