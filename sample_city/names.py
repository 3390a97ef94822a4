"""Made names that read like the city's: persons, enterprises, agencies, trade associations.

The words are common ones; a name that happens to exist means nobody. Enterprises carry 样例 in their name.
"""

import dataclasses

import numpy
import numpy.typing

# GB/T 4754-2017 sections, with the share of a city of services and electronics.
INDUSTRY_SHARES = {
    "C": 0.24,
    "E": 0.06,
    "F": 0.22,
    "G": 0.06,
    "H": 0.05,
    "I": 0.14,
    "J": 0.02,
    "K": 0.04,
    "L": 0.08,
    "M": 0.05,
    "O": 0.02,
    "R": 0.02,
}

_INDUSTRY_WORDS = {
    "C": ("电子", "精密制造", "光电", "新材料", "生物医药", "智能装备"),
    "E": ("建设工程", "装饰工程"),
    "F": ("商贸", "供应链", "进出口"),
    "G": ("物流", "速运", "冷链"),
    "H": ("餐饮管理", "酒店管理"),
    "I": ("信息技术", "软件", "网络科技", "人工智能"),
    "J": ("投资咨询", "融资租赁"),
    "K": ("物业管理", "置业"),
    "L": ("人力资源", "企业服务", "会展"),
    "M": ("检测技术", "设计研究"),
    "O": ("家政服务", "维修服务"),
    "R": ("文化传播", "体育文化"),
}

_FAMILY_NAMES = tuple("陈林李黄张王刘吴杨罗何郑谢许曾邓彭蔡叶周梁赖钟廖温古范丘")
_GIVEN_CHARACTERS = tuple("文华建国志明海燕晓丽伟强静敏芳军平玉兰春秀俊杰思雨子涵家欣浩然嘉怡梓轩佳琪")
_BRAND_CHARACTERS = tuple("鹏海湾创新达盛安泰联科信博瑞恒宏嘉德辉泽诚毅远翔启源和润")

_AGENCY_WORDS = ("春晖", "同心", "晴朗", "暖阳", "乐群", "启航", "心连", "正阳", "慧谷", "益邻", "众善", "仁爱")
_AGENCY_KINDS = ("社会工作服务中心", "社工服务社", "社会服务中心", "公益服务中心")

_TRADES = {
    "C": "电子元器件 照明 钟表 黄金珠宝 服装 家具 印刷 模具 医疗器械 生物医药 新材料 电池 "
    "机器人 无人机 半导体 显示 玩具 眼镜 皮革 包装 机械 化工 食品 饮料 纺织",
    "E": "建筑 装饰 园林 消防 钢结构 建筑节能 室内设计 市政工程",
    "F": "零售 跨境电商 家电 汽车流通 酒类 茶叶 图书发行 连锁经营 进出口 农产品 建材",
    "G": "物流 供应链 快递 货运代理 港口 航空 冷链 道路运输",
    "H": "餐饮 酒店 烹饪 饭店 民宿",
    "I": "软件 大数据 人工智能 物联网 信息安全 区块链 互联网 云计算 数字创意 电子竞技 智慧城市",
    "J": "金融科技 创业投资 融资租赁 典当 小额贷款 保险中介 私募基金",
    "K": "物业管理 房地产经纪 城市更新 不动产估价",
    "L": "人力资源 会展 广告 旅行社 保安服务 咨询 租赁 知识产权服务",
    "M": "检验检测 工业设计 科技服务 标准化 计量 勘察设计",
    "O": "家政 美容美发 汽车维修 清洗 洗涤",
    "R": "文化产业 影视 体育 游戏 演艺 动漫 文化旅游",
}
_ASSOCIATION_KINDS = (
    "行业协会",
    "商会",
    "促进会",
    "联合会",
    "产业协会",
    "企业协会",
    "服务商会",
    "同业公会",
    "发展协会",
    "创新协会",
    "供应链协会",
)


@dataclasses.dataclass(frozen=True)
class Trade:
    """What an association stands for: its name, its trade in words, the trade's GB/T 4754 section."""

    name: str
    words: str
    industry: str


def persons(family: numpy.random.Generator, given: numpy.random.Generator, count: int) -> list[str]:
    """Names of persons; the first ones stay the same however many are asked for."""
    families = family.integers(0, len(_FAMILY_NAMES), count)
    characters = given.integers(0, len(_GIVEN_CHARACTERS), (count, 2))
    return [
        _FAMILY_NAMES[one] + _GIVEN_CHARACTERS[first] + _GIVEN_CHARACTERS[second]
        for one, (first, second) in zip(families.tolist(), characters.tolist(), strict=True)
    ]


def enterprises(
    brand: numpy.random.Generator, trade: numpy.random.Generator, industries: numpy.typing.NDArray[numpy.object_]
) -> list[str]:
    """Names of enterprises of the given industries; the first ones stay the same however many there are."""
    characters = brand.integers(0, len(_BRAND_CHARACTERS), (len(industries), 3)).tolist()
    chances = trade.random(len(industries)).tolist()
    return [
        f"深圳市{''.join(_BRAND_CHARACTERS[position] for position in three)}"
        f"{_INDUSTRY_WORDS[industry][int(chance * len(_INDUSTRY_WORDS[industry]))]}（样例）有限公司"
        for three, chance, industry in zip(characters, chances, industries, strict=True)
    ]


def agencies(generator: numpy.random.Generator, count: int) -> list[str]:
    """Names of social-work agencies, no two the same."""
    brands = [f"{first}{second}" for first in _AGENCY_WORDS for second in _BRAND_CHARACTERS]
    chosen = generator.permutation(len(brands))[:count]
    return [
        f"深圳市{brands[brand]}{_AGENCY_KINDS[position % len(_AGENCY_KINDS)]}（样例）"
        for position, brand in enumerate(chosen)
    ]


def association_trades(count: int) -> list[Trade]:
    """What the city's associations stand for, no two of the same name."""
    trades = [(industry, words) for industry, text in _TRADES.items() for words in text.split()]
    everything = [Trade(f"{words}{kind}", words, industry) for kind in _ASSOCIATION_KINDS for industry, words in trades]
    return everything[:count]
