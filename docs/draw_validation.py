"""Draw the errors of a validation by hour and by area: a report's JSON becomes an SVG figure.

    python docs/draw_validation.py [--report REPORT] [--out FIGURE]

The report is what `wardmote twin validate --json` writes (``docs/reference/validation.md``). An
error within twice its noise may be luck and is drawn hollow; blue is too early, orange too late,
which people who see colours otherwise tell apart as well, and every mark says its figures.
"""

from __future__ import annotations

import argparse
import html
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "explanation"
REPORT = HERE / "does-the-twin-foretell.json"
FIGURE = HERE / "does-the-twin-foretell.svg"
EARLY, LATE, INK, QUIET, LINE = "#2166ac", "#b35806", "#222222", "#666666", "#d0d0d0"
WIDTH, LEFT = 1040, 64
BARS_TOP, BARS_HEIGHT = 56, 250
MAP_TOP, MAP_HEIGHT = 420, 470
ROWS_TOP = 950
LIMIT_S = 300.0
"""Errors beyond this are drawn as this long, with an arrow."""
LUCK = 2.0
"""An error within so many standard errors of the recorded mean may be luck."""

_Json = dict[str, Any]


def figure(report: _Json) -> str:
    """The SVG of a report."""
    bands = report["by_hour_and_area"]
    areas = sorted(report["by_area"], key=lambda one: -one["arrivals"])
    told = [one for one in areas if one["error_s"] is not None]
    height = ROWS_TOP + 70 + 22 * len(told) + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'aria-label="Errors of the foretold mean response by hour and by area" '
        'font-family="Noto Sans, Noto Sans CJK SC, sans-serif" font-size="14">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        *_hours(report["by_hour"]),
        *_map(told),
        *_times(told, bands),
        "</svg>",
        "",
    ]
    return "\n".join(parts)


def _hours(hours: Sequence[_Json]) -> list[str]:
    """A bar for each hour with the noise of the record around zero."""
    middle = BARS_TOP + BARS_HEIGHT / 2
    step = (WIDTH - LEFT - 20) / 24
    parts = [
        _title(
            28,
            "Error by hour (foretold less recorded mean, s)",
            "各小时误差（预测减记录的平均值，秒）",
        )
    ]
    for level in (-200, -100, 0, 100, 200):
        y = middle - _length(level)
        parts.append(_rule(LEFT, y, WIDTH - 20, LINE if level else INK))
        parts.append(_text(LEFT - 8, y + 5, f"{level:+d}" if level else "0", "end"))
    for one in hours:
        x = LEFT + int(one["name"]) * step
        parts.append(_text(x + step / 2, BARS_TOP + BARS_HEIGHT + 18, one["name"], "middle"))
        if one["error_s"] is None:
            continue
        noise = _length(LUCK * (one["noise_s"] or 0.0))
        parts.append(
            f'<rect x="{x + 3:.1f}" y="{middle - noise:.1f}" width="{step - 6:.1f}" '
            f'height="{2 * noise:.1f}" fill="#ededed"/>'
        )
        size = _length(one["error_s"])
        parts.append(
            f'<rect x="{x + 9:.1f}" y="{middle - max(size, 0.0):.1f}" width="{step - 18:.1f}" '
            f'height="{abs(size):.1f}" {_paint(one)}>{_said(one["name"] + ":00", one)}</rect>'
        )
    parts.append(
        _text(LEFT, BARS_TOP + BARS_HEIGHT + 42,
              "Grey: twice the standard error of the recorded mean. Hollow: may be luck. "
              "灰：记录平均值标准误的两倍；空心：可能出于偶然", "start")
    )  # fmt: skip
    return parts


def _map(areas: Sequence[_Json]) -> list[str]:
    """A circle at the middle of each area's calls, as large as its arrivals are many."""
    at = _projection(areas)
    most = max(one["arrivals"] for one in areas)
    parts = [_title(MAP_TOP - 22, "Error by area", "各辖区误差")]
    for one in areas:
        if one["lon"] is None:
            continue
        x, y = at(one["lon"], one["lat"])
        radius = 5 + 17 * math.sqrt(one["arrivals"] / most)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" {_paint(one)}>'
            f"{_said(one['name'], one)}</circle>"
        )
    for one in areas:
        if one["lon"] is not None:
            x, y = at(one["lon"], one["lat"])
            parts.append(
                f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle" font-size="11" '
                f'fill="{INK}" stroke="#ffffff" stroke-width="3" paint-order="stroke">'
                f"{one['error_s']:+.0f}</text>"
            )
    x = WIDTH - 350
    for row, (colour, words) in enumerate(
        ((EARLY, "foretold too early / 预测偏早"), (LATE, "foretold too late / 预测偏晚"))
    ):
        y = MAP_TOP + 24 + 26 * row
        parts.append(f'<circle cx="{x}" cy="{y}" r="8" fill="{colour}" fill-opacity="0.75"/>')
        parts.append(_text(x + 16, y + 5, words, "start"))
    y = MAP_TOP + 76
    parts.append(f'<circle cx="{x}" cy="{y}" r="8" fill="none" stroke="{INK}" stroke-width="2"/>')
    parts.append(_text(x + 16, y + 5, "may be luck / 可能出于偶然", "start"))
    parts.append(
        _text(x - 8, y + 34, "Size: arrivals. Figures: s. 大小：到场数；数字：秒", "start")
    )
    return parts


