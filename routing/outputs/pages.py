"""A page of our own: a template and a style of this package, filled with escaped words."""

import base64
import hashlib
from importlib.resources import files
from typing import Any

from routing.outputs.cleaning import printable


def render_page(
    name: str, content: dict[str, Any], *, more_style: str = "", script: str = ""
) -> str:
    """Return ``NAME.html`` filled in, with ``NAME.css`` and the digests that its policy names.

    Parameters
    ----------
    name
        Of the template, the style and, where there is one, the script.
    content
        What the template wants; text is escaped, and cleaned of signs that no page shows.
    more_style
        Style sheets behind its own.
    script
        File of the script; "" where the page has none.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    folder = files("routing.outputs")
    parts = {"style": (folder / f"{name}.css").read_text("utf-8") + more_style}
    if script:
        parts["script"] = (folder / script).read_text("utf-8")
    engine = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=_printable,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    page = engine.from_string((folder / f"{name}.html").read_text("utf-8"))
    digests = {f"{part}_digest": _digest(text) for part, text in parts.items()}
    return page.render(**content, **digests, **{part: Markup(text) for part, text in parts.items()})  # noqa: S704


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()


def _printable(value: Any) -> Any:
    """Clean what comes from data; what is marked as safe is ours."""
    return printable(value) if type(value) is str else value
