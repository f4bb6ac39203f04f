"""The hierarchy against Dijkstra's algorithm and networkx: keys, ways, changed places, files."""

from dataclasses import fields, replace

import networkx as nx
import numpy as np
import pytest

from routing.policy import Policy
from routing.roads import read_roads
from routing.roads.ends import Ends, Search
from routing.roads.engine import bus_network, walk_network
from routing.roads.hierarchy import Hierarchy, build_hierarchy
from routing.roads.hierarchy_cache import arcs_digest, load_hierarchy, save_hierarchy
from routing.roads.keys import NO_WAY
from routing.roads.network import Arcs
from routing.roads.search import find_with_numba
from routing.roads.sweep import change_place, find_keys_all, keep_places, measure_place
from routing.roads.unpack import find_ways

pytest.importorskip("numba")

MINUTE = 60_000 << 24


def arcs_of(n, tail, head, key):
    """Arcs between states, sorted by tail; parallel ones and loops stay in."""
    tail, head, key = (np.array(part, np.int64) for part in (tail, head, key))
    order = np.lexsort((head, tail))
    first = np.zeros(n + 1, np.int64)
    first[1:] = np.cumsum(np.bincount(tail, minlength=n))
    tail, head = tail[order].astype(np.int32), head[order].astype(np.int32)
    return Arcs(first, tail, head, key[order], np.arange(len(tail)))


def ends_of(node, key=None):
    node = np.array(node, np.int32)
    key = np.zeros(node.shape, np.int64) if key is None else np.array(key, np.int64)
    return Ends(node, key, np.zeros(node.shape, bool))


def rows_of(ends, rows):
    return Ends(ends.node[rows], ends.key[rows], ends.back[rows])


def random_graph(random, n, n_arcs, top=1000):
    """Any arcs, loops and parallel ones among them; few different keys make many ties."""
    return arcs_of(n, *random.integers(0, n, (2, n_arcs)), random.integers(1, top, n_arcs))


def random_ends(random, n, places, columns, top=500):
    node = random.integers(-1, n, (places, columns))
    return ends_of(node, np.where(node >= 0, random.integers(0, top, node.shape), 0))


def turned_grid(random, side, keys=lambda random, n: random.integers(5000, 9000, n) << 24):
    """Directed links of a square grid as states; a turn costs 0, 3 or 8 s, none goes back."""
    xy = [(x, y) for x in range(side) for y in range(side)]
    steps = [(1, 0), (0, 1), (-1, 0), (0, -1)]
    links = [(x, y, d) for x, y in xy for d in range(4)
             if 0 <= x + steps[d][0] < side and 0 <= y + steps[d][1] < side]  # fmt: skip
    number = {link: i for i, link in enumerate(links)}
    own = keys(random, len(links))
    tail, head, key = [], [], []
    for i, (x, y, d) in enumerate(links):
        for turn, cost_s in ((0, 0), (1, 8), (3, 3)):
            other = number.get((x + steps[d][0], y + steps[d][1], (d + turn) % 4))
            if other is not None:
                tail.append(i)
                head.append(other)
                key.append(int(own[i]) + (cost_s * 1000 << 24))
    return arcs_of(len(links), tail, head, key)


def dijkstra_keys(arcs, seeds, goals):
    n, m = len(seeds.node), len(goals.node)
    rows = np.stack((np.arange(n), np.zeros(n), np.full(n, m), np.arange(n) * m), axis=1)
    return find_with_numba(Search(arcs, seeds, goals, rows.astype(np.int64), n * m)).reshape(n, m)


def networkx_keys(arcs, seeds, goals):
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(arcs.first) - 1))
    for tail, head, key in zip(
        *(a.tolist() for a in (arcs.tail, arcs.head, arcs.key)), strict=True
    ):
        old = graph.get_edge_data(tail, head, {"weight": key})["weight"]
        graph.add_edge(tail, head, weight=min(old, key))
    out = np.full((len(seeds.node), len(goals.node)), NO_WAY, np.int64)
    reach = {node: nx.single_source_dijkstra_path_length(graph, node) for node in graph}
    for i, seed in enumerate(seeds.node):
        for j, goal in enumerate(goals.node):
            for a, node in enumerate(seed.tolist()):
                for b, other in enumerate(goal.tolist()):
                    if node >= 0 and other >= 0 and other in reach[node]:
                        total = seeds.key[i, a] + reach[node][other] + goals.key[j, b]
                        out[i, j] = min(out[i, j], total)
    return out


