"""What classes of days are called. A class is known by its English name, which may be any."""

from __future__ import annotations

from collections.abc import Mapping

from wardmote.core.domain.text import Bilingual

ORDINARY = "ordinary"
DAY_OFF = "substituted day off"
WORKING_WEEKEND = "working weekend"
BEFORE_SPRING_FESTIVAL = "before Spring Festival"
AFTER_SPRING_FESTIVAL = "after Spring Festival"
LANTERN_FESTIVAL = "Lantern Festival"

_CHINESE: Mapping[str, str] = {
    ORDINARY: "平日",
    DAY_OFF: "调休放假",
    WORKING_WEEKEND: "周末上班",
    BEFORE_SPRING_FESTIVAL: "春节前",
    AFTER_SPRING_FESTIVAL: "春节后",
    LANTERN_FESTIVAL: "元宵节",
    "Chinese New Year's Eve": "除夕",
    "Chinese New Year (Spring Festival)": "春节",
    "Chinese New Year Extended Holiday": "春节延长假",
    "Women's Day": "妇女节",
    "Tomb-Sweeping Day": "清明节",
    "Labor Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-Autumn Festival": "中秋节",
    "National Day": "国庆节",
    "New Year's Day": "元旦",
    "eve of New Year's Day": "元旦前夜",
    "Christmas Day": "圣诞节",
    "eve of Christmas Day": "平安夜",
    "Second Day of Christmas": "圣诞节次日",
    "Good Friday": "耶稣受难日",
    "Easter Monday": "复活节星期一",
    "Ascension Day": "耶稣升天节",
    "Pentecost Monday": "圣灵降临节星期一",
    "All Saints' Day": "诸圣节",
    "Thanksgiving Day": "感恩节",
    "Independence Day": "独立日",
    "Juneteenth National Independence Day": "六月节",
    "Martin Luther King Jr. Day": "马丁·路德·金纪念日",
    "Memorial Day": "阵亡将士纪念日",
    "Veterans Day": "退伍军人节",
    "Washington's Birthday": "华盛顿诞辰",
    "Columbus Day": "哥伦布日",
    "German Unity Day": "德国统一日",
}


def day_name(kind: str) -> Bilingual:
    """The name of a class of days; in English where there is no Chinese one."""
    return Bilingual(zh=_CHINESE.get(kind, kind), en=kind)