def _times(areas: Sequence[_Json], bands: Sequence[_Json]) -> list[str]:
    """A row for each area, a column for each time of day."""
    spans = sorted({(one["from_hour"], one["to_hour"]) for one in bands})
    known = {(one["name"], one["from_hour"]): one for one in bands}
    parts = [_title(ROWS_TOP - 18, "Error by area and time of day (s; arrivals)",
                    "各辖区各时段误差（秒；到场数）")]  # fmt: skip
    columns = ["all day / 全天", *(f"{first:02d}–{last:02d}" for first, last in spans)]
    wide = (WIDTH - 160 - 20) / len(columns)
    for column, name in enumerate(columns):
        x = 160 + (column + 0.5) * wide
        parts.append(_text(x, ROWS_TOP + 14, name, "middle"))
    for row, area in enumerate(areas):
        y = ROWS_TOP + 28 + 22 * row
        parts.append(_text(150, y + 15, area["name"], "end"))
        for column, one in enumerate([area, *(known.get((area["name"], at)) for at, _to in spans)]):
            if one is None or one["error_s"] is None:
                continue
            x = 160 + column * wide
            parts.append(
                f'<rect x="{x + 2:.1f}" y="{y}" width="{wide - 4:.1f}" height="20" '
                f"{_shade(one)}>{_said(area['name'], one)}</rect>"
            )
            words = f"{one['error_s']:+.0f}  ({one['arrivals']})"
            parts.append(_text(x + wide / 2, y + 15, words, "middle", INK))
    return parts


def _is_luck(one: _Json) -> bool:
    return one["noise_s"] is None or abs(one["error_s"]) <= LUCK * one["noise_s"]


def _paint(one: _Json) -> str:
    colour = EARLY if one["error_s"] < 0 else LATE
    if _is_luck(one):
        return f'fill="#ffffff" stroke="{colour}" stroke-width="2"'
    return f'fill="{colour}" fill-opacity="0.75"'


def _shade(one: _Json) -> str:
    """A cell: the stronger the greater the error, with an edge where it is no luck."""
    colour = EARLY if one["error_s"] < 0 else LATE
    strength = 0.08 + 0.5 * min(1.0, abs(one["error_s"]) / LIMIT_S)
    edge = "" if _is_luck(one) else f' stroke="{colour}" stroke-width="2"'
    return f'fill="{colour}" fill-opacity="{strength:.2f}"{edge}'


def _said(name: str, one: _Json) -> str:
    noise = "?" if one["noise_s"] is None else f"{one['noise_s']:.0f}"
    words = f"{name}: {one['error_s']:+.0f} s (noise {noise} s), {one['arrivals']} arrivals"
    return f"<title>{html.escape(words)}</title>"


def _length(seconds: float) -> float:
    return max(-LIMIT_S, min(LIMIT_S, seconds)) * (BARS_HEIGHT / 2) / LIMIT_S


def _projection(areas: Sequence[_Json]) -> Callable[[float, float], tuple[float, float]]:
    lon = [one["lon"] for one in areas if one["lon"] is not None]
    lat = [one["lat"] for one in areas if one["lat"] is not None]
    narrow = math.cos(math.radians(sum(lat) / len(lat)))
    scale = min(
        (WIDTH - LEFT - 380) / max(1e-9, (max(lon) - min(lon)) * narrow),
        (MAP_HEIGHT - 50) / max(1e-9, max(lat) - min(lat)),
    )

    def at(x: float, y: float) -> tuple[float, float]:
        return LEFT + 20 + (x - min(lon)) * narrow * scale, MAP_TOP + 24 + (max(lat) - y) * scale

    return at


def _title(y: float, en: str, zh: str) -> str:
    return f'<text x="20" y="{y}" font-size="17" font-weight="bold">{en} / {zh}</text>'


def _text(x: float, y: float, words: str, anchor: str, colour: str = QUIET) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">'
        f"{html.escape(words)}</text>"
    )


def _rule(x: float, y: float, to: float, colour: str) -> str:
    return f'<path d="M{x:.1f} {y:.1f}H{to:.1f}" stroke="{colour}"/>'


def main() -> None:
    """Draw the figure of the documentation, or of the report given."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--report", type=Path, default=REPORT)
    parser.add_argument("--out", type=Path, default=FIGURE)
    asked = parser.parse_args()
    asked.out.write_text(figure(json.loads(asked.report.read_text("utf-8"))), "utf-8")


if __name__ == "__main__":
    main()