def assert_ways(arcs, hierarchy, seeds, goals, wanted):
    """Every way runs from a state of its seed to one of its goal and costs its key."""
    keys, way, count = find_ways(hierarchy, seeds, goals)
    assert keys.tolist() == wanted.tolist()
    assert np.maximum(count, 0).sum() == len(way)
    parts = np.split(way, np.cumsum(np.maximum(count, 0))[:-1]) if len(count) else []
    for i, part in enumerate(parts):
        if keys[i] == NO_WAY:
            assert count[i] == -1
            continue
        tails, heads = arcs.tail[part], arcs.head[part]
        assert (heads[:-1] == tails[1:]).all()
        rest = keys[i] - arcs.key[part].sum()
        pairs = [(a, b) for a in range(seeds.node.shape[1]) for b in range(goals.node.shape[1])
                 if seeds.node[i, a] >= 0 and goals.node[i, b] >= 0
                 and seeds.node[i, a] == (tails[0] if len(part) else goals.node[i, b])
                 and goals.node[i, b] == (heads[-1] if len(part) else seeds.node[i, a])]  # fmt: skip
        assert any(seeds.key[i, a] + goals.key[i, b] == rest for a, b in pairs)


@pytest.mark.parametrize("seed", range(40))
def test_small_graphs_equal_networkx_with_many_columns_ties_and_parts(seed):
    """From no arcs at all to dense; small keys, so that many ways are equally fast."""
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 25))
    arcs = random_graph(random, n, int(random.integers(0, 4 * n)), top=(3, 1000)[seed % 2])
    hierarchy = build_hierarchy(arcs)
    seeds = random_ends(random, n, 9, int(random.integers(1, 9)))
    goals = random_ends(random, n, 7, int(random.integers(1, 7)))
    wanted = networkx_keys(arcs, seeds, goals)
    assert find_keys_all(hierarchy, seeds, goals).tolist() == wanted.tolist()
    i, j = random.integers(0, 9, 20), random.integers(0, 7, 20)
    assert_ways(arcs, hierarchy, rows_of(seeds, i), rows_of(goals, j), wanted[i, j])


@pytest.mark.parametrize("seed", range(12))
def test_middling_graphs_equal_dijkstra(seed):
    """Sparse ones fall into parts, dense ones have little to order by."""
    random = np.random.default_rng(100 + seed)
    n = int(random.integers(100, 400))
    arcs = random_graph(random, n, n * (1 + seed % 6), top=10 ** (1 + seed % 4))
    hierarchy = build_hierarchy(arcs)
    seeds, goals = random_ends(random, n, 150, 3), random_ends(random, n, 170, 5)
    wanted = dijkstra_keys(arcs, seeds, goals)
    assert (find_keys_all(hierarchy, seeds, goals, n_threads=2) == wanted).all()
    i, j = random.integers(0, 150, (2, 100))
    assert_ways(arcs, hierarchy, rows_of(seeds, i), rows_of(goals, j), wanted[i, j])


@pytest.mark.parametrize("same", [False, True])
def test_grids_with_turns_equal_dijkstra(same):
    """Where all links are alike there are as many equally fast ways as can be."""
    random = np.random.default_rng(7)
    keys = (lambda random, n: np.full(n, 6000 << 24)) if same else None
    arcs = turned_grid(random, 14, *([keys] if keys else []))
    n = len(arcs.first) - 1
    hierarchy = build_hierarchy(arcs)
    seeds, goals = random_ends(random, n, 200, 4, MINUTE), random_ends(random, n, 200, 2, MINUTE)
    wanted = dijkstra_keys(arcs, seeds, goals)
    assert (find_keys_all(hierarchy, seeds, goals) == wanted).all()
    assert_ways(arcs, hierarchy, seeds, goals, np.diagonal(wanted))


def test_a_hub_in_a_dense_town_equals_dijkstra():
    """45 places all joined to each other slowly and to a hub fast: 1,980 ways over the hub."""
    random, rim = np.random.default_rng(13), np.arange(1, 46)
    tail, head = (part.ravel() for part in np.meshgrid(np.arange(46), np.arange(46)))
    key = np.where((tail == 0) | (head == 0), 1, 1000) + random.integers(0, 50, len(tail))
    arcs = arcs_of(46, tail, head, key)
    seeds, goals = ends_of(rim[:, None]), ends_of(rim[::-1, None])
    wanted, hierarchy = dijkstra_keys(arcs, seeds, goals), build_hierarchy(arcs)
    assert (find_keys_all(hierarchy, seeds, goals) == wanted).all()
    assert_ways(arcs, hierarchy, seeds, goals, np.diagonal(wanted))


