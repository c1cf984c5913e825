"""What the validated simulation does not model, said with every report."""

from __future__ import annotations

from wardmote.core.domain.text import Bilingual

NOT_MODELLED: tuple[Bilingual, ...] = (
    Bilingual(
        zh="没有固定驻地的单位平时停在哪里，记录没有写明；按其最常服务的片区站点放置。",
        en="Where units without a fixed home wait is not recorded; they are placed at the post "
        "whose area they serve most.",
    ),
    Bilingual(
        zh="值班车辆整日照搬拟合期中的某一天（优先同一星期几，见 fit.duty）；预测期新增或停驶的"
        "车辆不知道。",
        en="Who is on duty is copied from whole days of those fitted on, the same day of the week "
        "where there was one (see fit.duty); units added or withdrawn since are not known.",
    ),
    Bilingual(
        zh="从接警到派警的时间、派几辆车、现场时长取自拟合期的同类警情，不模拟接警员排队。",
        en="The time from call to dispatch, the number of units and the time on scene come from "
        "past calls of the same kind; call takers are not simulated.",
    ),
    Bilingual(
        zh="当天的交通、天气和封路不知道；只有一天中各小时的平均差别。",
        en="The day's traffic, weather and closures are not known; only what differs between the "
        "hours of the day on average.",
    ),
    Bilingual(
        zh="途中改派不模拟；途中取消按拟合期的比例出现。",
        en="Units are not diverted on their way; cancellations on the way come as often as in the "
        "days fitted on.",
    ),
    Bilingual(
        zh="预测期警情的时间、地点、类别和等级是给定的，不是预测的。",
        en="When, where, what and how urgent the calls ahead are is given, not foretold.",
    ),
)
