"""The words of a hearing's page, in both languages."""

from collections.abc import Sequence

from routing.words import Lang, Text

WORDS = {
    "title": Text("Schools and ways to school: for the hearing", "学校布局与上下学方案：听证材料"),
    "public": Text("For the public. “<{min_cell}”: fewer than {min_cell} pupils; “–”: not told, so that nothing about a few pupils can be worked out, or there is none.", "公开版。“<{min_cell}”表示少于{min_cell}人；“–”表示为避免推算出少数学生情况而不列出，或无此项。"),
    "internal": Text("Internal: small groups are shown. Not for the hearing itself.", "内部资料：含小于公开人数的分组，不得用于公开听证。"),
    "contents": Text("Contents", "目录"),
    "question": Text("The question", "问题"),
    "question_one": Text("Should everything stay as it is, or should “{name}” be chosen instead?", "是维持现状，还是改用“{name}”方案？"),
    "question_many": Text("Should everything stay as it is, or should one of these be chosen instead: {names}?", "是维持现状，还是改用以下方案之一：{names}？"),
    "quoted": Text("“{name}”", "“{name}”"),
    "present_text": Text("The first column, “{name}”, is how it is now.", "第一栏“{name}”为现状。"),
    "what_changes": Text("What each alternative changes", "各方案的改变"),
    "no_change": Text("nothing", "无改变"),
    "not_decided": Text("The computer decides nothing. It counts what each alternative would mean; people decide.", "计算机不作决定，只计算各方案的结果，由人决定。"),
    # rules
    "rules": Text("The rules given to the computer", "计算机所用规则"),
    "rules_text": Text("These rules decide who rides, who may be moved and what it costs. The column at the right says how well each is known; whoever doubts one may ask for another number.", "以下规则决定谁可乘车、谁可能转学以及费用多少。右栏注明依据的可靠程度；对任何一项有疑问，均可要求更换数值重算。"),
    "rules_other": Text("“{name}” is planned with other rules", "“{name}”使用了不同规则"),
    "rule": Text("rule", "规则"),
    "value": Text("value", "数值"),
    "unit": Text("unit", "单位"),
    "source": Text("source", "来源"),
    "known": Text("how well known", "依据"),
    # alternatives
    "alternatives": Text("The alternatives side by side", "各方案对比"),
    "alternatives_text": Text("Amounts are estimates in yuan a year, rounded up; times are from door to door, rounded up. Each number leads to its row at the end of the page.", "金额为年度估算（元），向上取整；时间为门到门，向上取整。点击数字可查看页末数据行。"),
    "cost": Text("Cost a year, yuan", "年费用（元）"),
    "from_to": Text("{low} to {high}", "{low}至{high}"),
    "all_costs": Text("all items together", "合计"),
    "all_costs_source": Text("sum of the items before rounding", "各项取整前之和"),
    "buses": Text("Buses and schools", "校车与学校"),
    "pupils": Text("Pupils", "学生"),
    "by_way": Text("Pupils by way to school", "按上学方式的学生数"),
    "permits": Text("New permits", "新许可"),
    "cost_note": Text("The range is that of the estimate. Items are rounded one by one, so that they may add up to a little more than the whole. Teachers move with their pupils: no salary is counted as saved.", "区间为估算范围。各项分别取整，合计可能略有出入。教师随学生调动，不计节省工资。"),
    # maps
    "maps": Text("Two maps, one cursor", "双图对照"),
    "maps_text": Text("Left how it is now, right the alternative chosen below. Drag either map, use the buttons, or click a map and turn the wheel: both move; the ring shows the same place on both. Drawn are the morning lines, not the homes. Working maps: to be published they need the approval of maps.", "左为现状，右为下方所选方案。拖动任一图、使用按钮，或点击地图后滚动滚轮，两图同步；圆环在两图中指示同一地点。图中为上学线路，不显示住址。内部工作用图，公开发布前须经地图审核。"),
    "maps_print": Text("On paper every alternative has its map.", "打印时列出每个方案的地图。"),
    "choose": Text("Alternative shown at the right:", "右图显示："),
    "now": Text("now: {name}", "现状：{name}"),
    "then": Text("alternative: {name}", "方案：{name}"),
    "zoom_in": Text("Zoom in", "放大"),
    "zoom_out": Text("Zoom out", "缩小"),
    "zoom_all": Text("Whole county", "全图"),
    "near": Text("near", "附近："),
    "legend_school": Text("school", "学校"),
    "legend_closed": Text("school closed; red name: closes or opens in one of the alternatives", "撤并学校；红色校名：在某一方案中撤并或新办"),
    "legend_route": Text("bus line, as now", "与现状相同的线路"),
    "legend_new": Text("bus line on another way than now", "走向不同于现状的线路"),
    "legend_stop": Text("stop, as now", "现有站点"),
    "legend_new_stop": Text("stop at a new place", "新站点"),
    "legend_line": Text("public bus that pupils ride, straight from stop to stop", "学生乘坐的公交，站间以直线示意"),
    "legend_flow": Text("where pupils of a closed school go", "撤并学校学生去向"),
    "legend_up": Text("village with longer ways on the mean", "平均用时增加的村"),
    "legend_down": Text("village with shorter ways on the mean", "平均用时减少的村"),
    "osm": Text("Roads: © OpenStreetMap contributors, where they come from there.", "道路：如取自OpenStreetMap，© OpenStreetMap贡献者。"),
    # villages
    "villages": Text("What each village gains and loses", "各村的得失"),
    "villages_text": Text("Ways are from door to door, the longer of morning and afternoon; a change of less than a minute counts as none. Only villages where something changes are listed here; all are in the table at the end. Villages with few pupils are told together as “other villages”.", "用时为门到门（上学、放学取较长者），不足一分钟的变化不计。此处仅列有变化的村，全部见页末数据表；学生较少的村合并为“其他村”。"),
    "village": Text("village", "村"),
    "other_villages": Text("other villages", "其他村"),
    "nothing_changes": Text("Nothing changes for any village.", "各村均无变化。"),
    "moves": Text("Who goes from which school to which", "学生由哪校转至哪校"),
    "no_moves": Text("Nobody changes school.", "没有学生转学。"),
    # worse
    "worse": Text("Who is worse off", "谁的情况变差"),
    "worse_text": Text("Counted over all pupils, beside the present; no single child is shown.", "与现状相比，按全体学生统计，不显示任何个人。"),
    "times": Text("How much longer or shorter the way gets", "用时增减分布"),
    "hardship": Text("How hard pupils are hit", "受影响程度"),
    "hardship_text": Text("Severe, serious and minor start at the minutes more in the table below. Severe is also who loses the way to school or boards too young; serious is also whose day breaks a limit that it kept before; minor is also who must now board.", "严重、较重、轻度自下表所列增加分钟数起算。失去接送或低年级被迫寄宿亦为严重；新超出限值亦为较重；需新寄宿亦为轻度。"),
    "bands": Text("From how many minutes more", "起算分钟数"),
    "equity": Text("How evenly the ways are shared", "用时的公平性"),
    # gates
    "gates": Text("The gates of the law", "法定关口"),
    "gates_text": Text("What rules and notices ask of whoever closes a school. Met and not met are computed; the others people have to decide or to confirm.", "撤并学校须满足的法规和通知要求。“满足”和“不满足”由计算得出，其余须由人决定或确认。"),
    "no_gates": Text("No school closes and nobody changes school: no gate to pass.", "没有学校撤并，也没有学生转学：无须过关。"),
    "gate": Text("asked", "要求"),
    "evidence": Text("evidence", "依据数据"),
    "status": Text("status", "结论"),
    # found
    "found": Text("How the alternatives were found", "方案如何得出"),
    "found_text": Text("For each number of schools closed: how many sets of schools there are, how many were planned whole, what the best costs, and what no plan can cost less than.", "按撤并学校数列出：可能的组合数、已编制完整方案的组合数、最优方案费用，以及任何方案不可能低于的费用。"),
    "years": Text("Is it still right in other years?", "其他年份是否仍然合适"),
    # assumed
    "assumed": Text("What is assumed", "假定事项"),
    "assumed_text": Text("These numbers have no source that was read in full; they were left as they came with the program.", "以下数值没有完整核实的依据，采用程序自带的默认值。"),
    "assumed_more": Text("Driving times are computed from the roads, not measured. The hardship thresholds are ours. Each campus counts as a school in the costs. Weekly runs for boarders are not in the costs.", "行车时间由路网推算，非实测。困难程度的阈值为自定。费用中每个校区按一所学校计。寄宿生周末接送不计入费用。"),
    # check
    "check": Text("How to check", "如何核对"),
    "check_text": Text("Every number above is a cell of a table below: click it. The same tables are in the workbook “{book}” beside this page. Whoever has the planning files can plan again and compare.", "以上每个数字均为下列表格中的一个单元格，点击即可查看。相同表格见同目录工作簿“{book}”。持有规划文件者可重新编制并比对。"),
    "check_made": Text("How each plan was made", "各方案的编制"),
    "tables": Text("The tables", "数据表"),
    "row": Text("row", "行号"),
    "about": Text("about", "说明"),
    "about_text": Text("The tables behind the page “{page}”; column “{row}” is what its numbers refer to.", "网页“{page}”所依据的数据表；“{row}”列为网页中数字所指的行。"),
    "minutes": Text("min", "分钟"),
    "yes": Text("yes", "是"),
    "no": Text("no", "否"),
    "as_it_came": Text("as it came", "默认值"),
    "set_here": Text("set here", "本地设定"),
    "count_bad": Text("An alternative beside the present is wanted, five at most; there are {n}.", "现状之外需要一至五个方案；现有{n}个。"),
}  # fmt: skip
"""Sentences and labels of the page."""

