"""Django's settings for the database alone; `sanyi.web.settings` adds the pages."""
import os
from pathlib import Path

from sanyi.store.database import databases
from sanyi.store.place import FOLDER_VARIABLE, database_path, secret_key
from sanyi.workflows.take import REGION

VAR = Path(os.environ[FOLDER_VARIABLE])
SECRET_KEY = secret_key(VAR)
DEBUG = False

INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "sanyi.store"]
AUTH_USER_MODEL = "store.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "sanyi.store.passwords.WithoutName"}, {"NAME": "sanyi.store.passwords.NotUsedBefore"},
]
AUTHENTICATION_BACKENDS = ["sanyi.store.signed_in.KeptAccounts"]

DATABASES = databases(database_path(VAR))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = REGION.key
USE_I18N = False  # words come in pairs, Chinese and English, from where they are meant
