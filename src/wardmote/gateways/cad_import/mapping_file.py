"""Writing a mapping as commented TOML in either language; read back, it is the same mapping."""

from __future__ import annotations

import json
from collections.abc import Iterable

from wardmote.core.domain.call_record import RecordTime
from wardmote.core.domain.text import Bilingual
from wardmote.gateways.cad_import.mapping import VERSION, Column, RecordMapping

_COMMENTS: dict[str, Bilingual] = {
    "top": Bilingual(
        zh="来源记录的映射。删去的键取默认值；写错的键会报错。",
        en="What the columns of these records mean. A key left out keeps its default; "
        "an unknown key is an error.",
    ),
    "source": Bilingual(
        zh="来源名称：与记录编号一起构成不变的键，重复导入时靠它识别。",
        en="Name of the source: with a call's number it is the key that a re-import is known by.",
    ),
    "rows": Bilingual(
        zh='每行是什么："unit" 一个出动单位，"call" 一个警情。',
        en='What one row is: "unit" for a unit sent to a call, "call" for a whole call.',
    ),
    "blanks": Bilingual(zh="这些内容表示“不知道”。", en="Cells that mean “unknown”."),
    "columns": Bilingual(
        zh="左边是含义，右边是列名。", en="Meaning on the left, column on the right."
    ),
    "place": Bilingual(
        zh="位置：lat/lon（度），或 x/y 加 epsg，或一列 point。datum：WGS-84、GCJ-02、BD-09。",
        en="Position: lat and lon in degrees, or x and y with their epsg, or one column `point`. "
        "datum: WGS-84, GCJ-02 or BD-09.",
    ),
    "zone": Bilingual(
        zh="时区须由人核对：核对后把 zone_confirmed 改为 true。honour_offset = false "
        "表示不信单元格里自带的 UTC 或偏移。",
        en="A person must check the zone and then set zone_confirmed = true. honour_offset = false "
        "disbelieves a UTC or an offset that the cells themselves state.",
    ),
    "format": Bilingual(
        zh="iso、epoch_s、epoch_ms、excel，或 %Y %y %m %d %b %H %I %M %S %f %p %z %Z 组成的格式。",
        en="iso, epoch_s, epoch_ms, excel, or a pattern of %Y %y %m %d %b %H %I %M %S %f %p %z %Z.",
    ),
    "stamps": Bilingual(
        zh='一列，或 ["日期列", "时间列"]。', en='One column, or ["date column", "time column"].'
    ),
    "priorities": Bilingual(
        zh="来源的等级 = 1（最急）到 4。请核对。",
        en="The source's priority = 1 (most urgent) to 4. Check these.",
    ),
    "categories": Bilingual(
        zh="来源的类别 = 本系统的类别代码；留空表示未定。",
        en="The source's category = code of our category tree; empty: not decided yet.",
    ),
}


def mapping_text(
    mapping: RecordMapping, language: str = "en", notes: Iterable[Bilingual] = ()
) -> str:
    """The mapping as TOML, with `notes` (doubts, say) as comments at its head."""

    def comment(name: str) -> str:
        return f"# {_COMMENTS[name].in_language(language)}"

    layout, place, times = mapping.layout, mapping.place, mapping.times
    lines = [comment("top")]
    lines.extend(f"# ! {note.in_language(language)}" for note in notes)
    lines += [f"version = {VERSION}", comment("source"), f"source = {_toml(mapping.source)}", ""]
    lines += ["[file]", f"kind = {_toml(layout.kind.value)}"]
    lines += [f"encoding = {_toml(layout.encoding)}", f"delimiter = {_toml(layout.delimiter)}"]
    lines += [f"header_row = {layout.header_row}", f"sheet = {_toml(layout.sheet)}"]
    lines += [comment("rows"), f"rows = {_toml(mapping.rows.value)}"]
    lines += [comment("blanks"), f"blanks = {_toml(list(mapping.blanks))}", ""]
    lines += ["[columns]", comment("columns")]
    lines += [f"{column.value} = {_toml(mapping.columns.get(column, ''))}" for column in Column]
    lines += ["", "[place]", comment("place")]
    lines += [
        f"{name} = {_toml(getattr(place, name))}"
        for name in ("lat", "lon", "x", "y", "point", "point_order", "epsg", "datum", "decimal")
    ]
    lines += [f"scale = {place.scale!r}", "", "[times]", comment("zone")]
    lines += [f"zone = {_toml(times.zone)}", f"zone_confirmed = {_toml(times.zone_confirmed)}"]
    lines += [f"honour_offset = {_toml(times.honour_offset)}"]
    lines += [comment("format"), f"format = {_toml(times.format)}", ""]
    lines += ["[times.columns]", comment("stamps")]
    for stamp in RecordTime:
        names = times.columns.get(stamp, ())
        lines.append(f"{stamp.value} = {_toml(names[0] if len(names) == 1 else list(names))}")
    lines += ["", "[times.formats]"]
    lines += [f"{stamp.value} = {_toml(pattern)}" for stamp, pattern in times.formats.items()]
    lines += ["", "[priorities]", comment("priorities")]
    lines += [f"{_toml(raw)} = {int(level)}" for raw, level in mapping.priorities.items()]
    lines += ["", "[categories]", comment("categories")]
    lines += [f"{_toml(raw)} = {_toml(code)}" for raw, code in mapping.categories.items()]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """A scalar or list of texts as TOML; JSON's escapes are all valid in basic strings."""
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    # TOML forbids a bare DEL in strings, which JSON lets through.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
