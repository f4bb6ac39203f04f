"""Are two names of places the same name? Suffixes, old and other characters that do not count."""

import re
import unicodedata
from collections import Counter

_OFFICES = re.compile(
    "(村民委员会|居民委员会|村委会|居委会|委员会|社区服务中心|社区|行政村|自然村|中心村|管理区|村委|村)$"
)
"""What stands behind a village's name and is no part of it."""

_TOWN_ENDS = re.compile("(镇人民政府|乡人民政府|街道办事处|办事处|街道|镇|乡|开发区)$")
_BRACKETS = re.compile(r"[(（【\[].*?[)）】\]]")

_OLD = str.maketrans(
    "莊樓張陳劉趙孫馬鄭韓馮許呂楊吳黃東後廟橋園閣閻蕭葉鄧蔣賈範盧龍鳳門關鎮鄉縣灣溝嶺"
    "廠營橫裡裏舊頭臺寶雙羅蘇齊魯衛謝鄒聶鍾賴龐閆顧萬蓮魚鴨圍場壩濱濟臨淺澗漢溫漁沖濰",
    "庄楼张陈刘赵孙马郑韩冯许吕杨吴黄东后庙桥园阁阎萧叶邓蒋贾范卢龙凤门关镇乡县湾沟岭"
    "厂营横里里旧头台宝双罗苏齐鲁卫谢邹聂钟赖庞闫顾万莲鱼鸭围场坝滨济临浅涧汉温渔冲潍",
)
"""Traditional characters of village names; one character each, no dictionary needed."""

_VARIANTS = str.maketrans("傅闫肖於砦戸", "付阎萧于寨户")
"""Two ways to write one character of a village's name. Sounds alike (王 and 汪, 于 and 余) and
small words (李庄, 李家庄) are not among them: both are real neighbours (measured)."""

_TELLING = frozenset("东西南北中前后左右上下大小新老旧内外一二三四五六七八九十")
"""Characters that tell one village from its neighbour: 前王庄 is not 后王庄."""


def plain_place(name: str) -> str:
    """Return a village's name in one form: 李庄村村委会 and ``李莊（自然村）`` are 李庄.

    Width, case, blanks, what stands in brackets, traditional characters and the office
    behind the name do not count. A name never becomes shorter than two characters by it.
    """
    text = plain_signs(name)
    while (cut := _OFFICES.sub("", text)) != text and len(cut) >= 2:
        text = cut
    return text


def plain_signs(name: str) -> str:
    """Return a name in normal width and small letters, without blanks, marks and brackets."""
    text = unicodedata.normalize("NFKC", name).casefold()
    bare = _BRACKETS.sub("", text)
    text = "".join(filter(str.isalnum, bare)) or "".join(filter(str.isalnum, text))
    return text.translate(_OLD).translate(_VARIANTS)


def plain_town(name: str) -> str:
    """Return a town's name without 镇, 乡, 街道; one of one character keeps it."""
    text = plain_place(name)
    cut = _TOWN_ENDS.sub("", text, count=1)
    return cut if len(cut) >= 2 else text


def tells_apart(one: str, other: str) -> bool:
    """Return whether two names differ in a word for side, size, age or number."""
    counts = Counter(one), Counter(other)
    changed = (counts[0] - counts[1]) + (counts[1] - counts[0])
    return not _TELLING.isdisjoint(changed) or any(char.isdigit() for char in changed)
