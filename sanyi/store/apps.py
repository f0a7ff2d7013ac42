"""The store as a Django application."""
from django.apps import AppConfig


class Store(AppConfig):
    """Accounts and sessions."""

    name = "sanyi.store"
    default_auto_field = "django.db.models.BigAutoField"
