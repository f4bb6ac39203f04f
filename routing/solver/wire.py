"""How do problems and answers travel between processes? As one line of JSON each.

No pickle: nothing that is read can run. What a value is to become is said by the type
that the reader asks for, never by the line itself.
"""

import json
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import numpy as np

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


def pack(value: Any) -> Any:
    """Return a record, or a value of one, as plain lists and numbers."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: pack(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, np.ndarray):
        return {"shape": value.shape, "dtype": str(value.dtype), "values": value.ravel().tolist()}
    if isinstance(value, tuple | list):
        return [pack(part) for part in value]
    return value.item() if isinstance(value, np.generic) else value


def unpack(kind: type[Record], data: dict[str, Any]) -> Record:
    """Return the record of a kind from what ``pack`` made of it.

    Parameters
    ----------
    kind
        A frozen dataclass of numbers, texts, arrays, tuples and further such records.
    data
        Its fields by name.
    """
    hints = _hints(kind)  # type: ignore[arg-type]
    return kind(**{name: _unpacked(hints[name], value) for name, value in data.items()})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _unpacked(hint: Any, value: Any) -> Any:
    if isinstance(value, dict):
        if is_dataclass(hint):
            return unpack(hint, value)  # type: ignore[arg-type]
        array = np.array(value["values"], dtype=np.dtype(value["dtype"]))
        return array.reshape(value["shape"])
    if not isinstance(value, list):
        return value
    parts = get_args(hint) if get_origin(hint) is tuple else ()
    if len(parts) == len(value) and Ellipsis not in parts:
        return tuple(_unpacked(part, own) for part, own in zip(parts, value, strict=True))
    part = parts[0] if parts else None
    return tuple(_unpacked(part, own) for own in value)
