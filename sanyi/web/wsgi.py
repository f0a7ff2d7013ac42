"""What the server calls."""
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanyi.web.settings")

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