def test_no_state_one_state_and_no_place():
    """Nothing to search gives nothing, or no way; a state reaches itself at no cost."""
    none = arcs_of(0, [], [], [])
    nobody, nowhere = ends_of(np.zeros((0, 2))), ends_of([[-1, -1]])
    empty = build_hierarchy(none)
    assert find_keys_all(empty, nowhere, nowhere).tolist() == [[NO_WAY]]
    assert find_keys_all(empty, nobody, nowhere).shape == (0, 1)
    assert find_ways(empty, nobody, nobody)[0].shape == (0,)
    alone = build_hierarchy(arcs_of(1, [0], [0], [5]))
    seeds, goals = ends_of([[0], [-1]], [[3], [0]]), ends_of([[0], [-1]], [[4], [0]])
    assert find_keys_all(alone, seeds, goals).tolist() == [[7, NO_WAY], [NO_WAY, NO_WAY]]
    keys, way, count = find_ways(alone, seeds, goals)
    assert (keys.tolist(), way.tolist(), count.tolist()) == ([7, NO_WAY], [], [0, -1])


def test_the_best_of_parallel_arcs_counts_and_is_named():
    """0 to 1 for 9, 4 or 6; 1 to 2 for 1: the way is the arcs 1 and 4 and costs 5."""
    arcs = arcs_of(3, [0, 0, 0, 1, 1], [1, 1, 1, 1, 2], [9, 4, 6, 1, 1])
    keys, way, count = find_ways(build_hierarchy(arcs), ends_of([[0]]), ends_of([[2]]))
    assert (keys.tolist(), way.tolist(), count.tolist()) == ([5], [1, 4], [2])


def test_keys_near_the_largest_do_not_overflow():
    """Two arcs that together take almost all the time there is: 2**38 - 2 ms."""
    long = ((1 << 37) - 1) << 24
    arcs = arcs_of(4, [0, 1], [1, 2], [long, long])
    hierarchy = build_hierarchy(arcs)
    keys = find_keys_all(hierarchy, ends_of([[0], [3]]), ends_of([[2], [3]], [[7], [7]]))
    assert keys.tolist() == [[2 * long + 7, NO_WAY], [NO_WAY, 7]]
    assert find_ways(hierarchy, ends_of([[0]]), ends_of([[2]]))[0].tolist() == [2 * long]


def test_few_goals_and_few_seeds_give_the_same_as_many():
    """Whichever side is swept, rows and columns stay where they belong."""
    random = np.random.default_rng(8)
    arcs = turned_grid(random, 9)
    hierarchy, n = build_hierarchy(arcs), len(arcs.first) - 1
    seeds, goals = random_ends(random, n, 300, 2), random_ends(random, n, 300, 3)
    whole = find_keys_all(hierarchy, seeds, goals)
    some = np.array([5, 250, 17])
    assert (find_keys_all(hierarchy, seeds, rows_of(goals, some)) == whole[:, some]).all()
    assert (find_keys_all(hierarchy, rows_of(seeds, some), goals) == whole[some]).all()


def test_a_changed_place_takes_one_row_and_one_column():
    """Thirty places moved or added one after another; more columns than before, and fewer."""
    random = np.random.default_rng(9)
    arcs = turned_grid(random, 9)
    hierarchy, n = build_hierarchy(arcs), len(arcs.first) - 1
    seeds, goals = random_ends(random, n, 40, 3), random_ends(random, n, 40, 2)
    kept, keys = keep_places(hierarchy, seeds, goals), find_keys_all(hierarchy, seeds, goals)
    before = kept.seeds[0].copy()
    nodes = [list(seeds.node), list(goals.node)], [list(seeds.key), list(goals.key)]
    changed = kept
    for _ in range(30):
        at = int(random.integers(0, len(keys) + 1))
        seed, goal = (random_ends(random, n, 1, int(random.integers(1, 6))) for _ in range(2))
        changed = change_place(hierarchy, changed, at, seed, goal)
        row, column = measure_place(changed, at)
        if at == len(keys):
            keys = np.pad(keys, (0, 1))
            for part in (*nodes[0], *nodes[1]):
                part.append(None)
        keys[at], keys[:, at] = row, column
        nodes[0][0][at], nodes[1][0][at] = seed.node[0], seed.key[0]
        nodes[0][1][at], nodes[1][1][at] = goal.node[0], goal.key[0]
    new = [ends_of(*(np.stack([np.pad(r, (0, 6 - len(r)), constant_values=gap) for r in rows])
                     for rows, gap in ((nodes[0][i], -1), (nodes[1][i], 0)))) for i in (0, 1)]  # fmt: skip
    assert (keys == find_keys_all(hierarchy, *new)).all()
    assert (kept.seeds[0] == before).all()


