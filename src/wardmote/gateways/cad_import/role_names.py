"""What the roles of columns, their contents and the field's time stamps are called."""

from __future__ import annotations

from wardmote.core.domain.call_record import RecordTime
from wardmote.core.domain.text import Bilingual
from wardmote.gateways.cad_import.profiling import Content

ROLE_NAMES: dict[str, Bilingual] = {
    "call": Bilingual("警情编号", "number of the call"),
    "unit": Bilingual("出动单位", "unit"),
    "unit_kind": Bilingual("单位类型", "kind of unit"),
    "station": Bilingual("辖区站点", "station of the place"),
    "unit_station": Bilingual("单位驻地", "station of the unit"),
    "sequence": Bilingual("到场次序", "order on scene"),
    "category": Bilingual("类别", "category"),
    "priority": Bilingual("等级", "priority"),
    "address": Bilingual("地址", "address"),
    "agency": Bilingual("机构", "agency"),
    "disposition": Bilingual("处置结果", "disposition"),
    "lat": Bilingual("纬度", "latitude"),
    "lon": Bilingual("经度", "longitude"),
    "x": Bilingual("平面坐标东", "easting"),
    "y": Bilingual("平面坐标北", "northing"),
    "point": Bilingual("坐标点", "point"),
}

STAMP_NAMES: dict[RecordTime, Bilingual] = {
    RecordTime.OCCURRED: Bilingual("发生时间", "occurred"),
    RecordTime.RECEIVED: Bilingual("接警时间", "received"),
    RecordTime.ENTERED: Bilingual("录入时间", "entered"),
    RecordTime.ROUTED: Bilingual("分流时间", "routed"),
    RecordTime.ASSIGNED: Bilingual("派警时间", "assigned"),
    RecordTime.ACKNOWLEDGED: Bilingual("接令时间", "acknowledged"),
    RecordTime.EN_ROUTE: Bilingual("出警时间", "en route"),
    RecordTime.ARRIVED: Bilingual("到场时间", "arrived"),
    RecordTime.FEEDBACK: Bilingual("反馈时间", "first report"),
    RecordTime.TRANSPORTING: Bilingual("送往时间", "transporting"),
    RecordTime.AT_DESTINATION: Bilingual("送达时间", "at destination"),
    RecordTime.CLEARED: Bilingual("处毕时间", "cleared"),
    RecordTime.CLOSED: Bilingual("结案时间", "closed"),
}

CONTENT_NAMES: dict[Content, Bilingual] = {
    Content.BLANK: Bilingual("空", "blank"),
    Content.TIME: Bilingual("日期时间", "date and time"),
    Content.DATE: Bilingual("日期", "date"),
    Content.TIME_OF_DAY: Bilingual("时刻", "time of day"),
    Content.NUMBER: Bilingual("数", "number"),
    Content.POINT: Bilingual("坐标点", "point"),
    Content.TEXT: Bilingual("文字", "text"),
}


def role_with_key(key: str, language: str) -> str:
    """The role in words, and the key by which a mapping file names it; a stamp is a role too."""
    named = ROLE_NAMES.get(key) or STAMP_NAMES[RecordTime(key)]
    words = named.in_language(language)
    return key if words == key else f"{words} ({key})"
