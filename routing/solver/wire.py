"""How do problems and answers travel between processes? As one line of JSON each.

No pickle: nothing that is read can run.
"""

import json
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from routing.solver.problem import (
    Chain,
    ChainSolution,
    Route,
    RouteSolution,
)

Record = TypeVar("Record")


def write_line(message: dict[str, Any]) -> bytes:
    """Return a message as one line."""
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def read_line(line: bytes) -> dict[str, Any]:
    """Return the message of a line.

    Raises
    ------
    ValueError
        When the line is no message.
    """
    message = json.loads(line)
    if not isinstance(message, dict):
        msg = "a message is an object."
        raise ValueError(msg)  # noqa: TRY004
    return message


def pack_problem(problem: Any) -> dict[str, Any]:
    """Return a problem as plain lists and numbers."""
    return {field.name: _packed(getattr(problem, field.name)) for field in fields(problem)}


def _packed(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return {"shape": value.shape, "dtype": str(value.dtype), "values": value.ravel().tolist()}
    if isinstance(value, tuple):
        return [_packed(part) for part in value]
    return value.item() if isinstance(value, np.generic) else value


def unpack_problem(kind: type[Record], data: dict[str, Any]) -> Record:
    """Return the problem of a kind from what ``pack_problem`` made of it."""
    return kind(**{name: _unpacked(value) for name, value in data.items()})


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        array = np.array(value["values"], dtype=np.dtype(value["dtype"]))
        return array.reshape(value["shape"])
    return tuple(value) if isinstance(value, list) else value


def pack_routes(solution: RouteSolution) -> dict[str, Any]:
    """Return routes as plain lists and numbers."""
    routes = [[list(route.stops), route.bus_type] for route in solution.routes]
    return {**vars(solution), "routes": routes}


def unpack_routes(data: dict[str, Any]) -> RouteSolution:
    """Return the routes that ``pack_routes`` packed."""
    routes = tuple(Route(tuple(stops), bus_type) for stops, bus_type in data["routes"])
    return RouteSolution(**{**data, "routes": routes, "unserved": tuple(data["unserved"])})


def pack_chains(solution: ChainSolution) -> dict[str, Any]:
    """Return chains as plain lists and numbers."""
    chains = [[c.bus_type, list(c.trips), list(c.start_s)] for c in solution.chains]
    return {**vars(solution), "chains": chains}


def unpack_chains(data: dict[str, Any]) -> ChainSolution:
    """Return the chains that ``pack_chains`` packed."""
    chains = tuple(Chain(k, tuple(trips), tuple(start_s)) for k, trips, start_s in data["chains"])
    return ChainSolution(**{**data, "chains": chains, "unserved": tuple(data["unserved"])})
