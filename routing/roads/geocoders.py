"""Ask a service on the internet where an address is: only when a planner has confirmed it.

What is sent is the text of one address at a time, and the service's own key. Nothing is
kept on disk; the same address is asked once. Two more tries when a server is busy, none
when there is no network. Redirects are not followed: an address goes to the server named
and to no other.
"""

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from routing.errors import Fault, InputError
from routing.words import Text

MAX_ANSWER_BYTES = 2**20
"""A longer answer is refused (assumed)."""

TIMEOUT_S = 15.0
"""One question waits so long (s; assumed)."""

PAUSE_MAX_S = 30.0
"""A busy server is given so long at most before it is asked again (s; assumed)."""

_TRIES = 3
_BUSY = frozenset((429, 502, 503, 504))
_AGENT = "schoolbus-routing (plans rural school buses)"
_HERE = frozenset(("127.0.0.1", "localhost", "::1"))

_OFFLINE = Text("cannot be reached ({why}).", "无法连接（{why}）。")
_CHECK_NETWORK = Text(
    "Check the network; without it, places are looked up in the county's own list and on the "
    "map (--local).",
    "请检查网络；无网络时可仅用村庄名单和地图查找（--local）。",
)
_REFUSED = Text("refused the question (HTTP {code}).", "拒绝了请求（HTTP {code}）。")
_BUSY_SAID = Text(
    "is too busy, or was asked too often (HTTP {code}).", "繁忙或请求过于频繁（HTTP {code}）。"
)
_LATER = Text(
    "Try again later; what was found so far is kept in the table.",
    "请稍后再试；已查得的结果已写入表中。",
)
CHECK_KEY = Text(
    "See whether the key and the address of the service are right.", "请检查密钥和服务地址。"
)
_STRANGE = Text("gave an answer that is not understood.", "返回的内容无法识别。")
_NO_TLS = Text("is not asked without encryption.", "未加密，不予查询。")
_USE_TLS = Text("Give an address that begins with https.", "请使用https开头的地址。")


@dataclass(frozen=True)
class Answer:
    """Where an address is, as a geocoder says.

    Parameters
    ----------
    lon, lat
        Degrees in ``system``; NaN where it is not found.
    precision
        "address", "village", "town" or "doubtful".
    score
        How sure, 0 to 100, by the service's own measure.
    system
        "WGS-84", "CGCS2000" or "GCJ-02".
    stopped
        Why it was not asked at all; None where it was.
    """

    lon: float
    lat: float
    precision: str
    score: float
    system: str = "WGS-84"
    stopped: Fault | None = None


UNKNOWN = Answer(float("nan"), float("nan"), "doubtful", 0.0)


class Geocoder(Protocol):
    """Says where addresses are.

    Parameters
    ----------
    name
        What it is called in ``county.toml``.
    sends_addresses
        Whether addresses leave this machine.
    """

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def sends_addresses(self) -> bool:
        """Whether addresses leave this machine."""

    def find(self, addresses: Sequence[str]) -> list[Answer]:
        """Return one answer for each address, in their order."""


@dataclass(frozen=True)
class Service:
    """A geocoding service: how it is asked, and how its answers read.

    Parameters
    ----------
    name, url
        As ``county.toml`` names it; where it is asked unless another url is given.
    needs_key
        Whether it wants a key of the planner's own.
    pause_s
        Between two questions (s).
    ask
        Address and key -> the question's parts.
    read
        The answer -> where it is; raises ``Said`` for a refusal.
    """

    name: str
    url: str
    needs_key: bool
    pause_s: float
    ask: Callable[[str, str], Mapping[str, str]]
    read: Callable[[Any], Answer]


class Said(Exception):  # noqa: N818 - a message of the service, no error of ours
    """The service says in its own words why it does not answer."""

    def __init__(self, problem: Text, remedy: Text) -> None:
        super().__init__(problem.en)
        self.problem, self.remedy = problem, remedy


class WebGeocoder:
    """A service asked over the internet, one address after the other, each once.

    Parameters
    ----------
    service
        Which one.
    key
        The planner's key; "" where none is needed.
    url
        Another server of the same kind; "" for the service's own.
    pause_s
        Between two questions (s); None for the service's own rule.
    """

    sends_addresses = True

    def __init__(
        self, service: Service, key: str = "", url: str = "", pause_s: float | None = None
    ) -> None:
        self.name = service.name
        self.host = urllib.parse.urlsplit(url or service.url).hostname or service.name
        self._service, self._key, self._url = service, key, url or service.url
        self._pause_s = service.pause_s if pause_s is None else pause_s
        self._known: dict[str, Answer] = {}
        self._next_s = 0.0

    def find(self, addresses: Sequence[str]) -> list[Answer]:
        """Return one answer for each address, in their order.

        When the service stops answering after some, the others say so in ``stopped``.

        Raises
        ------
        InputError
            When it answers nothing at all: no network, a wrong key, too busy, no quota.
        """
        stopped: Fault | None = None
        for address in dict.fromkeys(addresses):
            if address in self._known or not address.strip():
                continue
            try:
                self._known[address] = self._ask(address)
            except InputError as error:
                if not self._known:
                    raise
                stopped = error.faults[0]
                break
        missing = Answer(UNKNOWN.lon, UNKNOWN.lat, "doubtful", 0.0, stopped=stopped)
        return [self._known.get(address, missing) for address in addresses]

    def _ask(self, address: str) -> Answer:
        wait_s = self._next_s - time.monotonic()
        if wait_s > 0:
            time.sleep(wait_s)
        query = urllib.parse.urlencode(self._service.ask(address, self._key))
        try:
            return self._service.read(_fetch_json(f"{self._url}?{query}", self.host))
        except Said as said:
            raise InputError([Fault(self.host, said.problem, said.remedy)]) from None
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            # the cause may hold the address: it goes no further
            raise InputError([Fault(self.host, _STRANGE, CHECK_KEY)]) from None
        finally:
            self._next_s = time.monotonic() + self._pause_s


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *_: Any) -> None:
        """Return nothing: the redirect is an error of its own."""


def _fetch_json(url: str, host: str) -> Any:
    """Return what a server says; its own words about failures never hold the question."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
        raise InputError([Fault(host, _NO_TLS, _USE_TLS)])
    opener = urllib.request.build_opener(_Stay)
    request = urllib.request.Request(url, headers={"User-Agent": _AGENT})  # noqa: S310 - checked above
    for attempt in range(1, _TRIES + 1):
        try:
            with opener.open(request, timeout=TIMEOUT_S) as answer:
                content = answer.read(MAX_ANSWER_BYTES + 1)
        except urllib.error.HTTPError as error:
            code, said = error.code, error.headers.get("Retry-After") or ""
            error.close()
            if code not in _BUSY:
                raise InputError([Fault(host, _REFUSED.fill(code=code), CHECK_KEY)]) from None
            if attempt == _TRIES:
                raise InputError([Fault(host, _BUSY_SAID.fill(code=code), _LATER)]) from None
            time.sleep(min(float(said) if said.strip().isdecimal() else 2.0**attempt, PAUSE_MAX_S))
            continue
        except (OSError, http.client.HTTPException) as error:
            why = getattr(error, "reason", None) or type(error).__name__
            raise InputError([Fault(host, _OFFLINE.fill(why=why), _CHECK_NETWORK)]) from None
        if len(content) > MAX_ANSWER_BYTES:
            raise InputError([Fault(host, _STRANGE, CHECK_KEY)])
        return json.loads(content)
    raise AssertionError
