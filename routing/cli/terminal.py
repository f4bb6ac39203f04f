"""Names in a planner's files may hold signs that steer a terminal; here they are only shown."""

import io
import re
from typing import Any

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control signs but tab and line end, and those that turn the direction of text."""


def neutral(text: str) -> str:
    r"""Return text in which every sign that steers a terminal is written out, as ``\u001b``.

    So written it is right in JSON too. A carriage return at the beginning stays: bars of
    progress are drawn over themselves.
    """
    start = "\r" if text.startswith("\r") else ""
    return start + _STEERING.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text[len(start) :])


class PlainStream(io.TextIOWrapper):
    """A stream of UTF-8 text on which nothing that is written steers the terminal.

    A half of a sign that UTF-8 cannot hold is written out as well.

    Parameters
    ----------
    stream
        The stream whose place it takes; it stays open.
    """

    def __init__(self, stream: io.TextIOWrapper) -> None:
        stream.flush()
        self._replaced = stream  # which closes the file when it is forgotten
        super().__init__(
            stream.buffer, "utf-8", errors="backslashreplace", line_buffering=stream.line_buffering
        )

    def write(self, text: str) -> int:
        """Write the text neutralised; return its length."""
        super().write(neutral(text))
        return len(text)


def plain_stream(stream: Any) -> Any:
    """Return a stream on which text is only shown; one that is no file is returned as it is."""
    return PlainStream(stream) if type(stream) is io.TextIOWrapper else stream
