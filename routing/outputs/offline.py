"""Turns a folium map into one HTML page that asks nothing of the network.

Folium links Leaflet and jQuery from other hosts; here every link is replaced by the text
of the same file from the packages xstatic-leaflet and xstatic-jquery. Whatever else points
outside the page is refused, so that a new layer cannot bring a new host with it.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import partial
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

from routing.outputs.escaping import safe_json, safe_text
from routing.outputs.map_words import NO_SCRIPT
from routing.words import Lang

LEAFLET_JS = "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js"
LEAFLET_CSS = "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.css"
JQUERY_JS = "https://code.jquery.com/jquery-3.7.1.min.js"

_PACKAGED = {
    LEAFLET_JS: ("xstatic.pkg.leaflet", "leaflet.js"),
    LEAFLET_CSS: ("xstatic.pkg.leaflet", "leaflet.css"),
    JQUERY_JS: ("xstatic.pkg.jquery", "jquery.min.js"),
}
"""What folium asks for, and the installed file that is put in its place."""

OSM_COPYRIGHT = "https://www.openstreetmap.org/copyright"

_NAMED = frozenset({
    "http://www.w3.org/2000/svg",  # a namespace, never fetched
    "https://leafletjs.com",  # a link in Leaflet's attribution, switched off
    "https://bugzilla.mozilla.org/show_bug.cgi?id=888319",  # a comment in leaflet.css
    OSM_COPYRIGHT,
})  # fmt: skip
_URL = re.compile(r"""(?:https?:|wss?:)//[^\s"'`<>)\\]+|(?<=["'`(])//[\w.-]+\.\w+[^\s"'`<>)]*""")
_CSS_LOAD = re.compile(r"url\(\s*['\"]?(?!data:|#)|@import", re.IGNORECASE)
_CSS_FILE = re.compile(r"url\(\s*['\"]?(images/[\w.-]+)['\"]?\s*\)")
_TAKES_URL = frozenset({
    "src", "href", "srcset", "action", "formaction", "data", "poster", "background",
    "xlink:href", "ping", "manifest", "srcdoc",
})  # fmt: skip
_SLOT = re.compile(r"<!--slot:(\w+)-->")


def own_file(name: str) -> str:
    """Return the text of one of this folder's style sheets, scripts or pages."""
    return (files("routing") / "outputs" / name).read_text("utf-8")


def offline_page(
    folium_map: Any,
    *,
    title: str,
    lang: Lang = "en",
    data: Any = None,
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    image_hosts: Sequence[str] = (),
) -> str:
    """Return a folium map as one page with everything in it.

    Parameters
    ----------
    folium_map
        A ``folium.Map``; text that folium carries must have gone through ``safe_text``.
    title
        Title of the page; any text.
    lang
        Language of the page.
    data
        What the scripts read, from the element ``map-data``; never seen by a template.
    styles, scripts
        Our own, as text, after those of folium.
    image_hosts
        The only hosts from which images (tiles) may be loaded, e.g. ``https://a.b``.

    Raises
    ------
    ValueError
        When anything in the page would be loaded from elsewhere.
    """
    figure = folium_map.get_root()
    figure.render()
    head, linked = _inline_header(figure.header)
    drawing = _tidy(figure.script.render())
    code = [*linked, *(_tidy(script) for script in (drawing, *scripts))]
    slots = {
        "lang": "zh-CN" if lang == "zh" else "en",
        "policy": _security(code + head[1], image_hosts),
        "title": safe_text(title),
        "head": head[0],
        "styles": "".join(f"<style>\n{_tidy(style)}</style>\n" for style in styles),
        "body": figure.html.render(),
        "data": safe_json(data),
        "noscript": safe_text(NO_SCRIPT.say(lang)),
        "scripts": "".join(f"<script>{script}</script>\n" for script in code),
    }
    page = _SLOT.sub(lambda slot: slots[slot[1]], own_file("map_page.html"))
    refuse_outside(page, image_hosts)
    return page


