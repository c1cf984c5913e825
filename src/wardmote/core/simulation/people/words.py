"""What simulated callers say. Invented; no sentence comes from a real call."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from wardmote.core.domain.text import Bilingual

WORDS: Mapping[str, tuple[Bilingual, ...]] = {
    "offence.public_order.fight": (
        Bilingual("烧烤摊前有几个人打起来了，快来人", "Several men are fighting outside the barbecue stall"),
        Bilingual("网吧门口两拨人动手了", "Two groups are fighting in front of the internet café"),
    ),
    "offence.public_order.assault": (
        Bilingual("停车起争执，对方动手打人", "A quarrel over parking, and he hit me"),
    ),
    "offence.public_order.domestic_violence": (
        Bilingual("隔壁在打老婆，孩子一直哭", "The man next door is beating his wife, a child is crying"),
    ),
    "offence.public_order.noise": (
        Bilingual("楼下音响放到半夜，睡不了觉", "Loudspeakers downstairs since midnight, nobody can sleep"),
        Bilingual("隔壁装修，午休也不停", "Drilling next door right through the noon rest"),
    ),
    "offence.public_order.drunk": (
        Bilingual("有个醉汉在店里摔东西", "A drunk is smashing things in the shop"),
    ),
    "offence.public_order.suspicious": (
        Bilingual("有人挨个拉车门", "Somebody is trying car doors along the street"),
    ),
    "offence.criminal.theft": (
        Bilingual("电动车电瓶被偷了", "The battery of my e-bike has been stolen"),
        Bilingual("菜市场里手机被摸走了", "My phone was taken at the market"),
    ),
    "offence.criminal.burglary": (
        Bilingual("回家发现门被撬了", "I came home and the door has been forced"),
    ),
    "offence.criminal.robbery": (
        Bilingual("有人抢了我的包往桥那边跑了", "Somebody snatched my bag and ran towards the bridge"),
    ),
    "offence.criminal.fraud": (
        Bilingual("我妈刚给一个假客服转了账", "My mother has just paid a false customer service"),
    ),
    "traffic.damage": (
        Bilingual("两车追尾，人没事，堵路了", "Rear-end collision, nobody hurt, the road is blocked"),
        Bilingual("路口剐蹭，双方说不清", "A scrape at the crossing, they cannot agree"),
    ),
    "traffic.injury": (
        Bilingual("三轮车翻了，老人腿动不了", "A tricycle turned over, the old man cannot move his leg"),
        Bilingual("摩托车撞了行人，在流血", "A motorcycle hit somebody on foot, there is blood"),
    ),
    "traffic.congestion": (
        Bilingual("红绿灯坏了，路口全堵死", "The lights are out and the crossing is jammed"),
    ),
    "traffic.parking": (
        Bilingual("车堵在消防通道，联系不上车主", "A car blocks the fire lane, the owner does not answer"),
    ),
    "dispute.neighbour": (
        Bilingual("楼上漏水，说了三次都不修", "Water from upstairs, asked three times, nothing done"),
        Bilingual("为晒谷场吵起来了，要动手", "Quarrel over the drying ground, about to turn nasty"),
    ),
    "dispute.family": (
        Bilingual("兄弟俩为分家吵得厉害", "Two brothers quarrel over dividing the house"),
    ),
    "dispute.wages": (
        Bilingual("工地拖了三个月工钱，工友堵门了", "Three months of wages unpaid, workers block the gate"),
    ),
    "dispute.consumer": (
        Bilingual("理发店办卡不给退", "The hairdresser will not refund the card"),
    ),
    "dispute.tenancy": (
        Bilingual("房东换锁不让进门", "The landlord changed the lock"),
    ),
    "dispute.land": (
        Bilingual("为田埂界线两家又吵起来", "Two families quarrel again over the field boundary"),
    ),
    "help.missing_person": (
        Bilingual("老人下午出门没回来，有点糊涂", "Grandfather went out and has not come back, he is confused"),
        Bilingual("孩子放学没到家", "The child has not come home from school"),
    ),
    "help.locked_out": (
        Bilingual("门反锁了，锅还在灶上", "Locked out, and a pot is on the stove"),
    ),
    "help.welfare_check": (
        Bilingual("独居老人两天没开门，帮忙看看", "An old woman living alone has not opened for two days"),
    ),
    "help.animal": (
        Bilingual("有条蛇进了院子", "A snake came into the yard"),
    ),
    "help.drowning": (
        Bilingual("河里有人喊救命", "Somebody in the river is calling for help"),
    ),
    "help.lost_property": (
        Bilingual("包忘在三轮车上了", "I left my bag on a tricycle"),
    ),
    "help.enquiry": (
        Bilingual("问一下身份证在哪里补", "Where can I renew an identity card?"),
    ),
    "fire.structure": (
        Bilingual("三楼冒烟，能看到火", "Smoke from the third floor, flames visible"),
    ),
    "fire.outside": (
        Bilingual("后山有人烧荒，火大了", "Somebody burns scrub on the hill and it is spreading"),
    ),
    "medical.illness": (
        Bilingual("老人胸口疼，喘不上气", "An old man with chest pain, short of breath"),
    ),
    "fraud_warning.telecom": (
        Bilingual("预警：居民正与疑似诈骗号码通话", "Warning: a resident is on the line with a suspected fraudster"),
    ),
    "hazard.gas": (
        Bilingual("楼道里煤气味很重", "A strong smell of gas on the stairs"),
    ),
    "hazard.road": (
        Bilingual("窨井盖没了，差点掉进去", "A manhole cover is gone, I nearly fell in"),
        Bilingual("山路落石，占了半边", "Rocks on the mountain road, half of it blocked"),
    ),
    "hazard.electric": (
        Bilingual("电线断了垂在路上", "A power line hangs down over the road"),
    ),
    "hazard.fire_risk": (
        Bilingual("楼道里电动车充电，一堆", "E-bikes charging all over the stairwell"),
    ),
    "invalid.silent": (Bilingual("无人说话，有电视声", "Nobody speaks, a television is heard"),),
    "invalid.misdial": (Bilingual("打错了，对不起", "Wrong number, sorry"),),
}  # fmt: skip
"""Sentences by category code; categories without any use their top category's."""


def say(category: str, rng: np.random.Generator) -> Bilingual:
    """What a caller says about a call of `category`; empty when there are no words for it."""
    known = WORDS.get(category)
    if known is None:
        known = tuple(
            sentence
            for code, sentences in WORDS.items()
            if code.split(".")[0] == category.split(".", maxsplit=1)[0]
            for sentence in sentences
        )
    return known[int(rng.integers(len(known)))] if known else Bilingual("", "")
