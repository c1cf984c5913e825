"""Filters of the pages of studies: posts of plans as they are written in tables."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language

from wardmote.core.domain.text import Bilingual
from wardmote.web.tables import Table

register = template.Library()

DIGITS = 6


@register.filter
def plain_number(value: Any) -> str:
    """A number with a point and no grouping in every language, as inputs take it; text as it is."""
    if isinstance(value, str):
        return value
    return f"{value:.{DIGITS}f}" if isinstance(value, float | int) else ""


@register.filter
def post_name(post: Any) -> str:
    """The name of a post of a plan's document in the reader's language."""
    if not isinstance(post, dict):
        return ""
    name = Bilingual(post["name"]["zh"], post["name"]["en"])
    return name.in_language(get_language() or "") or str(post["id"])


@register.filter
def columns(table: Table) -> list[tuple[str, bool]]:
    """The header of a table, each with whether its column holds numbers."""
    return [
        (name, any(row[column].value is not None for row in table.rows))
        for column, name in enumerate(table.header)
    ]


@register.filter
def laid_out(table: Table) -> list[list[tuple[str, bool]]]:
    """The rows of a table, each cell with whether its column holds numbers."""
    numbers = [number for _name, number in columns(table)]
    return [
        [(cell.text, number) for cell, number in zip(row, numbers, strict=True)]
        for row in table.rows
    ]
