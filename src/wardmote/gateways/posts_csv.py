"""Posts and their units from a table that a control room can make in a spreadsheet.

Columns are recognised by their heading, in any order, in English or Chinese; see
``docs/how-to/build-a-city.md``. Nothing is taken over when any row is wrong.
"""

import csv
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wardmote.core.domain.ids import AreaId, PostId, UnitId
from wardmote.core.domain.places import Post, UnitSpec
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.gazetteer.folding import has_han
from wardmote.gateways.datums import Datum, to_wgs84

MAX_BYTES = 10_000_000
MAX_ROWS = 20_000
MAX_ERRORS_SHOWN = 10

_HEADINGS = {
    "id": {"id", "postid", "stationid", "code", "编号", "编码", "快反点编号"},
    "name": {
        "name",
        "station",
        "post",
        "stationname",
        "postname",
        "名称",
        "快反点",
        "站点",
        "岗位",
    },
    "name_zh": {"namezh", "zh", "中文名", "中文名称"},
    "name_en": {"nameen", "en", "英文名", "英文名称"},
    "address": {"address", "addr", "location", "地址"},
    "lat": {"lat", "latitude", "y", "纬度"},
    "lon": {"lon", "lng", "long", "longitude", "x", "经度"},
    "units": {"unit", "units", "callsign", "callsigns", "车辆", "呼号", "单元"},
    "kind": {"kind", "unitkind", "unittype", "类型", "车型"},
    "seats": {"seats", "crew", "座位", "人数"},
    "capabilities": {"capabilities", "capability", "能力"},
}
DEFAULT_KIND = "patrol_car"
DEFAULT_SEATS = 4


class PostsFileProblem(Problem):
    """A table of posts that cannot be read; the message names rows and columns."""


@dataclass(frozen=True, slots=True)
class PostsTable:
    """What the table says. `posts` and `units` are in the order of the file."""

    posts: tuple[Post, ...]
    units: tuple[UnitSpec, ...]


@dataclass(frozen=True, slots=True)
class _RowError:
    row: int
    column: str
    zh: str
    en: str


def read_posts(
    path: Path,
    *,
    area: AreaId,
    bounds: tuple[float, float, float, float] | None = None,
    datum: Datum = Datum.WGS84,
) -> PostsTable:
    """Read posts and units.

    A post without any unit named gets one patrol car whose call sign is the post's id. Several rows
    with one id (or one name, without ids) are one post with several units.

    Args:
        area: the area that posts and units belong to.
        bounds: west, south, east, north; a post outside is an error (swapped columns, most often).
        datum: of the coordinates in the file.

    Raises:
        PostsFileProblem: nothing could be understood, or any row is wrong.
    """
    rows = _rows(path)
    columns = _columns(path, rows[0])
    reader = _Reader(columns, area, bounds, datum)
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            reader.row(number, row)
    if reader.errors:
        raise _row_problem(path, reader.errors)
    table = reader.done()
    if not table.posts:
        raise PostsFileProblem(
            zh=f"{path} 没有任何快反点（只有表头）。",
            en=f"{path} has no posts, only headings.",
        )
    return table


