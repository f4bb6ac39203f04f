"""What the gates of closing schools ask, where each comes from, and the words for room."""

from routing.gates.facts import CLASS_INCOMPLETE, CLASS_JUNIOR, CLASS_PRIMARY
from routing.scenario.rooms import KINDS_OF_ROOM
from routing.words import Text

NOTICE = Text(
    "Ministry of Education notice 2016-10-09 (excerpt)", "教育部办公厅2016-10-09通报（摘录）"
)
SMALL_OFFICE = Text("State Council office 2018-27 (excerpt)", "国办发〔2018〕27号（摘录）")
SOURCES = {
    "publicity": Text("Ministry notice 2016-10-09; length: Hebei, one month (excerpt)", "教育部办公厅2016-10-09通报；时长参照河北一个月（摘录）"),
    "approval": Text(
        "Ministry notice 2016-10-09 (excerpt); the level in Shandong was not found, ask the province",
        "教育部办公厅2016-10-09通报（摘录）；山东现行审批层级未查到，请向省里核实",
    ),
    "oversize": Text(
        "Ministry notice 2016-10-09 (excerpt); size of a school: standard 2017-6 (recalled)",
        "教育部办公厅2016-10-09通报（摘录）；学校规模：教督〔2017〕6号（凭记忆）",
    ),
    "class_size": Text(
        "Ministry notice 2016-10-09 (excerpt); size of a class: GB 50099-2011, 3.0.1 (excerpt)",
        "教育部办公厅2016-10-09通报（摘录）；班额：GB 50099-2011第3.0.1条（摘录）",
    ),
    "young_boarders": SMALL_OFFICE,
    "half_hour": SMALL_OFFICE,
    "new_small": Text("Dongchangfu plan 2023, item 7 (law); what is small: State Council office 2018-27 (excerpt)", "东昌府区2023年方案第7项；小规模：国办发〔2018〕27号（摘录）"),
    "town_junior": Text("State Council office 2012-48 (excerpt)", "国办发〔2012〕48号（摘录）"),
    "protected": Text("Anqiu plan 2023, item 4: schools kept by the plan are run well (law)", "安丘市2023年方案第4项：坚决办好规划保留的乡村学校"),
    "lunch_bus": Text("Anqiu plan 2023, item 4; Dongchangfu plan 2023, item 9 (law)", "安丘市2023年方案第4项；东昌府区2023年方案第9项"),
}  # fmt: skip
QUESTIONS = {
    "plan": Text("Is there a plan to close, adopted school by school?", "是否已制定撤并方案（一校一案）？"),
    "assessment": Text("Has the plan been assessed?", "是否已组织论证？"),
    "hearing": Text("Have hearings been held, so that the public takes part?", "是否已通过听证会等多种途径听取意见？"),
    "publicity": Text("Has the plan been public for {days} days?", "方案是否已公示{days}天？"),
    "approval": Text("Has the plan been approved?", "是否已报批？"),
    "build_first": Text("Is what pupils need built before their school closes?", "是否先建后撤？"),
    "majority": Text("Does no majority of parents, or of a hearing, oppose it?", "多数家长或听证会多数代表是否不反对？"),
    "transport": Text("Is the way to school secured for every pupil who moves?", "转学学生上下学交通是否均有保障？"),
    "board_or_meal": Text("Have the schools that take pupils enough beds and meals?", "并入学校住宿和就餐条件是否满足需要？"),
    "oversize": Text("Does no school become oversized?", "是否不会造成超大规模学校？"),
    "class_size": Text("Does no class become oversized?", "是否不会造成大班额？"),
    "young_boarders": Text("Does no pupil below grade {grade} have to board?", "{grade}年级以下学生是否无须寄宿？"),
    "half_hour": Text("Do grades 1-3 who move need no more than {minutes:g} minutes?", "转学的一至三年级学生路途时间是否不超过{minutes:g}分钟？"),
    "new_small": Text("Does no other school become small?", "是否没有新增小规模学校？"),
    "town_junior": Text("Does every town keep its junior school?", "各乡镇是否均保留初中？"),
    "protected": Text("Do the schools that the plan keeps stay open?", "规划保留的学校是否均保留？"),
    "lunch_bus": Text("Have pupils of closed schools lunch and a way to school?", "撤并学校学生的午餐和接送是否有保障？"),
}  # fmt: skip


KINDS = {
    **KINDS_OF_ROOM,
    "classes": Text(
        f"classes (of at most {CLASS_PRIMARY} pupils in primary, {CLASS_JUNIOR} in junior grades; "
        f"{CLASS_INCOMPLETE} where a school does not reach grade 6)",
        f"班级（每班小学至多{CLASS_PRIMARY}人、初中{CLASS_JUNIOR}人，非完全小学{CLASS_INCOMPLETE}人）",
    ),
}
