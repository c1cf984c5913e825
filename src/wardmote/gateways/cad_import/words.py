"""Words by which control rooms name their columns, in English, Chinese and some German.

A header that equals a phrase counts most; a phrase inside a longer one counts by its share of it.
"""

from __future__ import annotations

import re

from wardmote.core.domain.call_record import RecordTime

_T = RecordTime

PLACE_ROLES = ("lat", "lon", "x", "y", "point")

COLUMN_PHRASES: dict[str, tuple[str, ...]] = {
    "call": (
        "call number", "call no", "call id", "incident number", "incident no", "incident id",
        "event number", "event id", "case number", "case id", "cad number", "cad id", "run number",
        "incident", "event", "job number", "master incident number", "einsatznummer",
        "警情编号", "接警单编号", "警单编号", "案件编号", "报警编号", "事件编号", "编号",
    ),
    "unit": (
        "unit id", "unit", "unit name", "unit number", "unit code", "vehicle", "vehicle id",
        "apparatus", "apparatus id", "resource", "call sign", "callsign", "car", "radio name",
        "funkrufname", "fahrzeug", "出警单元", "警车", "车辆", "车牌", "呼号",
        "处警单位", "出动力量",
    ),
    "unit_kind": (
        "unit type", "vehicle type", "apparatus type", "resource type", "unit class", "unit kind",
        "fahrzeugtyp", "车辆类型", "力量类型", "单位类型",
    ),
    "station": (
        "station area", "station", "first due", "first due station", "response area", "still area",
        "fire station", "fire management area", "wache", "责任单位", "管辖单位", "辖区", "派出所",
    ),
    "unit_station": (
        "unit station", "home station", "unit home station", "quarters", "vehicle station",
        "heimatwache", "所属站点", "所属单位",
    ),
    "sequence": (
        "unit sequence in call dispatch", "unit sequence", "dispatch order", "sequence",
        "arrival order", "出动次序", "次序", "序号",
    ),
    "category": (
        "call type", "incident type", "event type", "nature", "type", "category", "nature of call",
        "problem", "type description", "call type description", "incident type description",
        "final call type", "event clearance description", "stichwort", "einsatzart",
        "警情类别", "警情类型", "报警类别", "案由", "类别", "类型",
    ),
    "priority": (
        "priority", "call priority", "final priority", "priority code", "urgency", "severity",
        "incident priority", "priorität", "dringlichkeit", "警情等级", "优先级", "紧急程度", "等级",
    ),
    "address": (
        "address", "location", "incident address", "location txt", "block address", "street",
        "location text", "common place", "hundred block location", "adresse", "strasse",
        "einsatzort",
        "地址", "地点", "案发地址", "案发地点", "报警地址", "事发地点",
    ),
    "agency": (
        "agency", "department", "agency name", "jurisdiction", "service", "behörde",
        "接警单位", "机构", "部门",
    ),
    "disposition": (
        "disposition", "call final disposition", "call disposition", "final disposition", "outcome",
        "result", "close code", "clearance code", "处理结果", "处置结果", "处警结果",
    ),
    "lat": ("latitude", "lat", "y lat", "breite", "breitengrad", "geo lat", "纬度"),
    "lon": ("longitude", "lon", "lng", "long", "laenge", "länge", "längengrad", "geo lon", "经度"),
    "x": ("x", "x coord", "x coordinate", "coord x", "easting", "xcoord", "geox",
          "x坐标", "横坐标"),
    "y": ("y", "y coord", "y coordinate", "coord y", "northing", "ycoord", "geoy",
          "y坐标", "纵坐标"),
    "point": ("location", "point", "geom", "geometry", "coordinates", "lat lon", "case location",
              "经纬度", "坐标"),
}  # fmt: skip

