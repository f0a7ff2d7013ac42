"""A limit on wrong passwords and codes from one address, beside the lock of each account. Source: R31.

It is kept in the memory of each server process, so that guessing costs the database nothing and nobody can grow a table by it.
"""
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from ipaddress import ip_address, ip_network
import os
from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse

from sanyi.store.trail.watching import raise_alert
from sanyi.web import clock
from sanyi.web.views.errors import said
from sanyi.web.watched import guesses
from sanyi.web.words import say

WRONG = (401, 403, 422)
MOST = 10_000  # addresses that are remembered; the one longest silent is forgotten first
PROXIES = "SANYI_PROXIES"  # addresses of our own proxies, between commas: what they say of the caller is believed
View = Callable[..., HttpResponse]
_LOCK = Lock()
_TRIES: OrderedDict[str, tuple[int, datetime]] = OrderedDict()


def guessing(view: View) -> View:
    """Declare that a view takes passwords or codes: an address that was wrong too often has to wait."""
    @wraps(view)
    def counted(request: HttpRequest, **named: Any) -> HttpResponse:
        allowed = guesses() if request.method == "POST" else None
        if allowed is None:
            return view(request, **named)
        (most, wait), address, now = allowed, address_of(request), clock.now()
        count, since = _TRIES.get(address, (0, now))
        if count >= most and now < since + wait:
            return _waits(request, int((since + wait - now).total_seconds()))
        response = view(request, **named)
        if response.status_code in WRONG and _counted(address, now, wait) == most:
            raise_alert("address_locked", getattr(request, "actor", None), most, address=address)
        return response
    return counted


def address_of(request: HttpRequest) -> str:
    """Whose address it is: the caller's, or the one that a proxy of ours names last; of an IPv6 address its network."""
    own = {each.strip() for each in os.environ.get(PROXIES, "").split(",") if each.strip()}
    chain = [*(each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",")), request.META.get("REMOTE_ADDR", "")]
    found = next((each for each in reversed(chain) if each and each not in own), "")
    try:
        address = ip_address(found)
    except ValueError:
        return "?"
    return str(ip_network(f"{address}/64", strict=False)) if address.version == 6 else str(address)


def _counted(address: str, now: datetime, wait: Any) -> int:
    """Count one wrong try; after a while without any, counting begins anew."""
    with _LOCK:
        count, since = _TRIES.pop(address, (0, now))
        count = 1 if now >= since + wait else count + 1
        _TRIES[address] = count, now
        while len(_TRIES) > MOST:
            _TRIES.popitem(last=False)
    return count


def _waits(request: HttpRequest, seconds: int) -> HttpResponse:
    response = said(request, 429, say(request, "此地址输错次数过多，请稍后再试", "Too many wrong tries from this address; try again later"))
    response.headers["Retry-After"] = str(max(1, seconds))
    return response
