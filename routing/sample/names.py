"""Made names of towns, villages and roads, in the manner of the plain."""

from collections.abc import Iterator

import numpy as np

FAMILIES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢唐冯于董程曹袁邓许傅曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田任姜范方石姚谭邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
VILLAGE_ENDS = (
    "庄",
    "庄",
    "庄",
    "集",
    "堂",
    "楼",
    "屯",
    "寨",
    "营",
    "铺",
    "口",
    "坊",
    "家庄",
    "官屯",
    "海",
    "庙",
)
SIDES = ("前", "后", "东", "西", "南", "北", "大", "小")
TOWN_HEADS = "槐柳桑梨枣杏榆菊芦苇荷菱"
TOWN_ENDS = "桥陵坡岗堤渡泉塘亭台湾园"


def village_names(rng: np.random.Generator) -> Iterator[str]:
    """Yield village names without end, none twice, such as 前王庄 or 李集.

    Parameters
    ----------
    rng
        Where chance comes from.
    """
    seen: set[str] = set()
    while True:
        family = FAMILIES[int(rng.integers(len(FAMILIES)))]
        end = VILLAGE_ENDS[int(rng.integers(len(VILLAGE_ENDS)))]
        side = SIDES[int(rng.integers(len(SIDES)))] if rng.random() < 0.3 else ""
        name = f"{side}{family}{end}"
        if name not in seen:
            seen.add(name)
            yield name


def town_names(rng: np.random.Generator) -> Iterator[str]:
    """Yield town names, no first or second character twice, such as 柳桥镇.

    Parameters
    ----------
    rng
        Where chance comes from.
    """
    heads, ends = rng.permutation(len(TOWN_HEADS)), rng.permutation(len(TOWN_ENDS))
    for head, end in zip(heads, ends, strict=True):
        yield f"{TOWN_HEADS[head]}{TOWN_ENDS[end]}镇"


def road_name(start: str, end: str, kind: str = "路") -> str:
    """Return the name of a road between two towns, such as 槐柳路."""
    return f"{start[:1]}{end[:1]}{kind}"
