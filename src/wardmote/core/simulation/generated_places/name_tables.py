"""Characters with their pinyin, from which invented names are composed."""

from __future__ import annotations

Syllable = tuple[str, str]


def _table(text: str) -> tuple[Syllable, ...]:
    words = text.split()
    return tuple(zip(words[::2], words[1::2], strict=True))


PLACE_FIRST = _table(
    "澄 cheng 岚 lan 栖 qi 霁 ji 泠 ling 霖 lin 皓 hao 翎 ling 筠 yun 颂 song 峤 qiao "
    "屏 ping 蕴 yun 漪 yi 瑶 yao 珞 luo 璞 pu 琅 lang 曦 xi 朔 shuo 鹤 he 鹭 lu "
    "槐 huai 桐 tong 樟 zhang 荻 di 蒲 pu 芷 zhi 莲 lian 菱 ling 溪 xi 潭 tan"
)
PLACE_SECOND = _table(
    "浦 pu 泽 ze 岭 ling 汀 ting 渚 zhu 坪 ping 峪 yu 岫 xiu 坞 wu 岙 ao 埠 bu 甸 dian 墅 shu "
    "堰 yan 渡 du 垣 yuan 漾 yang 桥 qiao 台 tai 亭 ting 阁 ge 坡 po 湾 wan 浜 bang 渠 qu"
)
SURNAMES = _table(
    "王 wang 李 li 张 zhang 刘 liu 陈 chen 杨 yang 黄 huang 赵 zhao 周 zhou 吴 wu 徐 xu 孙 sun "
    "马 ma 朱 zhu 胡 hu 郭 guo 何 he 林 lin 罗 luo 高 gao 郑 zheng 梁 liang 谢 xie 宋 song "
    "唐 tang 许 xu 邓 deng 韩 han 冯 feng 曹 cao 彭 peng 曾 zeng 肖 xiao 田 tian 董 dong 潘 pan "
    "袁 yuan 蔡 cai 蒋 jiang 余 yu 于 yu 杜 du 叶 ye 程 cheng 魏 wei 苏 su 吕 lv 丁 ding 任 ren "
    "卢 lu 姚 yao 沈 shen 钟 zhong 姜 jiang 崔 cui 谭 tan 陆 lu 范 fan 汪 wang 廖 liao 石 shi"
)
VILLAGE_FIRST = _table(
    "青 qing 白 bai 红 hong 黄 huang 大 da 小 xiao 长 chang 上 shang 下 xia 石 shi 竹 zhu 松 song "
    "杉 shan 枫 feng 樟 zhang 茶 cha 荷 he 莲 lian 桃 tao 梅 mei 柳 liu 桂 gui 龙 long 凤 feng "
    "虎 hu 鹿 lu 鹤 he 鱼 yu 金 jin 银 yin 铜 tong 玉 yu 双 shuang 三 san 高 gao 平 ping 清 qing "
    "古 gu 新 xin 花 hua 月 yue 云 yun"
)
VILLAGE_SECOND = _table(
    "冲 chong 塘 tang 湾 wan 坪 ping 岭 ling 坳 ao 桥 qiao 井 jing 田 tian 洞 dong 溪 xi 江 jiang "
    "坡 po 坡 po 垅 long 院 yuan 庙 miao 亭 ting 铺 pu 岩 yan 山 shan 冈 gang 口 kou 泉 quan 坝 ba "
    "滩 tan 林 lin 坑 keng 台 tai 屋 wu"
)
COMMUNITY_FIRST = _table(
    "安 an 和 he 康 kang 宁 ning 乐 le 永 yong 福 fu 德 de 仁 ren 义 yi 惠 hui 明 ming 东 dong "
    "西 xi 南 nan 北 bei 文 wen 学 xue 春 chun 秋 qiu 晴 qing 晨 chen 锦 jin 兴 xing 昌 chang "
    "同 tong"
)
COMMUNITY_SECOND = _table(
    "乐 le 居 ju 苑 yuan 园 yuan 里 li 坊 fang 门 men 塔 ta 渡 du 桥 qiao 华 hua 盛 sheng 泰 tai "
    "祥 xiang 平 ping 丰 feng 裕 yu 庆 qing 荣 rong 堤 di"
)
STREET_FIRST = _table(
    "春 chun 晨 chen 朝 zhao 景 jing 和 he 文 wen 明 ming 书 shu 翰 han 育 yu 振 zhen 迎 ying "
    "望 wang 听 ting 临 lin 沐 mu 怀 huai 守 shou 惠 hui 敬 jing 思 si 知 zhi 致 zhi 崇 chong "
    "永 yong 长 chang 兴 xing 广 guang 金 jin 银 yin 紫 zi 翠 cui 碧 bi 丹 dan 墨 mo 素 su "
    "梧 wu 柏 bai 榆 yu 樱 ying 桂 gui 菊 ju 雁 yan 鸥 ou"
)
STREET_SECOND = _table(
    "和 he 晖 hui 霞 xia 阳 yang 月 yue 星 xing 云 yun 风 feng 雨 yu 泉 quan 石 shi 山 shan "
    "江 jiang 湖 hu 林 lin 竹 zhu 松 song 梅 mei 荷 he 德 de 善 shan 信 xin 义 yi 礼 li "
    "贤 xian 学 xue 才 cai 业 ye 安 an 宁 ning 康 kang 泰 tai 平 ping 丰 feng 盛 sheng 达 da "
    "通 tong 远 yuan 志 zhi 航 hang"
)
GIVEN = _table(
    "伟 wei 芳 fang 娜 na 敏 min 静 jing 丽 li 强 qiang 磊 lei 军 jun 洋 yang 勇 yong 艳 yan "
    "杰 jie 娟 juan 涛 tao 明 ming 超 chao 秀 xiu 霞 xia 平 ping 刚 gang 桂 gui 英 ying 华 hua "
    "玉 yu 萍 ping 红 hong 建 jian 文 wen 辉 hui 力 li 云 yun 飞 fei 鹏 peng 波 bo 斌 bin 宇 yu "
    "浩 hao 凯 kai 俊 jun 帆 fan 雪 xue 梅 mei 琴 qin 晨 chen 阳 yang 雨 yu 欣 xin 怡 yi 佳 jia "
    "志 zhi 国 guo 海 hai 新 xin 永 yong 林 lin 松 song 春 chun 宁 ning 安 an 洁 jie 颖 ying"
)
RIVER_FIRST = _table("澹 dan 泠 ling 涟 lian 潆 ying 浣 huan 淙 cong 漱 shu 湄 mei 滢 ying")
