"""A browser that is signed in, without the price of a password: with or without a second factor, in a posting or in the account's own role."""
from typing import Any


def signed_in(name: str, has_factor: bool = True, posting: int | None = None, **more: Any):
    """Django's client for an account."""
    from django.test import Client

    from sanyi.store.models import Account
    from sanyi.web.access import FACTOR, POSTING
    client = Client(**more)
    client.force_login(Account.objects.get(name=name))
    session = client.session
    session.update({FACTOR: 1} if has_factor else {})
    session.update({} if posting is None else {POSTING: posting})
    session.save()
    return client
