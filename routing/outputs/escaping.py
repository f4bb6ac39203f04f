"""Makes text from data safe to stand in HTML, in JavaScript and in folium's templates.

folium 0.20 evaluates what it is given as a Jinja template a second time, so that a
school called ``{{ ... }}`` would run code in the planner's process. Two doors:
data for our own JavaScript goes through ``safe_json`` and meets no template at all;
whatever folium itself must carry goes through ``safe_text``.
"""

import html
import json
from typing import Any

from routing.outputs.cleaning import printable

_TEXT = {ord(sign): f"&#{ord(sign)};" for sign in "\\`${}"}
_JSON = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def safe_text(text: object) -> str:
    r"""Return text as HTML that shows it literally, whatever it holds.

    Beyond HTML's own signs, the backslash, backtick, dollar and braces become numeric
    entities: folium puts text into JavaScript template strings and Jinja templates. Signs
    that steer a screen or turn the direction of text are left out.
    """
    return html.escape(printable(str(text)), quote=True).translate(_TEXT)


def safe_json(data: Any) -> str:
    r"""Return data as JSON that may stand inside a ``<script>`` element.

    ``<``, ``>`` and ``&`` are written as ``\u003c`` and so on, so that nothing in the
    data can end the element. Signs that turn the direction of text, and halves of signs,
    are left out.

    Raises
    ------
    ValueError
        When a number is not finite; JSON has no word for it.
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return printable(text).translate(_JSON)
