"""The lines of a plan as strips to hang out: stop names and times, no map and no coordinates.

A map that is shown to the public needs approval (Regulations on Maps, art. 15); a strip of
names does not show where anything lies. The page is one HTML file without script or request.
"""

from pathlib import Path
from typing import Any

from routing.atomic import write_text
from routing.outputs.exports import log_export
from routing.outputs.masking import Mask, Privacy
from routing.outputs.pages import render_page
from routing.outputs.palette import BUS_COLOURS
from routing.outputs.schematic_lines import Line, find_lines, rising
from routing.records import Plan
from routing.units import format_clock, format_metres
from routing.words import Lang, Text

WORDS = {
    "title": Text("School bus lines", "校车线路示意图"),
    "public": Text(
        "Schematic: the order of the stops and their times. Not a map and not to scale.",
        "线路示意图：仅表示站点顺序和时间。非地图，不按比例，不表示地理位置。",
    ),
    "internal": Text(
        "INTERNAL working drawing: tells how many pupils board. Do not hang out. Not to scale.",
        "内部工作用图：含各站乘车人数，不得张贴或外传。不按比例。",
    ),
    "line": Text("Line {n}", "{n}号线"),
    "ends": Text("{first} – {last}", "{first} — {last}"),
    "morning": Text("to school ↓", "上学 ↓"),
    "afternoon": Text("home ↑", "放学 ↑"),
    "home_only": Text("home ↓", "放学 ↓"),
    "stop": Text("Stop", "站点"),
    "pupils": Text("Pupils", "人数"),
    "facts": Text("{km} · {minutes} min · bus {buses}", "{km} · {minutes}分钟 · 车辆{buses}"),
    "other_order": Text(
        "In the afternoon the bus calls in another order; the times hold.",
        "放学时停靠顺序不同，以时刻为准。",
    ),
    "keys": Text("● stop   ■ school   small figures: along the road from the stop before", "● 站点　■ 学校　小字为距上一站的沿路里程"),
    "policy": Text("Plan under the rules “{policy}”, version {version}", "方案规则：{policy}，版本{version}"),
    "nothing": Text("No bus drives under this plan.", "本方案无校车运行。"),
}  # fmt: skip


def write_line_sheets(
    plan: Plan, path: Path | str, *, lang: Lang = "en", privacy: Privacy = "public"
) -> Path:
    """Write every bus line of a plan as a strip of stop names and times, on pages of A4.

    Parameters
    ----------
    plan
        The plan; one without buses gives a page that says so.
    path
        The .html file to make or replace.
    lang
        "en" or "zh".
    privacy
        "public" counts no pupils at all; "internal" says how many board at each stop.

    Returns
    -------
    path
        The file.

    Raises
    ------
    RoutingError
        When the file cannot be written, or ``privacy`` is neither word.
    """
    mask = Mask(plan.policy.min_cell, privacy)
    page = render_page("schematic", _content(plan, mask, lang))
    return log_export(write_text(path, page), privacy, lang)


def _content(plan: Plan, mask: Mask, lang: Lang) -> dict[str, Any]:
    lines = find_lines(plan, mask)
    return {
        "lang": "zh-CN" if lang == "zh" else "en",
        "title": WORDS["title"].say(lang),
        "note": WORDS[mask.privacy].say(lang),
        "internal": mask.privacy == "internal",
        "lines": [_strip(line, mask, lang) for line in lines],
        "nothing": WORDS["nothing"].say(lang),
        "keys": WORDS["keys"].say(lang),
        "foot": WORDS["policy"].say(lang, policy=plan.policy.name, version=plan.made.version),
    }


def _strip(line: Line, mask: Mask, lang: Lang) -> dict[str, Any]:
    """Return one line in words, ready to print."""
    homeward = all(call.morning_s is None for call in line.calls)
    both = not homeward and any(call.afternoon_s is not None for call in line.calls)
    heads = ["home_only" if homeward else "morning", "stop", *(["afternoon"] if both else [])]
    names = [call.name for call in line.calls] or [""]
    km = format_metres(line.length_m, lang)
    minutes, buses = round(line.duration_s / 60), ", ".join(line.buses)
    return {
        "name": WORDS["line"].say(lang, n=line.number),
        "ends": WORDS["ends"].say(lang, first=names[0], last=names[-1]),
        "facts": WORDS["facts"].say(lang, km=km, minutes=minutes, buses=buses),
        "colour": (line.number - 1) % len(BUS_COLOURS),
        "heads": [WORDS[head].say(lang) for head in heads],
        "both": both,
        "pupils": WORDS["pupils"].say(lang) if mask.privacy == "internal" else "",
        "warning": WORDS["other_order"].say(lang) if both and not rising(line.calls) else "",
        "rows": [
            {
                "first": _clock(call.afternoon_s if homeward else call.morning_s),
                "second": _clock(call.afternoon_s),
                "name": call.name,
                "school": call.kind == "school",
                "leg": "" if call.leg_m is None else format_metres(call.leg_m, lang),
                "pupils": call.pupils,
            }
            for call in line.calls
        ],
    }


def _clock(time_s: int | None) -> str:
    return "–" if time_s is None else format_clock(time_s)
