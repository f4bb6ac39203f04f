"""Temporary."""

import numpy as np


class S:
    pass


def solve_cover(p, *, seed=1, max_rounds=None):
    W = np.full((p.n_groups, p.n_places), 10**9)
    W[p.group, p.place] = p.walk_m
    cost = W * p.n_students[:, None]
    cur = np.full(p.n_groups, 10**12)
    chosen = []
    while True:
        gain = np.maximum(cur[:, None] - cost, 0).sum(0) - p.open_cost
        k = int(gain.argmax())
        if gain[k] <= 0:
            break
        chosen.append(k)
        cur = np.minimum(cur, cost[:, k])
    s = S()
    s.chosen = tuple(chosen)
    c = np.array(chosen)
    s.place_of_group = c[W[:, c].argmin(1)]
    return s