def _rows(path: Path) -> list[list[str]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise PostsFileProblem(
            zh=f"无法读取 {path}：{error.strerror}。请检查路径。",
            en=f"{path} cannot be read: {error.strerror}. Check the path.",
        ) from None
    if len(raw) > MAX_BYTES:
        raise PostsFileProblem(
            zh=f"{path} 超过 {MAX_BYTES} 字节，不像快反点表。",
            en=f"{path} is larger than {MAX_BYTES} bytes; that is no table of posts.",
        )
    text = _decoded(raw)
    if text is None or "\0" in text:
        raise PostsFileProblem(
            zh=f"{path} 不是文本表格。请在表格软件中另存为 CSV（UTF-8）。",
            en=f"{path} is not a text table. Save it as CSV (UTF-8) in your spreadsheet program.",
        )
    first = text.split("\n", 1)[0]
    separator = max(",;\t，", key=first.count)
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise PostsFileProblem(zh=f"{path} 是空文件。", en=f"{path} is empty.")
    if len(rows) > MAX_ROWS:
        raise PostsFileProblem(
            zh=f"{path} 超过 {MAX_ROWS} 行。", en=f"{path} has more than {MAX_ROWS} rows."
        )
    return rows


def _decoded(raw: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _columns(path: Path, headings: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, heading in enumerate(headings):
        key = re.sub(r"[\s_\-.()（）]", "", heading).casefold()
        for column, names in _HEADINGS.items():
            if key in names and column not in found:
                found[column] = index
    missing = [column for column in ("lat", "lon") if column not in found]
    if not {"id", "name", "name_zh", "name_en"} & set(found):
        missing.insert(0, "name")
    if missing:
        seen = ", ".join(heading.strip() or "?" for heading in headings)[:200]
        raise PostsFileProblem(
            zh=f"{path} 缺少列：{'、'.join(missing)}。现有列：{seen}。"
            "需要名称（name/station/名称）、纬度（lat/纬度）和经度（lon/经度）。",
            en=f"{path} lacks the columns {', '.join(missing)}; it has: {seen}. Needed are a name "
            "(name, station), a latitude (lat) and a longitude (lon).",
        )
    return found


class _Reader:
    def __init__(
        self,
        columns: dict[str, int],
        area: AreaId,
        bounds: tuple[float, float, float, float] | None,
        datum: Datum,
    ) -> None:
        self.errors: list[_RowError] = []
        self._columns = columns
        self._area = area
        self._bounds = bounds
        self._datum = datum
        self._posts: dict[str, Post] = {}
        self._units: dict[str, UnitSpec] = {}

    def row(self, number: int, cells: Sequence[str]) -> None:
        before = len(self.errors)
        post = self._post(number, cells)
        if post is None or len(self.errors) > before:
            return
        known = self._posts.setdefault(str(post.post_id), post)
        if (known.lon, known.lat) != (post.lon, post.lat):
            self._wrong(
                number, "lat", "同一快反点的坐标不一致", "differs from an earlier row of this post"
            )
            return
        self._add_units(number, cells, known)

    def done(self) -> PostsTable:
        manned = {unit.post for unit in self._units.values()}
        units = list(self._units.values())
        for post in self._posts.values():
            if post.post_id not in manned:
                units.append(self._unit(str(post.post_id), DEFAULT_KIND, DEFAULT_SEATS, (), post))
        return PostsTable(posts=tuple(self._posts.values()), units=tuple(units))

    def _cell(self, cells: Sequence[str], column: str) -> str:
        index = self._columns.get(column)
        return cells[index].strip() if index is not None and index < len(cells) else ""

    def _post(self, number: int, cells: Sequence[str]) -> Post | None:
        name = self._cell(cells, "name")
        zh, en = self._cell(cells, "name_zh"), self._cell(cells, "name_en")
        post_id = self._cell(cells, "id") or name or en or zh
        if not post_id:
            self._wrong(number, "name", "没有名称", "has no name")
        position = self._position(number, cells)
        if position is None or not post_id:
            return None
        if not zh and has_han(name):
            zh = name
        elif not en and not has_han(name):
            en = name
        if en.isdigit():
            en = f"Station {en}"
        lon, lat = position
        shown = Bilingual(zh=zh, en=en or ("" if zh else post_id))
        return Post(PostId(post_id), shown, self._area, lon, lat, grid=())

    def _position(self, number: int, cells: Sequence[str]) -> tuple[float, float] | None:
        values: dict[str, float] = {}
        for column, limit in (("lat", 90.0), ("lon", 180.0)):
            text = self._cell(cells, column).replace("，", ".")
            try:
                value = float(text)
            except ValueError:
                self._wrong(number, column, f"“{text}”不是数字", f"'{text}' is not a number")
                continue
            if not math.isfinite(value) or abs(value) > limit:
                self._wrong(number, column, f"{text} 超出范围", f"{text} is out of range")
                continue
            values[column] = value
        if len(values) != 2:
            return None
        lon, lat = to_wgs84(values["lon"], values["lat"], self._datum)
        if self._bounds is not None and not _near(lon, lat, self._bounds):
            self._wrong(
                number,
                "lat/lon",
                f"{lat}, {lon} 不在本城市范围内（纬度与经度是否写反？）",
                f"{lat}, {lon} is outside this city (are latitude and longitude swapped?)",
            )
            return None
        return lon, lat

    def _add_units(self, number: int, cells: Sequence[str], post: Post) -> None:
        text = self._cell(cells, "seats")
        if text and not (text.isdigit() and 1 <= int(text) <= 60):
            self._wrong(number, "seats", f"“{text}”应为 1–60", f"'{text}' must be 1 to 60")
            return
        kind = self._cell(cells, "kind") or DEFAULT_KIND
        others = tuple(re.split(r"[;、|\s]+", self._cell(cells, "capabilities")))
        for call_sign in re.split(r"[;、|]+", self._cell(cells, "units")):
            sign = call_sign.strip()
            if not sign:
                continue
            if sign in self._units:
                self._wrong(number, "units", f"“{sign}”重复", f"'{sign}' is named twice")
                continue
            seats = int(text) if text else DEFAULT_SEATS
            self._units[sign] = self._unit(sign, kind, seats, others, post)

    def _unit(
        self, sign: str, kind: str, seats: int, others: tuple[str, ...], post: Post
    ) -> UnitSpec:
        capabilities = tuple(dict.fromkeys((kind, *(other for other in others if other))))
        return UnitSpec(
            unit_id=UnitId(sign),
            call_sign=sign,
            kind=kind,
            post=post.post_id,
            area=post.area,
            capabilities=capabilities,
            seats=seats,
        )

    def _wrong(self, row: int, column: str, zh: str, en: str) -> None:
        self.errors.append(_RowError(row, column, zh, en))


def _near(lon: float, lat: float, bounds: tuple[float, float, float, float]) -> bool:
    """Inside the bounds widened by a tenth of a degree: a post may stand just outside."""
    west, south, east, north = bounds
    return west - 0.1 <= lon <= east + 0.1 and south - 0.1 <= lat <= north + 0.1


def _row_problem(path: Path, errors: Sequence[_RowError]) -> PostsFileProblem:
    shown = errors[:MAX_ERRORS_SHOWN]
    more = len(errors) - len(shown)
    zh = "；".join(f"第 {e.row} 行 {e.column}：{e.zh}" for e in shown)
    en = "; ".join(f"row {e.row}, {e.column}: {e.en}" for e in shown)
    return PostsFileProblem(
        zh=f"{path} 有 {len(errors)} 处错误，未导入任何内容。{zh}"
        + (f"；另有 {more} 处" if more else ""),
        en=f"{path} has {len(errors)} errors; nothing was taken over. {en}"
        + (f"; and {more} more" if more else ""),
    )
