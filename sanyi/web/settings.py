"""Django's settings for the pages: the store's, and what faces the browser."""
import os
from pathlib import Path

from sanyi.store.settings import *  # noqa: F403
from sanyi.store.settings import INSTALLED_APPS as STORED

HERE = Path(__file__).parent
INSTALLED_APPS = [*STORED, "sanyi.web"]
ROOT_URLCONF = "sanyi.web.urls"
WSGI_APPLICATION = "sanyi.web.wsgi.application"

HOST = os.environ.get("SANYI_HOST", "127.0.0.1")
ALLOWED_HOSTS = ["*"] if HOST in ("0.0.0.0", "::") else [HOST, "127.0.0.1", "localhost", "[::1]", "testserver"]

# Everything needs a sign-in unless it says otherwise (LoginRequiredMiddleware).
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "sanyi.web.middleware.private_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sanyi.web.middleware.chosen_language",
    "sanyi.web.middleware.no_zero_bytes",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sanyi.web.api.bearer.bearer",
    "sanyi.web.access.acting",
    "sanyi.web.api.bearer.known_callers",
    "sanyi.web.uploads.small_bodies",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "sanyi.web.middleware.idle_sessions_end",
    "sanyi.web.middleware.said_once",
    "sanyi.web.trailed.trailed",
    "sanyi.web.guarding.declared_only",
    "sanyi.web.own.own_pages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "sanyi.web.middleware.kind_errors",
]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
    "OPTIONS": {"context_processors": ["django.template.context_processors.request",
                                       "django.contrib.auth.context_processors.auth", "sanyi.web.page.every_page"]},
}]

LOGIN_URL = "sign_in"
SESSION_ENGINE = "sanyi.web.sessions"
SESSION_COOKIE_NAME = "sanyi_session"
SESSION_COOKIE_AGE = 2 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "sanyi_csrf"
CSRF_FAILURE_VIEW = "sanyi.web.views.errors.stale_form"

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {"DIRECTIVES": {
    "default-src": ["'self'"], "img-src": ["'self'", "data:"],  # the style sheet draws its arrows as data
    "object-src": ["'none'"], "base-uri": ["'none'"], "frame-ancestors": ["'none'"], "form-action": ["'self'"],
}}

STATIC_URL = "/static/"
STATIC_ROOT = HERE / "static"
WHITENOISE_MAX_AGE = 7 * 24 * 3600  # every address carries the digest of what it points to
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
LOGGING = {"version": 1, "disable_existing_loggers": False,
           "formatters": {"quiet": {"()": "sanyi.terms.quiet.Quiet"}},  # an error's own words may name a patient
           "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "quiet"}},
           "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
                       "django.security": {"handlers": ["console"], "level": "WARNING", "propagate": False},
                       "django.security.DisallowedHost": {"level": "CRITICAL"},  # whatever anybody writes into a header
                       "sanyi": {"handlers": ["console"], "level": "WARNING", "propagate": False}}}
