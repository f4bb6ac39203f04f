"""Words for every code of a comparison, in both languages."""

from routing.words import Lang, Text

MODES = {
    "walk": Text("on foot", "步行"),
    "bus": Text("school bus", "校车"),
    "transit": Text("public bus", "公交"),
    "board": Text("boards", "寄宿"),
    "unserved": Text("nothing arranged", "未安排"),
    "": Text("–", "–"),
}
"""Ways to school; "" where the pupil is in the other plan only."""

HARDSHIP = {
    "none": Text("none", "无"),
    "minor": Text("minor", "轻度"),
    "serious": Text("serious", "较重"),
    "severe": Text("severe", "严重"),
}
"""Levels of hardship, the least first."""

BREAKS = {
    "ride": Text("ride over the limit", "乘车超时"),
    "door": Text("door to door over the limit", "门到门超时"),
    "half_hour": Text("grades 1-3 over half an hour", "1-3年级超过半小时"),
    "early": Text("picked up too early", "上车过早"),
    "unserved": Text("no way arranged", "未安排接送"),
    "board_young": Text("boards below the grade allowed", "低年级寄宿"),
}
"""Limits that a pupil's day may break."""

SIDES = {
    "both": Text("in both plans", "两方案均有"),
    "only_before": Text("only in the present", "仅现状有"),
    "only_after": Text("only in the alternative", "仅比选方案有"),
}
"""Whether a pupil is in both plans."""

BY = {
    "all": Text("all", "全部"),
    "village": Text("village", "村"),
    "grade": Text("grade", "年级"),
    "school": Text("school until now", "原就读学校"),
    "town": Text("township of the school", "学校所在乡镇"),
}
"""What groups are made by."""

GIVE_BACK = Text(
    "To have it that nobody's way gets longer than {minutes} minutes, set worse_off_max_s = {seconds} in the rules, or add SetPolicy({{\"worse_off_max_s\": {seconds}}}) to the scenario, and solve again.",
    "若要求任何学生上学用时增加不超过{minutes}分钟，请在规则中设worse_off_max_s = {seconds}，或在情景中加入SetPolicy({{\"worse_off_max_s\": {seconds}}})，然后重新求解。",
)  # fmt: skip

PHRASES = {
    "pupil": Text("{student} (grade {grade}, {village}; pupils: {n})", "{student}（{grade}年级，{village}，{n}人）"),
    "stays": Text("stays at {school}", "仍就读{school}"),
    "moves": Text("goes from {before} to {after}", "由{before}转至{after}"),
    "leaves": Text("is in the present only, at {school}", "仅见于现状，就读{school}"),
    "comes": Text("is in the alternative only, at {school}", "仅见于比选方案，就读{school}"),
    "way": Text("{mode}, {minutes}", "{mode}{minutes}"),
    "no_time": Text("{mode}", "{mode}"),
    "now_then": Text("now {before}; then {after}", "现为{before}；将为{after}"),
    "longer": Text("{minutes} longer", "增加{minutes}"),
    "shorter": Text("{minutes} shorter", "减少{minutes}"),
    "same": Text("as long as before", "用时不变"),
    "breaks": Text("breaks: {breaks}", "超出：{breaks}"),
    "unknown_village": Text("village unknown", "村名不详"),
    "unknown": Text("unknown", "不详"),
    "elsewhere": Text("other villages", "其他村"),
    "others": Text("smaller ones together", "其他（合并）"),
}  # fmt: skip
"""Parts of sentences about one pupil."""

HEADS = {
    "student_id": Text("student", "学生"),
    "village": Text("village", "村"),
    "grade": Text("grade", "年级"),
    "n_students": Text("students", "人数"),
    "school_before": Text("school now", "现就读学校"),
    "school_after": Text("school then", "拟就读学校"),
    "mode_before": Text("way now", "现方式"),
    "mode_after": Text("way then", "拟方式"),
    "door_before_min": Text("minutes now", "现用时（分）"),
    "door_after_min": Text("minutes then", "拟用时（分）"),
    "more_min": Text("minutes more", "增加（分）"),
    "mean_more_min": Text("minutes more, mean", "平均增加（分）"),
    "max_more_min": Text("minutes more, most", "最多增加（分）"),
    "hardship": Text("hardship", "困难程度"),
    "breaks": Text("limits broken", "超出的限值"),
    "new_breaks": Text("of these new", "其中新增"),
    "side": Text("in which plan", "所在方案"),
    "by": Text("by", "分组"),
    "group": Text("group", "组别"),
    "n_changed": Text("change school", "更换学校人数"),
    "n_better": Text("better off", "用时减少人数"),
    "n_worse": Text("worse off", "用时增加人数"),
    "n_over": Text("a limit broken", "超限人数"),
    "figure": Text("figure", "指标"),
    "before": Text("now", "现状"),
    "after": Text("then", "比选方案"),
    "unit": Text("unit", "单位"),
    "meaning": Text("what it means", "含义"),
    "source": Text("source", "来源"),
    "plan": Text("alternative", "比选方案名称"),
}  # fmt: skip
"""Column headers of the public and internal lists."""


def say_breaks(codes: str, lang: Lang = "en") -> str:
    """Return limits broken in words.

    Parameters
    ----------
    codes
        Keys of ``BREAKS`` with blanks between, as in ``Comparison.pupils``.
    lang
        "en" or "zh".
    """
    comma = "、" if lang == "zh" else ", "
    return comma.join(BREAKS[code].say(lang) for code in codes.split())


def give_back(more_than_s: int) -> Text:
    """Return how "nobody worse than this" is given back as a rule.

    Parameters
    ----------
    more_than_s
        The loss that nobody may exceed (s); it becomes the policy's ``worse_off_max_s``.
    """
    return GIVE_BACK.fill(minutes=f"{more_than_s / 60:g}", seconds=more_than_s)