def refuse_outside(page: str, image_hosts: Sequence[str] = ()) -> None:
    """Raise where a page would load anything from outside itself.

    Scripts and styles may name no address but the few that are never fetched; elements
    may point only inside the page; data blocks are text and may hold anything.

    Raises
    ------
    ValueError
        Naming what points outside.
    """
    reader = _Reader(tuple(image_hosts))
    reader.feed(page)
    reader.close()
    if reader.outside:
        msg = f"the page would load from outside itself: {', '.join(reader.outside[:5])}."
        raise ValueError(msg)


class _Reader(HTMLParser):
    """Collects what a page would load from elsewhere."""

    def __init__(self, image_hosts: tuple[str, ...]) -> None:
        super().__init__()
        self.outside: list[str] = []
        self._hosts = image_hosts
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at every attribute that takes an address."""
        given = {name: value or "" for name, value in attrs}
        kind = given.get("type", "")
        self._inside = tag if tag in {"script", "style"} and kind != "application/json" else ""
        if tag in {"base", "iframe", "object", "embed"} or given.get("http-equiv") == "refresh":
            self.outside.append(f"<{tag}>")
        for name in _TAKES_URL & given.keys():
            fine = given[name].startswith(("#", "data:")) or (tag, name) == ("a", "href")
            if not fine or (tag == "a" and given[name] not in {OSM_COPYRIGHT, "#"}):
                self.outside.append(f"<{tag} {name}={given[name][:80]!r}>")
        if _CSS_LOAD.search(given.get("style", "")):
            self.outside.append(f"<{tag} style=...>")

    def handle_endtag(self, tag: str) -> None:
        """Leave a script or a style."""
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        """Look through scripts and styles for addresses."""
        if not self._inside:
            return
        for url in _URL.findall(data):
            named = url in _NAMED or url.replace("{s}", "*").startswith(self._hosts)
            if not named:
                self.outside.append(url[:80])
        if self._inside == "style":
            self.outside += [match[0] for match in _CSS_LOAD.finditer(data)]


def _inline_header(header: Any) -> tuple[tuple[str, list[str]], list[str]]:
    """Return the header without links, its own inline scripts, and the linked scripts."""
    from branca.element import CssLink, JavascriptLink

    parts, linked = [], []
    for child in header._children.values():
        if isinstance(child, JavascriptLink):
            linked.append(_packaged(child.url))
        elif isinstance(child, CssLink):
            parts.append(f"<style>\n{_packaged(child.url)}</style>")
        else:
            parts.append(_tidy(child.render()))
    head = "\n".join(parts)
    inline = re.findall(r"<script>(.*?)</script>", head, re.DOTALL)
    return (head, inline), linked


def _packaged(url: str) -> str:
    """Return the installed file for an address that folium links."""
    if url not in _PACKAGED:
        msg = f"the map links {url}, for which no file is installed."
        raise ValueError(msg)
    package, name = _PACKAGED[url]
    folder = files(package) / "data"
    text = (folder / name).read_text("utf-8")
    if name.endswith(".css"):
        return _tidy(_CSS_FILE.sub(partial(_data_url, folder), text))
    return _tidy(re.sub(r"//# sourceMappingURL=\S+", "", text))


def _data_url(folder: Any, match: re.Match[str]) -> str:
    picture = base64.b64encode((folder / match[1]).read_bytes()).decode()
    return f"url(data:image/png;base64,{picture})"


def _tidy(code: str) -> str:
    """Return code with plain line ends, and nothing that could end its element early."""
    return code.replace("\r\n", "\n").replace("\r", "\n") if "\r" in code else code


def _security(scripts: Sequence[str], image_hosts: Sequence[str]) -> str:
    """Return the content security policy: only these very scripts, and no network."""
    for script in scripts:
        if "</script" in script.lower() or "<!--" in script:
            msg = "a script holds what would end its element."
            raise ValueError(msg)
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in scripts
    )
    images = " ".join(("data:", *image_hosts))
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        f"img-src {images}; base-uri 'none'; form-action 'none'"
    )
