"""Words by which control rooms name their columns, in the languages that publish most records.

A header that equals a phrase counts most; a phrase inside a longer one counts by its share of it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from wardmote.core.domain.call_record import RecordTime

_T = RecordTime

PLACE_ROLES = ("lat", "lon", "x", "y", "point")

COLUMN_PHRASES: dict[str, tuple[str, ...]] = {
    "call": (
        "call number", "call no", "call id", "incident number", "incident no", "incident id",
        "event number", "event id", "case number", "case id", "cad number", "cad id",
        "run number", "incident", "event", "job number", "master incident number",
        "einsatznummer", "警情编号", "接警单编号", "警单编号", "案件编号", "报警编号", "事件编号",
        "编号", "ccn",
        "report number", "dr number", "incident nbr", "incident nr", "incident num", "event no",
        "dispatch number", "service number", "numero intervention", "n intervention",
        "no intervention", "intervention", "numero incident", "n incidente",
        "numero de incidente", "no incidente", "folio", "expediente", "ocorrencia", "einsatz nr",
        "einsatz id", "incident id", "melding id", "meldingsnummer", "事案番号", "受理番号",
        "接警编号",
        "警情号", "案件号", "工单编号", "事件号",
    ),
    "unit": (
        "unit id", "unit", "unit name", "unit number", "unit code", "vehicle", "vehicle id",
        "apparatus", "apparatus id", "resource", "call sign", "callsign", "car", "radio name",
        "funkrufname", "fahrzeug", "出警单元", "警车", "车辆", "车牌", "呼号", "处警单位",
        "出动力量",
        "resource code", "resource id", "engin", "engin id", "vehicule", "moyen", "unidad",
        "unidad id", "maquina", "vehiculo", "viatura", "voertuig", "eenheid", "roepnummer",
        "rufname", "einsatzmittel", "出動隊", "部隊", "车辆编号", "警力",
    ),
    "unit_kind": (
        "unit type", "vehicle type", "apparatus type", "resource type", "unit class",
        "unit kind", "fahrzeugtyp", "车辆类型", "力量类型", "单位类型", "type engin",
        "type de vehicule",
        "tipo de unidad", "voertuigtype", "车种",
    ),
    "station": (
        "station area", "station", "first due", "first due station", "response area",
        "still area", "fire station", "fire management area", "wache", "责任单位", "管辖单位",
        "辖区",
        "派出所", "caserne", "centre de secours", "kazerne", "cuartel", "estacion", "estacao",
        "parque", "feuerwache", "station name", "deployed from station",
        "first pump arriving deployed from station", "first in district", "署所", "消防署", "管轄",
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
        "call type", "incident type", "event type", "nature", "type", "category",
        "nature of call", "problem", "type description", "call type description",
        "incident type description", "final call type", "event clearance description",
        "stichwort", "einsatzart", "警情类别", "警情类型", "报警类别", "案由", "类别", "类型",
        "nature",
        "nature intervention", "nature de l intervention", "type intervention",
        "type d intervention", "type incident", "motif", "tipo", "tipo de emergencia",
        "tipo incidente", "tipo de incidente", "tipologia", "clasificacion", "classificatie",
        "meldingsclassificatie", "meldingtype", "einsatzgrund", "incident group", "primary type",
        "problem nature", "offense", "offence", "crime type", "種別", "災害種別", "事案種別",
        "警情性质", "案别",
        "警情小类",
    ),
    "priority": (
        "priority", "call priority", "final priority", "priority code", "urgency", "severity",
        "incident priority", "priorität", "dringlichkeit", "警情等级", "优先级", "紧急程度", "等级",
        "priorite", "niveau", "prioridad", "prioridade", "prioriteit", "urgentie", "优先", "緊急度",
    ),
    "address": (
        "address", "location", "incident address", "location txt", "block address", "street",
        "location text", "common place", "hundred block location", "adresse", "strasse",
        "einsatzort", "地址", "地点", "案发地址", "案发地点", "报警地址", "事发地点", "adresse",
        "lieu",
        "lieu intervention", "direccion", "ubicacion", "endereco", "adres", "locatie",
        "indirizzo", "block", "住所", "発生場所", "所在地", "地点描述",
    ),
    "agency": (
        "agency", "department", "agency name", "jurisdiction", "service", "behörde", "接警单位",
        "机构", "部门", "service", "organisme", "organismo", "discipline", "dienst",
    ),
    "disposition": (
        "disposition", "call final disposition", "call disposition", "final disposition",
        "outcome", "result", "close code", "clearance code", "处理结果", "处置结果", "处警结果",
    ),
    "lat": (
        "latitude", "lat", "y lat", "breite", "breitengrad", "geo lat", "纬度", "latitud",
        "latitude wgs84", "y wgs84", "breedtegraad", "latitudine", "緯度", "gps lat", "y",
    ),
    "lon": (
        "longitude", "lon", "lng", "long", "laenge", "länge", "längengrad", "geo lon", "经度",
        "longitud", "longitude wgs84", "x wgs84", "lengtegraad", "longitudine", "経度", "gps lon",
        "gps lng", "x",
    ),
    "x": (
        "x", "x coord", "x coordinate", "coord x", "easting", "xcoord", "geox", "x坐标", "横坐标",
        "coord x", "coordonnee x", "x coordinaat", "x coordinate", "x koordinate",
        "coordenada x", "utm x", "este", "easting m", "rechtswert", "ostwert", "east", "e",
    ),
    "y": (
        "y", "y coord", "y coordinate", "coord y", "northing", "ycoord", "geoy", "y坐标", "纵坐标",
        "coord y", "coordonnee y", "y coordinaat", "y coordinate", "y koordinate",
        "coordenada y", "utm y", "norte", "northing m", "hochwert", "nordwert", "north", "n",
    ),
    "point": (
        "location", "point", "geom", "geometry", "coordinates", "lat lon", "case location",
        "经纬度", "坐标", "the geom", "wkt", "geo point", "geo point 2d", "shape", "geolocation",
        "location 1", "georeference", "géolocalisation",
    ),
}  # fmt: skip

STAMP_PHRASES: dict[RecordTime, tuple[str, ...]] = {
    _T.OCCURRED: (
        "occurred", "occurrence", "occurrence time", "occurred at", "event occurred", "发生时间",
        "案发时间", "事发时间",
    ),
    _T.RECEIVED: (
        "received", "call received", "received timestamp", "received dttm", "received dt tm",
        "time received", "call time", "call datetime", "incident datetime", "datetime",
        "date time", "call date time", "create time", "created", "creation time", "time create",
        "incident time", "incident date", "call date", "event time", "start time", "alarm time",
        "time of call", "phone pickup", "reported", "report time", "date", "time", "timestamp",
        "mission date", "opened", "call entry", "notruf", "eingang", "einsatzbeginn",
        "alarmzeit", "datum", "uhrzeit", "接警时间", "报警时间", "受理时间", "来电时间",
        "接报时间", "日期", "时间",
        "rec time", "recd", "call recd", "phone pickup", "time phone pickup",
        "creation date time", "date appel", "date d appel", "heure d appel", "heure appel",
        "date heure appel", "reception", "horodatage", "date et heure", "fecha", "hora",
        "fecha y hora", "fecha hora", "fecha de llamada", "hora de llamada", "hora llamada",
        "fecha y hora de llamada", "data", "hora da chamada", "tijd", "datum tijd", "meldtijd",
        "starttijd", "aannametijd", "date of call", "time of call", "report dat", "report date",
        "start date", "alarm datetime", "覚知日時", "覚知時刻", "受付日時", "通報日時",
        "発生日時", "接警日期", "报警日期",
        "接听时间", "上报时间",
    ),
    _T.ENTERED: (
        "entry", "entered", "entry timestamp", "entry dttm", "in queue", "queued",
        "call entered queue", "time entered", "录入时间", "立警时间", "登记时间",
    ),
    _T.ROUTED: (
        "routed", "transferred", "transfer", "转警时间", "分流时间", "流转时间",
    ),
    _T.ASSIGNED: (
        "dispatch", "dispatched", "dispatch timestamp", "dispatch dttm", "first dispatch",
        "first unit assigned", "assigned", "assign", "unit assigned", "notified", "alerted",
        "alarmierung", "派警时间", "派单时间", "调派时间", "出动命令时间", "指派时间", "派出时间",
        "disp", "disp time",
        "mobilised", "mobilized", "time mobilised", "first assignment", "first unit assigned",
        "unit dispatched", "time dispatched", "dispatch time", "alerte", "heure d alerte",
        "heure alerte", "engagement", "despacho", "hora despacho", "hora de despacho",
        "acionamento", "alarmering", "gealarmeerd", "uitgifte", "出動日時", "出動時刻",
        "指令時刻", "下达时间",
        "派遣时间",
    ),
    _T.ACKNOWLEDGED: (
        "acknowledged", "acknowledge", "ack", "accepted", "签收时间", "接令时间", "接单时间",
        "确认时间",
    ),
    _T.EN_ROUTE: (
        "en route", "enroute", "response", "responding", "response timestamp", "response dttm",
        "first unit enroute", "turnout", "rolling", "ausgerückt", "ausrücken", "出警时间",
        "出发时间",
        "出动时间", "enr", "enr time", "mobile", "mobile time", "time mobile", "activation",
        "first activation", "departure", "depart", "heure de depart", "salida", "hora salida",
        "hora de salida", "partida", "uitruk", "vertrek", "ausruckzeit", "ausrückzeit",
        "unit enroute", "出場時刻",
    ),
    _T.ARRIVED: (
        "on scene", "onscene", "arrived", "arrival", "on scene timestamp", "on scene dttm",
        "at scene", "first unit arrived", "first arrived", "time arrived", "unit arrived",
        "arrive", "eintreffen", "ankunft", "到达时间", "到场时间", "到达现场时间", "抵达时间",
        "arr", "arr time",
        "arv", "arrivee", "heure d arrivee", "arrivee sur les lieux", "sur les lieux",
        "presentation", "llegada", "hora llegada", "hora de llegada", "chegada", "hora chegada",
        "aankomst", "ter plaatse", "eintreffzeit", "ankunftszeit", "unit on scene",
        "first unit on scene", "現場到着日時", "現着時刻", "現場到着時刻", "到达现场",
        "到现场时间", "抵现时间",
    ),
    _T.FEEDBACK: (
        "feedback", "first feedback", "first report", "size up", "反馈时间", "首次反馈时间",
    ),
    _T.TRANSPORTING: (
        "transport", "transport timestamp", "transport dttm", "transporting", "left scene",
        "depart scene", "departed scene", "离开现场时间", "转运时间", "first to hosp", "to hosp",
        "to hospital", "transport start",
    ),
    _T.AT_DESTINATION: (
        "hospital", "hospital timestamp", "hospital dttm", "at hospital", "arrived hospital",
        "at destination", "到院时间", "到达医院时间", "送达时间", "first hosp arrival",
        "hosp arrival",
        "病院到着日時",
    ),
    _T.CLEARED: (
        "available", "available timestamp", "available dttm", "cleared", "clear", "unit cleared",
        "in service", "back in service", "time clear", "last unit cleared", "completed",
        "end time", "unit available", "end", "frei", "einsatzende", "处置完毕时间",
        "处警结束时间", "完成时间",
        "归队时间", "结束时间", "clr", "clr time", "retour", "heure de retour", "fin",
        "fin intervention", "disponible", "time left", "left", "regreso", "hora termino",
        "termino", "hora de regreso", "hora fin", "end date", "einruckzeit", "einrückzeit",
        "einde", "terug", "retorno", "帰署時刻", "引揚時刻", "处警完毕时间", "处置结束时间",
        "返回时间", "撤离时间",
    ),
    _T.CLOSED: (
        "closed", "close", "call closed", "incident closed", "time closed", "close time",
        "结案时间",
        "办结时间", "关闭时间", "cloture", "cierre", "incident close", "einsatzabschluss",
        "afgesloten",
        "encerramento", "鎮火時刻",
    ),
}  # fmt: skip

NOT_A_STAMP = (
    "generated", "updated", "modified", "loaded", "exported", "watch date", "data as of",
    "birth", "mise a jour", "制表时间", "统计时间", "更新时间", "导出时间", "row id", "scraped",
        "dispatch date",
)  # fmt: skip
"""Times of the export, not of the call."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def plain_header(header: str) -> str:
    """A header in lower case, its words apart: ``OnSceneDtTm`` -> ``on scene dt tm``.

    Accents of Latin letters are left out, so that an export that lost them reads the same.
    """
    words = _NOT_WORD.sub(" ", _CAMEL.sub(" ", header)).lower().strip()
    apart = unicodedata.normalize("NFKD", words)
    bare = "".join(char for char in apart if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFC", bare)


def header_score(header: str, phrases: tuple[str, ...]) -> float:
    """0 (no phrase fits) to 1 (the header is one of the phrases; the first ones fit best)."""
    plain = plain_header(header)
    if not plain:
        return 0.0
    joined = plain.replace(" ", "")
    best = 0.0
    for rank, listed in enumerate(phrases):
        phrase = plain_header(listed)
        lead = 0.05 * (1 - rank / len(phrases))
        together = phrase.replace(" ", "")
        if plain == phrase or joined == together:
            best = max(best, 0.95 + lead)
        elif _contains(plain, phrase) or (together != phrase and together in joined):
            best = max(best, 0.45 + 0.35 * len(phrase) / len(plain) + lead)
    return best


def names_axis(header: str, axis: str) -> bool:
    """Whether a header has the letter of an axis (``x`` or ``y``) for a word: ``MTM8_X``."""
    return axis in plain_header(header).split()


def may_be_a_stamp(header: str) -> bool:
    """Whether a column of times may belong to the call, rather than to the export or a person."""
    plain = plain_header(header)
    return not any(phrase in plain for phrase in NOT_A_STAMP)


def may_name_a_clock(header: str) -> bool:
    """Whether numbers such as 2305 under this header may be times of day."""
    plain = plain_header(header)
    if set(plain.split()) & {
        "seconds",
        "secs",
        "sec",
        "minutes",
        "mins",
        "min",
        "duration",
        "duree",
    }:
        return False
    clocks = {"time", "tm", "hhmm", "hora", "heure", "zeit", "uhrzeit", "tijd", "hour"}
    return bool(set(plain.split()) & clocks) or "时间" in plain or "时刻" in plain


def may_name_a_time(header: str) -> bool:
    """Whether bare numbers under this header may be times: it says so, or says nothing."""
    plain = plain_header(header)
    if re.fullmatch(r"column \d+|\w{0,2}|[a-z] ?\d+", plain):
        return True
    if any(header_score(header, phrases) >= 0.95 for phrases in COLUMN_PHRASES.values()):
        return False
    words = set(plain.split()) | {plain}
    named = words & {
        "time", "date", "timestamp", "ts", "dt", "dttm", "epoch", "datum", "zeit", "hora", "fecha",
        "heure", "tijd", "dat",
    }  # fmt: skip
    stamped = any(header_score(header, phrases) > 0 for phrases in STAMP_PHRASES.values())
    return bool(named) or stamped or any(word in plain for word in ("时间", "日期", "日時", "時刻"))


def _contains(plain: str, phrase: str) -> bool:
    if phrase.isascii():
        return len(phrase) > 1 and f" {phrase} " in f" {plain} "
    return phrase in plain
