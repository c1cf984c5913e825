"""Every form that takes a picture offers to blur bystanders before it is sent."""

from __future__ import annotations

import re

import pytest

from wardmote.web.bundles import STATIC

TEMPLATES = STATIC.parent / "templates" / "wardmote"
TAKES_PICTURES = re.compile(r'<input[^>]*type="file"[^>]*accept="image/[^>]*>')
LOADED_BY = {
    "hazards/report_fields.html": ("hazards/report.html", "hazards/point.html"),
    "hazards/part_forms.html": ("hazards/hazard.html", "hazards/owner.html"),
}


def _forms() -> list[str]:
    found = [one for one in TEMPLATES.rglob("*.html") if TAKES_PICTURES.search(one.read_text())]
    return sorted(one.relative_to(TEMPLATES).as_posix() for one in found)


def test_the_forms_that_take_pictures_are_those_known_here() -> None:
    assert {"hazards/report_fields.html", "hazards/part_forms.html", "hazards/hazard.html",
            "inspections/check.html"} <= set(_forms())  # fmt: skip


@pytest.mark.parametrize("form", _forms())
def test_a_form_with_pictures_loads_the_blurring(form: str) -> None:
    for page in LOADED_BY.get(form, (form,)):
        scripts = (TEMPLATES / page).read_text().partition("{% block scripts %}")[2]
        assert "position.js" in scripts or "pictures.js" in scripts, page
        assert "hazards.css" in (TEMPLATES / page).read_text(), page


@pytest.mark.parametrize("form", _forms())
def test_the_scripts_know_the_fields_of_the_form(form: str) -> None:
    script = (STATIC / "wardmote/hazards/pictures.js").read_text()
    assert 'from "../phone/photo.js"' in script
    for field in TAKES_PICTURES.findall((TEMPLATES / form).read_text()):
        name = re.search(r'name="(\w+)"', field)
        assert name is not None
        assert f"[name={name.group(1)}]" in script


def test_a_check_that_takes_pictures_loads_the_scripts_whatever_it_is_of() -> None:
    page = (TEMPLATES / "inspections/check.html").read_text()
    assert "{% block scripts %}{% if records or adds %}" in page
