"""The category tree that is shipped: what people call about, and what it is called.

Headings follow the practice of Chinese 110 control rooms: criminal and public-order offences
(刑事、治安), traffic, disputes, requests for help, fire and medical calls handed over (三台合一),
warnings of fraud received, hazards, invalid calls. APCO codes are those of APCO ANS 2.103.1
(Public Safety Communications Common Incident Types for Data Exchange).
"""

from __future__ import annotations

from wardmote.core.domain.categories import Category, CategoryTree, Words
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.text import Bilingual


def _heading(code: str, zh: str, en: str, priority: int) -> Category:
    return Category(code, Bilingual(zh, en), Priority(priority), selectable=False)


def _leaf(
    code: str, zh: str, en: str, priority: int, words_zh: str, words_en: str, apco: str = ""
) -> Category:
    words = Words(tuple(words_zh.split()), tuple(w.strip() for w in words_en.split(",") if w))
    return Category(code, Bilingual(zh, en), Priority(priority), words, tuple(apco.split()))


_CRIMINAL = (
    _heading("offence", "违法犯罪", "Offence", 2),
    _heading("offence.criminal", "刑事警情", "Criminal offence", 2),
    _leaf("offence.criminal.homicide", "杀人", "Homicide", 1,
          "杀人 砍死 捅死 命案", "murder, homicide, killed", "HOMICIDE"),
    _leaf("offence.criminal.weapon", "持械伤人", "Attack with a weapon", 1,
          "持刀 砍人 捅人 拿刀 刀伤 持枪", "knife, stabbing, stabbed, gun, shooting, armed",
          "STABBING SHOOT"),
    _leaf("offence.criminal.robbery", "抢劫抢夺", "Robbery", 1,
          "抢劫 抢夺 被抢 抢包", "robbery, robbed, mugged, snatched", "ROBBERY CARJACK"),
    _leaf("offence.criminal.sexual", "性侵害", "Sexual offence", 1,
          "强奸 性侵 猥亵", "rape, sexual assault, molested", "SEXOFFNS INDECENT"),
    _leaf("offence.criminal.abduction", "绑架劫持", "Abduction or hostage", 1,
          "绑架 劫持 拐走 人质", "kidnap, kidnapped, abducted, hostage",
          "ABDUCTNF HOSTAGE ABDUCTF"),
    _leaf("offence.criminal.explosives", "爆炸放火", "Explosives or arson", 1,
          "爆炸物 炸弹 放火 纵火", "bomb, explosive, arson", "BOMB EXPLOS FARSON"),
    _leaf("offence.criminal.burglary", "入室盗窃", "Burglary", 2,
          "入室盗窃 撬门 撬锁 家里被盗 翻窗", "burglary, break-in, broke in", "BURGLARY"),
    _leaf("offence.criminal.theft", "盗窃", "Theft", 3,
          "盗窃 被偷 偷了 小偷 扒手", "theft, stolen, thief, pickpocket",
          "LARCENY SHOPLIFT PROPSTLN"),
    _leaf("offence.criminal.vehicle_theft", "盗窃车辆", "Vehicle theft", 3,
          "车被偷 偷车 盗窃电动车 电动车被偷", "stolen car, stolen bike, vehicle theft",
          "PROPSTLN"),
    _leaf("offence.criminal.fraud", "诈骗", "Fraud", 2,
          "诈骗 被骗 骗了 刷单 转账被骗", "fraud, scam, scammed, swindled", "FRAUD CNTRFT"),
    _leaf("offence.criminal.extortion", "敲诈勒索", "Extortion", 2,
          "敲诈 勒索", "extortion, blackmail", "EXTORT"),
    _leaf("offence.criminal.drugs", "毒品", "Drugs", 2,
          "吸毒 贩毒 毒品", "drugs, drug dealing", "DRUGS DRUGPAR"),
    _leaf("offence.criminal.other", "其他刑事警情", "Other criminal offence", 2, "", "", "SUSP"),
)  # fmt: skip

