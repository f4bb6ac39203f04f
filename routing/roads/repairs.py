"""What was mended or left out while roads were read, in words for the planner."""

from routing.roads.network import Source
from routing.roads.restrictions import CONDITIONAL, NOT_FOR_BUSES, OUTSIDE
from routing.words import Text

REPAIR_WORDS = {
    "nodes missing": Text(
        "{file}: {n} point(s) of roads are missing; roads end there, as at the edge of the extract.",
        "{file}：缺少{n}个道路节点，道路在此中断（如路网边界处）。",
    ),
    "ways of one node": Text(
        "{file}: {n} piece(s) of road with a single point left out.",
        "{file}：{n}段仅有一个节点的道路已略去。",
    ),
    "duplicate ways": Text(
        "{file}: {n} road(s) drawn twice, taken once.", "{file}：{n}条道路重复绘制，只取其一。"
    ),
    "lengths": Text(
        "{file}: {n} length(s) that cannot be, measured anew.",
        "{file}：{n}处长度不合理，已重新量算。",
    ),
    "speeds": Text(
        "{file}: {n} speed limit(s) that cannot be, left out.",
        "{file}：{n}处限速不合理，已略去。",
    ),
    "conditional limits": Text(
        "{file}: {n} road(s) with limits of size by hour or weather, which are not applied; look at them.",
        "{file}：{n}条道路有分时或分天气的限高、限宽或限重，未予执行，请核对。",
    ),
    CONDITIONAL: Text(
        "{file}: {n} turn restriction(s) by hour or season, which are not applied; look at them.",
        "{file}：{n}处转向限制分时段或季节，未予执行，请核对。",
    ),
    NOT_FOR_BUSES: Text(
        "{file}: {n} turn restriction(s) from which buses are excepted, left out.",
        "{file}：{n}处转向限制不适用于客车，已略去。",
    ),
    OUTSIDE: Text(
        "{file}: {n} turn restriction(s) left out that point outside the extract or do not say where they hold.",
        "{file}：{n}处转向限制指向路网之外或位置不明，已略去。",
    ),
}  # fmt: skip
"""A sentence for each name under which ``Source.repaired`` counts; edits have their own."""


def repair_notes(source: Source) -> list[Text]:
    """Return one sentence for each kind of repair, in the order of ``REPAIR_WORDS``.

    Parameters
    ----------
    source
        Of the roads.
    """
    return [
        words.fill(file=source.name, n=source.repaired[key])
        for key, words in REPAIR_WORDS.items()
        if source.repaired.get(key)
    ]
