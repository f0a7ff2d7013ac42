"""What the server calls."""
from collections.abc import Callable, Iterable
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanyi.web.settings")

from django.core.wsgi import get_wsgi_application  # noqa: E402

from sanyi.store.turns import in_turn  # noqa: E402

_pages = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request, in its turn."""
    with in_turn():
        return _pages(environ, start_response)