_PUBLIC_ORDER = (
    _heading("offence.public_order", "治安警情", "Public-order offence", 2),
    _leaf("offence.public_order.fight", "打架斗殴", "Fight", 1,
          "打架 斗殴 打起来 群殴 互殴", "fight, fighting, brawl", "FIGHT ASSAULT"),
    _leaf("offence.public_order.assault", "殴打他人", "Assault", 2,
          "被打 打人 殴打", "assault, assaulted, hit me, beaten", "ASSAULT"),
    _leaf("offence.public_order.domestic_violence", "家庭暴力", "Domestic violence", 1,
          "家暴 家庭暴力 老公打 丈夫打", "domestic violence, husband hit, wife hit", "DVA"),
    _leaf("offence.public_order.threat", "威胁恐吓", "Threats", 2,
          "威胁 恐吓", "threat, threatened, threatening", "THREATS"),
    _leaf("offence.public_order.harassment", "骚扰", "Harassment", 3,
          "骚扰 跟踪 尾随", "harass, harassment, stalking, followed", "HARR"),
    _leaf("offence.public_order.damage", "损毁财物", "Damage to property", 3,
          "砸车 砸坏 毁坏 损坏财物", "vandalism, smashed, damaged property", "MISCON"),
    _leaf("offence.public_order.gambling", "赌博", "Gambling", 3,
          "赌博 聚赌 麻将赌钱", "gambling", "MISCON"),
    _leaf("offence.public_order.vice", "卖淫嫖娼", "Prostitution", 3,
          "卖淫 嫖娼", "prostitution, vice", "INDECENT"),
    _leaf("offence.public_order.disturbance", "扰乱秩序", "Disturbance", 2,
          "闹事 扰乱 滋事 起哄 聚众", "disturbance, disorder, rowdy", "DISORD CIVDIS"),
    _leaf("offence.public_order.drunk", "醉酒滋事", "Drunk and disorderly", 2,
          "醉酒 喝醉 酒闹 耍酒疯", "drunk, intoxicated", "INTOX LIQUOR"),
    _leaf("offence.public_order.trespass", "非法侵入", "Trespass", 3,
          "闯入 非法侵入 擅自进入", "trespass, trespassing, intruder", "TRESPASS"),
    _leaf("offence.public_order.noise", "噪音扰民", "Noise", 4,
          "噪音 扰民 太吵 广场舞 装修声", "noise, loud music, noisy", "NOISE"),
    _leaf("offence.public_order.suspicious", "可疑情况", "Suspicious circumstances", 3,
          "可疑 形迹可疑", "suspicious, prowler", "SUSP PERSUSP"),
    _leaf("offence.public_order.other", "其他治安警情", "Other public-order offence", 3,
          "", "", "MISCON"),
)  # fmt: skip

_TRAFFIC = (
    _heading("traffic", "交通警情", "Traffic", 2),
    _leaf("traffic.injury", "人伤事故", "Collision with injuries", 1,
          "车祸有人受伤 撞人 撞伤 轧伤 人伤",
          "hit a pedestrian, injury accident, run over, injured in a crash", "MVAINJY"),
    _leaf("traffic.damage", "财损事故", "Collision, damage only", 3,
          "追尾 刮擦 剐蹭 撞车 车祸 交通事故",
          "collision, crash, car accident, rear-ended, scratched", "MVA MVAUNK"),
    _leaf("traffic.hit_and_run", "肇事逃逸", "Hit and run", 2,
          "逃逸 肇事逃逸 撞了就跑", "hit and run, drove away", "MVAHR"),
    _leaf("traffic.drunk_driving", "酒驾", "Drunk driving", 2,
          "酒驾 醉驾 酒后开车", "drunk driving, drink driving, dui", "DUI"),
    _leaf("traffic.dangerous", "危险驾驶", "Dangerous driving", 2,
          "飙车 逆行 危险驾驶 超速", "reckless, racing, wrong way, speeding",
          "RECKDRV CRIMTRAF ELUDING"),
    _leaf("traffic.congestion", "交通拥堵", "Congestion or signal fault", 3,
          "堵车 拥堵 红绿灯坏 信号灯", "congestion, traffic jam, signal out", "THAZ"),
    _leaf("traffic.parking", "违停挪车", "Parking or moving a car", 4,
          "违停 挪车 堵门 占车位 乱停", "parking, parked, blocking the gate", "PARKING TOW"),
    _leaf("traffic.breakdown", "车辆故障", "Broken-down vehicle", 3,
          "抛锚 车坏了 爆胎", "breakdown, broken down, disabled vehicle, flat tyre", "DISVEH"),
    _leaf("traffic.other", "其他交通警情", "Other traffic call", 3, "", "", "THAZ"),
)  # fmt: skip

