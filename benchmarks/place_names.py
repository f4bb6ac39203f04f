"""How often does the gazetteer find a badly written village, and how often the wrong one? Counts.

Every name of a map's villages is written badly in several ways and looked for; and every
village is left out of the gazetteer and looked for by its right name, where any answer is
wrong. A name written badly that is then the very name of another village is counted apart:
nothing can tell. ``python benchmarks/place_names.py data/sample/roads.osm.pbf``
"""

import argparse
import random
from collections import Counter
from pathlib import Path

from routing.inputs import gazetteer as gz
from routing.inputs.place_names import plain_place
from routing.roads.places import NamedPlace, read_places

HOMOPHONES = {
    "付": "傅",
    "阎": "闫",
    "王": "汪",
    "张": "章",
    "刘": "柳",
    "卢": "芦",
    "唐": "塘",
    "姚": "尧",
}


def wrong_sign(name: str, rng: random.Random, signs: str) -> str:
    at = rng.randrange(len(name))
    return name[:at] + rng.choice([s for s in signs if s != name[at]]) + name[at + 1 :]


def missing_sign(name: str, rng: random.Random, _signs: str) -> str:
    at = rng.randrange(len(name))
    return name[:at] + name[at + 1 :]


def twice(name: str, rng: random.Random, _signs: str) -> str:
    at = rng.randrange(len(name))
    return name[: at + 1] + name[at:]


def swapped(name: str, rng: random.Random, _signs: str) -> str:
    at = rng.randrange(len(name) - 1)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def suffix(name: str, rng: random.Random, _signs: str) -> str:
    return name + rng.choice(["村", "村委会", "自然村", "社区"])


def homophone(name: str, _rng: random.Random, _signs: str) -> str:
    return "".join(HOMOPHONES.get(sign, sign) for sign in name)


WAYS = {f.__name__: f for f in (suffix, homophone, wrong_sign, missing_sign, twice, swapped)}


def judge(match: gz.Match, place: NamedPlace | None) -> str:
    if match.precision == "doubtful":
        return "doubtful"
    near = place and abs(match.lon - place.lon) < 0.02 and abs(match.lat - place.lat) < 0.02
    return "right" if near else "WRONG"


def count(places: list[NamedPlace], seed: int) -> dict[str, Counter[str]]:
    rng, book = random.Random(seed), gz.make_gazetteer((), places)
    signs = "".join(place.name for place in places)
    found: dict[str, Counter[str]] = {}
    for way, spoil in WAYS.items():
        for place in places:
            bad = spoil(place.name, rng, signs) if len(place.name) > 1 else place.name
            if plain_place(bad) != plain_place(place.name):
                verdict = judge(gz.find_place(book, bad), place)
                other = verdict == "WRONG" and plain_place(bad) in book.by_plain
                found.setdefault(way, Counter())["other" if other else verdict] += 1
            elif bad != place.name:
                found.setdefault(way, Counter())[judge(gz.find_place(book, bad), place)] += 1
    for at, place in enumerate(places):
        less = gz.make_gazetteer(
            (), [p for i, p in enumerate(places) if i != at and p.name != place.name]
        )
        found.setdefault("left out", Counter())[judge(gz.find_place(less, place.name), None)] += 1
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("maps", nargs="+", type=Path)
    parser.add_argument("--score", nargs="*", type=int, default=[gz.LIKE_SCORE])
    parser.add_argument("--margin", type=int, default=gz.LIKE_MARGIN)
    options = parser.parse_args()
    for path in options.maps:
        places = list(read_places(path))
        for gz.LIKE_SCORE in options.score:
            gz.LIKE_MARGIN = options.margin
            print(
                f"{path.name}: {len(places)} names, score {gz.LIKE_SCORE}, margin {gz.LIKE_MARGIN}"
            )
            for way, counts in count(places, 1).items():
                told = ", ".join(
                    f"{kind} {counts[kind]}" for kind in ("right", "WRONG", "other", "doubtful")
                )
                print(f"  {way:14} {told}")


if __name__ == "__main__":
    main()