TABLES = {
    "changes": Text("Changes", "改变"),
    "figures": Text("Figures", "主要指标"),
    "costs": Text("Costs", "费用"),
    "equity": Text("Fairness", "公平性"),
    "moves": Text("Changes of school", "转学去向"),
    "villages": Text("Villages", "各村"),
    "times": Text("Longer and shorter ways", "用时增减"),
    "hardship": Text("Hardship", "受影响程度"),
    "bands": Text("Hardship thresholds", "困难阈值"),
    "gates": Text("Gates", "关口"),
    "rules": Text("Rules", "规则"),
    "found": Text("Bounds", "界"),
    "years": Text("Years", "年份"),
    "made": Text("Making", "编制"),
}
"""Titles of the tables, and names of the workbook's sheets."""

_HEADS = {
    "plan": Text("alternative", "方案"),
    "change": Text("what changes", "改变"),
    "what": Text("figure", "指标"),
    "unit": Text("unit", "单位"),
    "meaning": Text("what it means", "含义"),
    "source": Text("source", "来源"),
    "item": Text("item", "项目"),
    "yuan": Text("yuan a year", "元/年"),
    "low_yuan": Text("at least", "下限"),
    "high_yuan": Text("at most", "上限"),
    "before": Text("from", "原学校"),
    "after": Text("to", "转入学校"),
    "n": Text("pupils", "学生数"),
    "village": Text("village", "村"),
    "n_students": Text("pupils", "学生数"),
    "n_changed": Text("change school", "转学"),
    "n_better": Text("shorter way", "用时减少"),
    "n_worse": Text("longer way, or none", "用时增加或失去接送"),
    "n_over": Text("beyond a limit", "超限"),
    "mean_more_min": Text("minutes more, mean", "平均增加（分）"),
    "class": Text("way to school", "用时变化"),
    "level": Text("hardship", "程度"),
    "g1_3": Text("grades 1-3, minutes", "1-3年级（分）"),
    "g4_6": Text("grades 4-6, minutes", "4-6年级（分）"),
    "g7_9": Text("grades 7-9, minutes", "7-9年级（分）"),
    "question": Text("asked", "要求"),
    "status": Text("status", "结论"),
    "evidence": Text("evidence", "依据数据"),
    "rule": Text("rule", "规则"),
    "value": Text("value", "数值"),
    "known": Text("how well known", "依据"),
    "set": Text("value set", "取值"),
    "n_closed": Text("schools closed", "撤并学校数"),
    "n_sets": Text("sets", "组合数"),
    "n_planned": Text("planned", "已编制"),
    "best_yuan": Text("best found, yuan a year", "最优（元/年）"),
    "least_yuan": Text("no plan below, yuan a year", "下界（元/年）"),
    "gap_yuan": Text("gap, yuan a year", "差距（元/年）"),
    "choice": Text("choice", "选择"),
    "year": Text("year", "年份"),
    "cost_yuan": Text("yuan a year", "元/年"),
    "n_small": Text("small schools left", "余小规模学校"),
    "feasible": Text("keeps the rules", "符合规则"),
    "chosen": Text("no other is better in all", "无全面更优者"),
}