_DISPUTE = (
    _heading("dispute", "纠纷", "Dispute", 3),
    _leaf("dispute.neighbour", "邻里纠纷", "Neighbour dispute", 3,
          "邻居 邻里 楼上 楼下 隔壁 漏水纠纷", "neighbour, neighbor, upstairs, next door", "CIVIL"),
    _leaf("dispute.family", "家庭纠纷", "Family dispute", 3,
          "夫妻吵架 家庭纠纷 婆媳 吵架 两口子", "family dispute, domestic dispute, quarrel",
          "DVNA"),
    _leaf("dispute.marriage", "婚恋纠纷", "Marriage or relationship dispute", 3,
          "离婚 彩礼 分手 婚姻 恋爱纠纷", "divorce, bride price, break-up", "DVNA"),
    _leaf("dispute.wages", "劳资纠纷", "Wage dispute", 3,
          "工资 欠薪 讨薪 劳资 拖欠工资", "wages, unpaid, salary, employer", "CIVIL"),
    _leaf("dispute.consumer", "消费纠纷", "Consumer dispute", 4,
          "退款 消费纠纷 不退钱 缺斤少两 退货", "refund, overcharged, shop dispute", "CIVIL"),
    _leaf("dispute.debt", "债务纠纷", "Debt dispute", 3,
          "欠钱 债务 借钱不还 讨债", "debt, owes me, loan", "CIVIL"),
    _leaf("dispute.land", "土地山林纠纷", "Land or forest dispute", 3,
          "宅基地 土地 山林 田界 地界 水渠", "land dispute, boundary, homestead, forest land",
          "CIVIL"),
    _leaf("dispute.property", "物业纠纷", "Property management dispute", 3,
          "物业 业主 物业费", "property management, homeowners, service charge", "CIVIL"),
    _leaf("dispute.tenancy", "租赁纠纷", "Tenancy dispute", 3,
          "房东 租客 押金 租房", "landlord, tenant, deposit, rent", "CIVIL"),
    _leaf("dispute.traffic_damage", "交通损害纠纷", "Dispute over traffic damage", 3,
          "赔偿谈不拢 定损 车损赔偿 事故赔偿", "compensation for the crash, damages dispute",
          "CIVIL"),
    _leaf("dispute.medical", "医患纠纷", "Dispute with a hospital", 2,
          "医患 医闹 医疗纠纷", "medical dispute, hospital dispute", "CIVIL"),
    _leaf("dispute.school", "校园纠纷", "School dispute", 2,
          "校园纠纷 同学欺负 霸凌", "school dispute, bullying", "CIVIL"),
    _leaf("dispute.other", "其他纠纷", "Other dispute", 3, "纠纷 争吵", "dispute, argument",
          "CIVIL"),
)  # fmt: skip

_HELP = (
    _heading("help", "群众求助", "Request for help", 3),
    _leaf("help.suicide", "自杀轻生", "Threat of suicide", 1,
          "自杀 轻生 跳楼 跳桥 不想活", "suicide, suicidal, jump off, kill myself",
          "SUICTHRT SUICIDE"),
    _leaf("help.drowning", "落水溺水", "Person in the water", 1,
          "落水 溺水 掉河里 掉水里", "drowning, fell in the river, in the water", "DROWN RESCUE"),
    _leaf("help.missing_person", "人员走失", "Missing person", 2,
          "走失 走丢 找不到孩子 老人没回家 失踪", "missing, lost child, wandered off",
          "RUNAWAY ATL SAR"),
    _leaf("help.mental_health", "精神异常", "Person in mental distress", 2,
          "精神病 精神异常 发疯", "mental, hallucinating, in distress", "EDP"),
    _leaf("help.trapped", "被困", "Trapped person", 2,
          "被困 电梯困 困在", "trapped, stuck in a lift, stuck in an elevator", "ENTRAP RESCUE"),
    _leaf("help.locked_out", "开锁求助", "Locked out", 4,
          "开锁 忘带钥匙 反锁 进不去门", "locked out, lost keys", "ASSIST"),
    _leaf("help.welfare_check", "上门查看", "Welfare check", 3,
          "联系不上 查看 敲门没人应", "welfare check, not answering", "ASSIST"),
    _leaf("help.lost_property", "遗失财物", "Lost property", 4,
          "丢了 遗失 手机掉 忘在车上", "lost my, left in a taxi, lost property", "PROPLOST"),
    _leaf("help.found_property", "捡拾财物", "Found property", 4,
          "捡到 拾到", "found a, found property", "PROPFND"),
    _leaf("help.animal", "动物求助", "Animal", 3,
          "狗咬 蛇 马蜂 野猪 恶犬", "dog, snake, animal, wasps", "ANIMAL BITE"),
    _leaf("help.enquiry", "咨询", "Enquiry", 4, "咨询 请问", "question, information", "INFO"),
    _leaf("help.complaint", "投诉监督", "Complaint about the police", 4,
          "投诉民警 投诉派出所", "complaint about an officer", "ADMIN"),
    _leaf("help.other", "其他求助", "Other request for help", 3, "求助 帮忙", "help",
          "CITASST ASSIST"),
)  # fmt: skip

