"""The columns of a table of staff, by their headings in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Sequence

HEADINGS: dict[str, tuple[str, str, frozenset[str]]] = {
    "staff_number": (
        "工号",
        "staff number",
        frozenset({"警号", "编号", "staffid", "number", "id"}),
    ),
    "name_zh": ("姓名", "Chinese name", frozenset({"中文名", "name", "namezh"})),
    "name_en": ("英文名", "English name", frozenset({"nameen", "拼音"})),
    "kind": ("人员类别", "kind", frozenset({"类别", "身份", "staffkind", "type"})),
    "area": ("所属区划", "area", frozenset({"单位区划", "所属", "单位", "division"})),
    "office": ("职务", "office", frozenset({"岗位", "任职", "post"})),
    "place": ("任职地点", "place", frozenset({"地点", "辖区", "警务区", "beat"})),
    "from_day": ("任职开始", "from", frozenset({"开始", "开始日期", "起始日期", "fromday"})),
    "to_day": ("任职结束", "to", frozenset({"结束", "结束日期", "截止日期", "today"})),
}
"""Column -> (heading in Chinese, in English, other headings by which it is recognised)."""

NEEDED = ("staff_number", "kind")


def folded(text: str) -> str:
    """A heading or a word without what differs by habit: spaces, marks, case."""
    return re.sub(r"[\s_\-.·:：()（）*]", "", text).casefold()


_KNOWN = {
    folded(name): column
    for column, (zh, en, others) in HEADINGS.items()
    for name in (column, zh, en, *others)
}


def columns_of(headings: Sequence[str]) -> dict[str, int]:
    """The position of each column that is recognised; the first of two counts."""
    found: dict[str, int] = {}
    for index, heading in enumerate(headings):
        column = _KNOWN.get(folded(heading))
        if column is not None and column not in found:
            found[column] = index
    return found


def heading_of(column: str, language: str) -> str:
    """The heading of a column in the reader's language."""
    zh, en, _others = HEADINGS[column]
    return zh if language.startswith("zh") else en
