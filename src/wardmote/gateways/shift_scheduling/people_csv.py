"""Who can be on duty, from a table that anybody can make in a spreadsheet.

Columns are recognised by their heading, in any order, in English or Chinese. Nothing is taken over
when any row is wrong.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from wardmote.core.domain.problem import Problem

MAX_BYTES = 2_000_000
MAX_ROWS = 1_001
_HEADINGS = {
    "id": {"id", "no", "number", "badge", "code", "编号", "警号", "工号"},
    "name": {"name", "fullname", "crew", "team", "姓名", "名称", "班组", "队伍"},
    "skills": {"skill", "skills", "capability", "capabilities", "技能", "资质", "能力"},
    "post": {"post", "station", "postid", "快反点", "岗位", "驻点"},
    "share": {"share", "parttime", "fte", "份额", "工时比例"},
}


@dataclass(frozen=True, slots=True)
class Person:
    """A row: whoever is rostered as one. `post`: where it serves, empty if anywhere."""

    id: str
    name: str
    skills: tuple[str, ...]
    post: str
    share: float


def read_people(path: Path) -> tuple[Person, ...]:
    """The rows of a table of people.

    Raises:
        Problem: it cannot be read, or a row is wrong; row and column are named.
    """
    rows = _rows(path)
    columns: dict[str, int] = {}
    for index, heading in enumerate(rows[0]):
        key = re.sub(r"[\s_\-.()（）]", "", heading).casefold()
        for column, names in _HEADINGS.items():
            if key in names:
                columns.setdefault(column, index)
    if not {"id", "name"} & set(columns):
        seen = ", ".join(cell.strip() or "?" for cell in rows[0])[:200]
        raise Problem(
            zh=f"{path} 缺少编号（id）或姓名（name）列；现有列：{seen}。",
            en=f"{path} lacks a column id or name; it has: {seen}.",
        )
    people: dict[str, Person] = {}
    for number, cells in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in cells):
            person = _person(path, number, columns, cells)
            if person.id in people:
                raise _wrong(path, number, "id", f"{person.id} 重复", f"{person.id} is there twice")
            people[person.id] = person
    if not people:
        raise Problem(zh=f"{path} 只有表头。", en=f"{path} has headings and nobody in it.")
    return tuple(people.values())


def _person(path: Path, number: int, columns: dict[str, int], cells: list[str]) -> Person:
    def cell(column: str) -> str:
        at = columns.get(column, -1)
        return cells[at].strip() if 0 <= at < len(cells) else ""

    name = cell("name")
    key = cell("id") or name
    if not key:
        raise _wrong(path, number, "id", "没有编号也没有姓名", "neither id nor name")
    share = cell("share") or "1"
    try:
        part = float(share.removesuffix("%")) / (100 if share.endswith("%") else 1)
    except ValueError:
        part = 0.0
    if not 0 < part <= 1:
        raise _wrong(
            path, number, "share", f"“{share}”应大于 0、不超过 1", f"“{share}” is not in (0, 1]"
        )
    skills = tuple(dict.fromkeys(one for one in re.split(r"[;；|、/，\s]+", cell("skills")) if one))
    return Person(key, name, skills, cell("post"), part)


def _wrong(path: Path, row: int, column: str, zh: str, en: str) -> Problem:
    return Problem(
        zh=f"{path} 第 {row} 行 {column} 列：{zh}。",
        en=f"{path}, row {row}, column {column}: {en}.",
    )


def _rows(path: Path) -> list[list[str]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Problem(
            zh=f"无法读取 {path}：{error.strerror}。",
            en=f"{path} cannot be read: {error.strerror}.",
        ) from None
    text = None if len(raw) > MAX_BYTES else _decoded(raw)
    if text is None or "\0" in text:
        raise Problem(
            zh=f"{path} 不是人员表。请在表格软件中另存为 CSV（UTF-8）。",
            en=f"{path} is no table of people. Save it as CSV (UTF-8) in your spreadsheet program.",
        )
    separator = max(",;\t，", key=text.split("\n", 1)[0].count)
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise Problem(zh=f"{path} 是空文件。", en=f"{path} is empty.")
    if len(rows) > MAX_ROWS:
        raise Problem(zh=f"{path} 超过 1000 人。", en=f"{path} has more than 1,000 people.")
    return rows


def _decoded(raw: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
