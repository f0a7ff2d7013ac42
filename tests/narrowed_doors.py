"""On PostgreSQL tests call every door of the store as a page would: asked for its own actor's tenant, so that a policy that hides what a door needs is found.

What tests do beside the doors (preparing, looking afterwards) is for the whole region.
"""
import importlib
import inspect
import os
import pkgutil
from contextvars import ContextVar
from functools import wraps

from sanyi.store.tenancy import acting_for, from_now_on

NAMES = ("by", "actor")
GOING = ContextVar("going", default=False)  # of one thread: a door that another door calls is narrowed with it


def narrow_doors() -> None:
    """Tests are a command of their own; on PostgreSQL their doors are narrowed. Called once Django works, before doors are imported."""
    from_now_on("tests")
    if not os.environ.get("SANYI_DATABASE"):
        return
    import sanyi.store
    from sanyi.store.who import By
    from sanyi.workflows.facts import Actor
    who = (By, Actor)
    for found in pkgutil.walk_packages(sanyi.store.__path__, "sanyi.store."):
        if ".migrations." not in found.name and not found.name.endswith("settings"):
            module = importlib.import_module(found.name)
            for name, value in list(vars(module).items()):
                if inspect.isfunction(value) and value.__module__ == found.name and not name.startswith("_") and found.name not in ("sanyi.store.who", "sanyi.store.tenancy", "sanyi.store.log"):
                    if any(each.name in NAMES and each.annotation in who for each in inspect.signature(value).parameters.values()):
                        setattr(module, name, _narrowed(value))


def _narrowed(function):
    signature = inspect.signature(function)

    @wraps(function)
    def door(*given, **named):
        bound = signature.bind(*given, **named).arguments
        by = next((bound[name] for name in NAMES if bound.get(name) is not None), None)
        if GOING.get() or by is None:
            return function(*given, **named)
        token = GOING.set(True)
        try:
            with acting_for(_actor(by)):
                return function(*given, **named)
        finally:
            GOING.reset(token)
    return door


def _actor(by):
    from sanyi.store.who import actor_of
    from sanyi.workflows.errors import NotAllowed
    from sanyi.workflows.facts import Actor
    try:
        return by if isinstance(by, Actor) else actor_of(by)
    except NotAllowed:
        return None
