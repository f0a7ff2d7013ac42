"""Django's settings for the database alone; `sanyi.web.settings` adds the pages."""
import os
from pathlib import Path

from sanyi.store.place import FOLDER_VARIABLE, database_path, secret_key

VAR = Path(os.environ[FOLDER_VARIABLE])
SECRET_KEY = secret_key(VAR)
DEBUG = False

INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "sanyi.store"]
AUTH_USER_MODEL = "store.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]

# SQLite's safe mode: its WAL mode can lose commits before 3.51.3, and every commit is synced to the disk.
DATABASES = {"default": {
    "ENGINE": "django.db.backends.sqlite3", "NAME": database_path(VAR),
    "OPTIONS": {"init_command": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;",
                "transaction_mode": "IMMEDIATE", "timeout": 20},
}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_I18N = False  # words come in pairs, Chinese and English, from where they are meant
