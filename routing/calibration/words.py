"""What a calibration says to people: a table for the screen, a fragment for the policy."""

import math
from typing import Any

from routing.calibration.factors import ENOUGH_KM, Calibration
from routing.words import Lang, Text

CLASS_WORDS = {
    "motorway": Text("motorway", "高速公路"),
    "trunk": Text("trunk", "干线道路"),
    "primary": Text("primary", "主要道路"),
    "secondary": Text("secondary", "次要道路"),
    "tertiary": Text("tertiary", "地方道路"),
    "unclassified": Text("unclassified", "一般道路"),
    "residential": Text("residential", "居住区道路"),
    "living_street": Text("living_street", "生活街道"),
    "service": Text("service", "内部道路"),
    "track": Text("track", "机耕路"),
}
_HEAD = Text(
    "class|km|hours|pieces|factor|quartiles|was|now",
    "道路等级|公里|小时|段数|系数|四分位|原值|新值",
)
_FEW = Text("not enough (under {km:g} km)", "数据不足（少于{km:g}公里）")
_FOUND = Text(
    "{n_points} points of {n_buses} bus(es): {n_runs} drives followed; halts of {standing:.1f} h "
    "cut out.",
    "{n_buses}辆车的{n_points}个轨迹点：匹配{n_runs}段行驶；剔除停车{standing:.1f}小时。",
)
_ODD = Text(
    "Left out: {n_off} points of driving off the roads, {n_repeated} repeated; {n_late} out of "
    "order were sorted in; {n_jumps} jumps.",
    "未使用：偏离道路{n_off}个点，重复{n_repeated}个点；乱序{n_late}个点已排序；跳点{n_jumps}处。",
)
_FAST = Text(
    "A factor under 1 means faster than planned: make sure that it is within the law.",
    "系数小于1表示比计划更快：请核实是否符合限速规定。",
)
_PRIVATE = Text(
    "Traces are personal data of drivers: keep them on this machine, delete them when done.",
    "轨迹属于驾驶人个人信息：请仅在本机保存，用后删除。",
)
_MADE = Text(
    "Made by schoolbus calibrate: observed over planned driving time by class of road.",
    "由schoolbus calibrate生成：各等级道路实测与计划行驶时间之比。",
)
_COPY = Text("Copy into policy.toml.", "请复制到policy.toml中。")
_RESET = Text(
    "The earlier time_factor is in the factors below: this line goes above every [table].",
    "原time_factor已计入以下系数：本行须放在所有[表]之前。",
)


def format_table(found: Calibration, lang: Lang = "en") -> str:
    """Return a calibration as lines of text: what was read, a row for each class, notes."""
    numbers = {name: getattr(found, name) for name in (
        "n_points", "n_buses", "n_runs", "n_off", "n_repeated", "n_late", "n_jumps",
    )}  # fmt: skip
    numbers["standing"] = found.standing_hours
    lines = [*(note.say(lang) for note in found.notes), _FOUND.say(lang, **numbers)]
    if found.n_off or found.n_repeated or found.n_late or found.n_jumps:
        lines.append(_ODD.say(lang, **numbers))
    rows = [_HEAD.say(lang).split("|")]
    rows += [_cells(row, lang) for row in found.table.itertuples(index=False)]
    widths = [max(_width(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    if (found.table["enough"] & (found.table["now"] < 1)).any():
        lines.append(_FAST.say(lang))
    return "\n".join([*lines, _PRIVATE.say(lang)])


def format_fragment(found: Calibration) -> str:
    """Return the factors as TOML that ``read_policy`` takes, with comments in both languages."""
    lines = [f"# {text.say(lang)}" for text in (_MADE, _COPY) for lang in ("en", "zh")]
    if found.resets:
        lines += [f"# {_RESET.en}", f"# {_RESET.zh}", "time_factor = 1.0", ""]
    lines.append("[time_factors]")
    for row in found.table.itertuples(index=False):
        said = [_said(row, lang) for lang in ("en", "zh")]
        lines.append(f"{row.road_class} = {float(row.now)}  # {said[0]} / {said[1]}")
    return "\n".join(lines) + "\n"


def _cells(row: Any, lang: Lang) -> list[str]:
    driven = row.n_pieces > 0 or row.km > 0
    quartiles = f"{row.low:.2f} {row.middle:.2f} {row.high:.2f}" if row.n_pieces else "-"
    return [
        CLASS_WORDS[row.road_class].say(lang), f"{row.km:.1f}", f"{row.hours:.2f}",
        str(row.n_pieces), f"{row.factor:.2f}" if driven else "-", quartiles, f"{row.was:g}",
        f"{row.now:.3f}" if row.enough else _FEW.say(lang, km=ENOUGH_KM),
    ]  # fmt: skip


def _said(row: Any, lang: Lang) -> str:
    if not row.enough or math.isnan(row.factor):
        return _FEW.say(lang, km=ENOUGH_KM)
    quartiles = f" {row.low:.2f} {row.middle:.2f} {row.high:.2f}" if row.n_pieces else ""
    words = Text("{km:.1f} km, quartiles{q}", "{km:.1f}公里，四分位{q}")
    return words.say(lang, km=row.km, q=quartiles)


def _width(text: str) -> int:
    """Return how wide a text is on a screen: Chinese characters take two places."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