@pytest.mark.parametrize("name", ["malta.osm.pbf", "liechtenstein.osm.pbf"])
@pytest.mark.parametrize("profile", ["walk", "bus"])
def test_real_roads_equal_dijkstra(shared_data, name, profile):
    """Three hundred seeds by three hundred goals, anywhere on the graph, and their ways."""
    roads = read_roads(shared_data / "roads" / name, cache=False)
    network = walk_network(roads) if profile == "walk" else bus_network(roads, Policy())
    arcs, random = network.leaving, np.random.default_rng(11)
    n = len(arcs.first) - 1
    seeds, goals = random_ends(random, n, 300, 2, MINUTE), random_ends(random, n, 300, 4, MINUTE)
    hierarchy = build_hierarchy(arcs)
    wanted = dijkstra_keys(arcs, seeds, goals)
    assert (wanted < NO_WAY).mean() > 0.5
    assert (find_keys_all(hierarchy, seeds, goals) == wanted).all()
    assert_ways(arcs, hierarchy, seeds, goals, np.diagonal(wanted))


@pytest.fixture
def grid():
    return turned_grid(np.random.default_rng(12), 6)


def test_what_is_kept_is_what_was_built(grid, tmp_path):
    hierarchy, path = build_hierarchy(grid), tmp_path / "h.npz"
    assert save_hierarchy(path, hierarchy)
    loaded = load_hierarchy(path, grid)
    assert loaded is not None
    for field in fields(Hierarchy):
        mine, kept = getattr(hierarchy, field.name), getattr(loaded, field.name)
        assert mine.dtype == kept.dtype
        assert np.array_equal(mine, kept)
    assert [file.name for file in tmp_path.iterdir()] == ["h.npz"]


def test_a_missing_cut_or_foreign_file_is_no_hierarchy(grid, tmp_path):
    path = tmp_path / "h.npz"
    assert load_hierarchy(path, grid) is None
    save_hierarchy(path, build_hierarchy(grid))
    content = path.read_bytes()
    for cut in (0, 10, len(content) // 2, len(content) - 30):
        path.write_bytes(content[:cut])
        assert load_hierarchy(path, grid) is None
    middle = len(content) // 2
    path.write_bytes(content[:middle] + bytes(64) + content[middle + 64 :])
    assert load_hierarchy(path, grid) is None
    np.savez(path, number=np.array([{}], object))
    assert load_hierarchy(path, grid) is None


@pytest.mark.parametrize("field", [field.name for field in fields(Hierarchy)])
def test_a_file_with_wrong_arrays_is_no_hierarchy(grid, tmp_path, field):
    """Too short, of another kind, pointing outside or downward: each is noticed."""
    hierarchy, path = build_hierarchy(grid), tmp_path / "h.npz"
    array = getattr(hierarchy, field)
    wrong = [array[:-1], array.astype(np.int16), array.reshape(1, -1), array + 1]
    if field not in ("up_key", "down_key"):
        wrong += [array - 1, array + (1 << 20), np.zeros_like(array)]
    for bad in wrong:
        save_hierarchy(path, replace(hierarchy, **{field: bad}))
        assert load_hierarchy(path, grid) is None


def test_a_hierarchy_of_another_graph_is_refused(grid, tmp_path):
    path = tmp_path / "h.npz"
    save_hierarchy(path, build_hierarchy(grid))
    assert load_hierarchy(path, replace(grid, key=grid.key + 1)) is None
    assert load_hierarchy(path, turned_grid(np.random.default_rng(12), 7)) is None


def test_a_folder_that_cannot_be_written_loses_nothing(grid, tmp_path):
    assert not save_hierarchy(tmp_path / "missing" / "h.npz", build_hierarchy(grid))


def test_the_digest_is_of_the_content(grid):
    again = turned_grid(np.random.default_rng(12), 6)
    assert arcs_digest(again) == arcs_digest(grid)
    assert len(arcs_digest(grid)) == 64
    assert arcs_digest(replace(grid, key=grid.key + 1)) != arcs_digest(grid)
    assert arcs_digest(replace(grid, head=grid.head[::-1])) != arcs_digest(grid)


def test_as_many_goals_as_seeds_are_wanted(grid):
    with pytest.raises(ValueError, match="want as many goals as seeds, got 1 and 2"):
        find_ways(build_hierarchy(grid), ends_of([[0], [1]]), ends_of([[0]]))


def test_building_twice_gives_the_same(grid):
    one, other = build_hierarchy(grid), build_hierarchy(grid)
    assert all(np.array_equal(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