STAMP_PHRASES: dict[RecordTime, tuple[str, ...]] = {
    _T.OCCURRED: ("occurred", "occurrence", "occurrence time", "occurred at", "event occurred",
                  "发生时间", "案发时间", "事发时间"),
    _T.RECEIVED: (
        "received", "call received", "received timestamp", "received dttm", "received dt tm",
        "time received", "call time", "call datetime", "incident datetime", "datetime", "date time",
        "call date time", "create time", "created", "creation time", "time create", "incident time",
        "incident date", "call date", "event time", "start time", "alarm time", "time of call",
        "phone pickup", "reported", "report time", "date", "time", "timestamp", "mission date",
        "opened", "call entry", "notruf", "eingang", "einsatzbeginn", "alarmzeit", "datum",
        "uhrzeit", "接警时间", "报警时间", "受理时间", "来电时间", "接报时间", "日期", "时间",
    ),
    _T.ENTERED: ("entry", "entered", "entry timestamp", "entry dttm", "in queue", "queued",
                 "call entered queue", "time entered", "录入时间", "立警时间", "登记时间"),
    _T.ROUTED: ("routed", "transferred", "transfer", "转警时间", "分流时间", "流转时间"),
    _T.ASSIGNED: (
        "dispatch", "dispatched", "dispatch timestamp", "dispatch dttm", "first dispatch",
        "first unit assigned", "assigned", "assign", "unit assigned", "notified", "alerted",
        "alarmierung", "派警时间", "派单时间", "调派时间", "出动命令时间", "指派时间", "派出时间",
    ),
    _T.ACKNOWLEDGED: ("acknowledged", "acknowledge", "ack", "accepted", "签收时间", "接令时间",
                      "接单时间", "确认时间"),
    _T.EN_ROUTE: (
        "en route", "enroute", "response", "responding", "response timestamp", "response dttm",
        "first unit enroute", "turnout", "rolling", "ausgerückt", "ausrücken",
        "出警时间", "出发时间", "出动时间",
    ),
    _T.ARRIVED: (
        "on scene", "onscene", "arrived", "arrival", "on scene timestamp", "on scene dttm",
        "at scene", "first unit arrived", "first arrived", "time arrived", "unit arrived",
        "arrive", "eintreffen", "ankunft", "到达时间", "到场时间", "到达现场时间", "抵达时间",
    ),
    _T.FEEDBACK: ("feedback", "first feedback", "first report", "size up",
                  "反馈时间", "首次反馈时间"),
    _T.TRANSPORTING: ("transport", "transport timestamp", "transport dttm", "transporting",
                      "left scene", "depart scene", "departed scene", "离开现场时间", "转运时间"),
    _T.AT_DESTINATION: ("hospital", "hospital timestamp", "hospital dttm", "at hospital",
                        "arrived hospital", "at destination", "到院时间",
                        "到达医院时间", "送达时间"),
    _T.CLEARED: (
        "available", "available timestamp", "available dttm", "cleared", "clear", "unit cleared",
        "in service", "back in service", "time clear", "last unit cleared", "completed", "end time",
        "unit available", "end", "frei", "einsatzende", "处置完毕时间", "处警结束时间", "完成时间",
        "归队时间", "结束时间",
    ),
    _T.CLOSED: ("closed", "close", "call closed", "incident closed", "time closed", "close time",
                "结案时间", "办结时间", "关闭时间"),
}  # fmt: skip

NOT_A_STAMP = (
    "generated", "updated", "modified", "loaded", "exported", "watch date", "data as of",
    "birth", "更新时间", "导出时间", "row id", "scraped", "dispatch date",
)  # fmt: skip
"""Times of the export, not of the call."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORD = re.compile(r"[\W_]+")


def plain_header(header: str) -> str:
    """A header in lower case, its words apart: ``OnSceneDtTm`` -> ``on scene dt tm``."""
    return _NOT_WORD.sub(" ", _CAMEL.sub(" ", header)).lower().strip()


def header_score(header: str, phrases: tuple[str, ...]) -> float:
    """0 (no phrase fits) to 1 (the header is one of the phrases; the first ones fit best)."""
    plain = plain_header(header)
    if not plain:
        return 0.0
    joined = plain.replace(" ", "")
    best = 0.0
    for rank, phrase in enumerate(phrases):
        lead = 0.05 * (1 - rank / len(phrases))
        if plain == phrase or joined == phrase.replace(" ", ""):
            best = max(best, 0.95 + lead)
        elif _contains(plain, phrase):
            best = max(best, 0.45 + 0.35 * len(phrase) / len(plain) + lead)
    return best


def may_name_a_time(header: str) -> bool:
    """Whether bare numbers under this header may be times: it says so, or says nothing."""
    plain = plain_header(header)
    if re.fullmatch(r"column \d+|\w{0,2}|[a-z] ?\d+", plain):
        return True
    if any(header_score(header, phrases) >= 0.95 for phrases in COLUMN_PHRASES.values()):
        return False
    words = set(plain.split()) | {plain}
    named = words & {"time", "date", "timestamp", "ts", "dt", "dttm", "epoch", "datum", "zeit"}
    stamped = any(header_score(header, phrases) > 0 for phrases in STAMP_PHRASES.values())
    return bool(named) or stamped or "时间" in plain or "日期" in plain


def _contains(plain: str, phrase: str) -> bool:
    if phrase.isascii():
        return len(phrase) > 1 and f" {phrase} " in f" {plain} "
    return phrase in plain
