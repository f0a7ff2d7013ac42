"""Programs that call the interfaces: with a token, or in a session."""
import json
from typing import Any

from signed_in import signed_in


def token_for(world: dict, name: str, *scopes: str, days: int = 30) -> str:
    """A token of an account of the referral tests' region."""
    from datetime import datetime, timezone

    from sanyi.store.tokens.making import make_token
    return make_token("test", scopes or ("read:*", "act:*"), days, world["by"][name], datetime.now(timezone.utc))[0]


class Program:
    """A client that shows a token, and nothing else."""

    def __init__(self, token: str) -> None:
        from django.test import Client
        self.client, self.headers = Client(enforce_csrf_checks=True), {"HTTP_AUTHORIZATION": f"Bearer {token}"}

    def get(self, path: str, **asked: Any):
        """Read."""
        return self.client.get(path, asked, **self.headers)

    def post(self, path: str, body: Any):
        """Act."""
        return self.client.post(path, json.dumps(body), content_type="application/json", **self.headers)


def program(world: dict, name: str, *scopes: str) -> Program:
    """A program that acts for an account."""
    return Program(token_for(world, name, *scopes))


def browser(world: dict, name: str, **more: Any):
    """The account's own session."""
    return signed_in(name, posting=getattr(world["by"][name], "posting", None), **more)
