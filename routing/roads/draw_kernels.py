"""Lay the parts of links travelled by many ways out as points, compiled."""

from routing.roads.kernels import compiled, inlined
from routing.roads.network import Floats, Ints


@inlined
def _between(x: float, low: float, high: float, at_low: float, at_high: float) -> float:
    """Return the value at x on the straight line from (low, at_low) to (high, at_high)."""
    return (at_high - at_low) / (high - low) * (x - low) + at_low if high > low else at_high


@inlined
def _add(points: Floats, begin: int, size: int, lon: float, lat: float) -> int:
    """Add a point unless it repeats the one before; return how many there are."""
    if size == begin or points[size - 1, 0] != lon or points[size - 1, 1] != lat:
        points[size, 0], points[size, 1] = lon, lat
        size += 1
    return size


@inlined
def _place(
    at_dm: float, first: int, last: int, shape_dm: Floats, lon: Floats, lat: Floats
) -> tuple[float, float]:
    """Return where a place on a link lies, so far along its shape."""
    after = first + 1
    while after < last and shape_dm[after] < at_dm:
        after += 1
    low, high = shape_dm[after - 1], shape_dm[after]
    x = _between(at_dm, low, high, lon[after - 1], lon[after])
    return x, _between(at_dm, low, high, lat[after - 1], lat[after])


@compiled
def _add_part(
    points: Floats, begin: int, size: int, part: tuple[int, int, int, int],
    shape: tuple[Ints, Floats, Floats, Floats],
) -> int:  # fmt: skip
    """Add what lies between two places on a link, and the second; return how many there are."""
    start, end, first, last = part
    _, shape_dm, lon, lat = shape
    step = 1 if end >= start else -1
    at = first if step > 0 else last
    while first <= at <= last:
        if (shape_dm[at] - start) * step > 0 and (end - shape_dm[at]) * step > 0:
            size = _add(points, begin, size, lon[at], lat[at])
        at += step
    x, y = _place(end, first, last, shape_dm, lon, lat)
    return _add(points, begin, size, x, y)


@compiled
def draw_lines(
    pieces: tuple[Ints, Ints, Ints, Ints], shape: tuple[Ints, Floats, Floats, Floats],
    points: Floats, stops: Ints,
) -> int:  # fmt: skip
    """Write the points of every pair, and where each pair's end; return how many.

    Parameters
    ----------
    pieces
        Link, from_dm, to_dm of each part, and one after the last part of each pair.
    shape
        ``shape_from``, ``shape_dm``, ``shape_lon`` and ``shape_lat`` of the network.
    points
        Room for all shape points of the links and two for each pair (float64, n x 2).
    stops
        One after the last point of each pair (int64).
    """
    links, from_dm, to_dm, ends = pieces
    shape_from, shape_dm, lon, lat = shape
    size = piece = 0
    for pair in range(len(ends)):
        begin = size
        while piece < ends[pair]:
            first, last = shape_from[links[piece]], shape_from[links[piece] + 1] - 1
            start, end = from_dm[piece], to_dm[piece]
            if size == begin:
                x, y = _place(start, first, last, shape_dm, lon, lat)
                size = _add(points, begin, size, x, y)
            if start == 0 and end == shape_dm[last]:
                for at in range(first + 1, last + 1):
                    size = _add(points, begin, size, lon[at], lat[at])
            elif end == 0 and start == shape_dm[last]:
                for at in range(last - 1, first - 1, -1):
                    size = _add(points, begin, size, lon[at], lat[at])
            else:
                size = _add_part(points, begin, size, (start, end, first, last), shape)
            piece += 1
        if size == begin + 1:
            points[size] = points[begin]
            size += 1
        stops[pair] = size
    return size