_COLUMNS = {
    "changes": "plan change",
    "costs": "plan item yuan low_yuan high_yuan source",
    "moves": "plan before after n",
    "villages": "plan village n_students n_changed n_better n_worse n_over mean_more_min",
    "times": "plan class n",
    "hardship": "plan level n",
    "bands": "level g1_3 g4_6 g7_9",
    "gates": "plan question status evidence source",
    "rules": "plan rule value unit source known set",
    "found": "n_closed n_sets n_planned best_yuan least_yuan gap_yuan",
    "years": "choice year cost_yuan n_changed n_small feasible chosen",
    "made": "plan what value",
}

STATUS = {
    "met": Text("met", "满足"),
    "not_met": Text("not met", "不满足"),
    "people": Text("for people to decide", "由人决定"),
}
"""Of ``Gate.status``."""

KNOWN = {
    "law": Text("text of the rule read", "已读原文"),
    "excerpt": Text("seen in part", "见摘录"),
    "recalled": Text("from memory", "凭记忆"),
    "derived": Text("derived", "推算"),
    "assumed": Text("assumed", "假定"),
}
"""How well a rule is known, by the words at the ends of its source."""

_MORE = (
    ("1", "1 to under 5 minutes", "1至不足5分钟"), ("5", "5 to under 10 minutes", "5至不足10分钟"),
    ("10", "10 to under 20 minutes", "10至不足20分钟"), ("20", "20 to under 30 minutes", "20至不足30分钟"),
    ("30", "30 minutes and more", "30分钟及以上"),
)  # fmt: skip