_HANDED_OVER = (
    _heading("fire", "火警", "Fire", 1),
    _leaf("fire.structure", "建筑火灾", "Building fire", 1,
          "着火 起火 房子烧 失火 冒烟", "fire, house on fire, building fire, burning",
          "FSTRU FSMOKE"),
    _leaf("fire.vehicle", "车辆火灾", "Vehicle fire", 1,
          "车着火 汽车自燃 电动车起火", "car fire, vehicle fire", "FVEH FTRUCK"),
    _leaf("fire.outside", "野外火灾", "Outside fire", 2,
          "山火 林火 草地着火 垃圾着火", "wildfire, brush fire, grass fire, rubbish fire",
          "FBRUSH FTRASH"),
    _leaf("fire.alarm", "火灾报警", "Fire alarm", 2,
          "烟感 火灾报警器", "fire alarm, smoke alarm", "ALRF ALRHEAT ALRPULL"),
    _leaf("fire.rescue", "抢险救援", "Technical rescue", 1,
          "倒塌 塌方 抢险", "collapse, technical rescue", "RESCUE BLDCLPSE ENTRAP"),
    _leaf("fire.other", "其他火警", "Other fire call", 2, "", "", "FOTHER FUNK"),
    _heading("medical", "医疗急救", "Medical", 1),
    _leaf("medical.life_threatening", "危重急症", "Life-threatening emergency", 1,
          "没呼吸 心跳停 昏迷 大出血 心脏病", "not breathing, cardiac, unconscious, heart attack",
          "CARDIAC PERUNCON CHOKE STROKE RESPARR BLEEDING"),
    _leaf("medical.illness", "急病", "Illness", 2,
          "发病 肚子疼 晕倒 救护车", "sick, ill, fainted, ambulance", "SICK ALS BLS CHESPAIN"),
    _leaf("medical.injury", "外伤", "Injury", 2,
          "摔伤 受伤 骨折 烫伤", "injured, fell, fracture, burn", "TRAUMA FALL BURN"),
    _leaf("medical.other", "其他急救", "Other medical call", 2, "", "", "ALRMED"),
)  # fmt: skip

_REST = (
    _heading("fraud_warning", "预警劝阻", "Fraud warning", 2),
    _leaf("fraud_warning.telecom", "电信诈骗预警", "Telecom fraud warning", 2,
          "反诈预警 冒充客服 屏幕共享 正在被骗", "fraud warning, being scammed now",
          "FRAUD INTERNET"),
    _leaf("fraud_warning.follow_up", "诈骗回访", "Fraud follow-up", 3, "回访劝阻", "", "FRAUD"),
    _heading("hazard", "隐患险情", "Hazard", 3),
    _leaf("hazard.gas", "燃气泄漏", "Gas leak", 1,
          "煤气泄漏 燃气 天然气味", "gas leak, smell of gas", "GASLEAK ODOR"),
    _leaf("hazard.chemical", "危化品", "Hazardous material", 1,
          "危化品 化学品泄漏", "chemical spill, hazmat", "HAZMAT CHEMICAL"),
    _leaf("hazard.electric", "电力险情", "Electrical hazard", 2,
          "电线掉 漏电 高压线", "power line down, live wire", "ELECHZD ELEC"),
    _leaf("hazard.flood", "汛情灾害", "Flood or landslide", 1,
          "洪水 内涝 山体滑坡 泥石流", "flood, landslide", "SAR PUBWKS"),
    _leaf("hazard.road", "道路隐患", "Road hazard", 2,
          "井盖 路面塌陷 落石 树倒", "manhole, fallen tree, debris, road hazard", "THAZ"),
    _leaf("hazard.fire_risk", "消防隐患", "Fire risk", 3,
          "楼道充电 飞线充电 消防通道", "blocked fire exit, charging in the hallway"),
    _leaf("hazard.utility", "公共设施", "Public utility fault", 4,
          "停水 停电 路灯坏", "no water, power cut, street light", "PUBWKS"),
    _leaf("hazard.other", "其他隐患", "Other hazard", 3, "隐患", "hazard", "PUBWKS"),
    _heading("invalid", "无效警情", "Invalid call", 4),
    _leaf("invalid.silent", "无声电话", "Silent call", 3, "", "", "911OPN 911H"),
    _leaf("invalid.misdial", "误拨", "Misdial", 4, "打错 误拨 不小心按", "misdial, wrong number",
          "911H"),
    _leaf("invalid.hoax", "骚扰谎报", "Hoax", 4, "谎报 恶作剧", "hoax, prank", "PHANDLE"),
    _leaf("invalid.repeat", "重复报警", "Repeated call", 4, "重复报警", "calling again", ""),
    _leaf("invalid.test", "测试", "Test call", 4, "测试", "test call", "TRAINDRL"),
)  # fmt: skip

SHIPPED_CATEGORIES = CategoryTree(
    "categories/1",
    (*_CRIMINAL, *_PUBLIC_ORDER, *_TRAFFIC, *_DISPUTE, *_HELP, *_HANDED_OVER, *_REST),
)