BINS = {
    "worse": (
        ("worse", Text("longer way, or none", "用时增加或失去接送")),
        *((f"worse_{code}", Text(f"longer by {en}", f"增加{zh}")) for code, en, zh in _MORE),
        ("worse_lost", Text("no way any more", "失去接送")),
    ),
    "better": (
        ("better", Text("shorter way, or one at last", "用时减少或获得接送")),
        *((f"better_{code}", Text(f"shorter by {en}", f"减少{zh}")) for code, en, zh in _MORE),
        ("better_found", Text("a way where there was none", "由无接送变为有接送")),
    ),
    "same": (("same", Text("less than a minute's change", "变化不足一分钟")),),
    "unknown": (("unknown", Text("no time on one side: boarders, nothing arranged, or in one plan only", "一方无用时：寄宿、未安排或仅见于一方")),),
}  # fmt: skip
"""Classes of longer and shorter ways, each block's sum first."""

MADE = {
    "version": Text("version of the program", "程序版本"),
    "seed": Text("seed", "随机种子"),
    "seconds": Text("seconds given to the search", "搜索时限（秒）"),
    "buses": Text("buses", "校车数"),
    "buses_least": Text("with these lines no fewer buses than", "按现有线路至少需校车"),
    "digest": Text("digest of the input files", "输入文件摘要"),
    "roads": Text("roads", "道路数据"),
}
"""How a plan was made."""

CHANGES = {
    "close": Text("{school} closes; each pupil goes to the best school with room", "撤并{school}，学生分别转入条件最合适且有余量的学校"),
    "close_to": Text("{school} closes; its pupils go to {to}", "撤并{school}，学生转入{to}"),
    "open": Text("{name} opens in {town}, grades {first} to {last}", "在{town}新开办{name}，{first}至{last}年级"),
    "grades": Text("{school} keeps grades {first} to {last}; the others go elsewhere", "{school}保留{first}至{last}年级，其余年级转出"),
    "grades_to": Text("{school} keeps grades {first} to {last}; the others go to {to}", "{school}保留{first}至{last}年级，其余年级转入{to}"),
    "merge": Text("{schools} become one school, {name}, on several campuses", "{schools}合并为{name}，一校多区"),
    "bell": Text("{school} begins at {clock}", "{school}改为{clock}上课"),
    "pupils": Text("some pupils go to {to}", "部分学生转入{to}"),
    "village": Text("pupils of {village} go to {to}", "{village}的学生转入{to}"),
    "fleet": Text("buses of type {kind}: {n}", "{kind}型校车：{n}辆"),
    "fleet_free": Text("buses of type {kind}: as many as needed", "{kind}型校车：按需"),
    "rules": Text("other rules: {rules}", "规则调整：{rules}"),
    "year": Text("the pupils expected in {year}", "按{year}年预计学生"),
}  # fmt: skip
"""Changes of a scenario."""


def say(key: str, lang: Lang, **values: object) -> str:
    """Return a sentence of the page."""
    return WORDS[key].say(lang, **values)


def heads(table: str, plans: Sequence[str], lang: Lang) -> dict[str, str]:
    """Return the heads of a table by column; figures have a column for each plan."""
    if table in {"figures", "equity"}:
        columns = ["what", *(f"p{at}" for at in range(len(plans))), "unit", "meaning", "source"]
        words = {f"p{at}": name for at, name in enumerate(plans)}
    else:
        columns, words = _COLUMNS[table].split(), {}
    return {column: words.get(column) or _HEADS[column].say(lang) for column in columns}
