"""Django's settings, made from :class:`lantian.project.config.Config`; docs/how-to/run.md explains each choice."""

from importlib.util import find_spec
from typing import Any

from lantian.project.config import Config
from lantian.project.databases import database
from lantian.project.logs import logging_settings

CONFIG = Config.from_environment()
DATA_DIR = CONFIG.data_dir
PACK = CONFIG.pack
LAKE_URL = CONFIG.lake_url
TILE_URL = CONFIG.tile_url
DEMO = CONFIG.demo
DEMO_LEDGERS = CONFIG.demo_ledgers
REPORTER_KEYS = CONFIG.reporter_keys
SITE_URL = CONFIG.site_url
NOTICE_HOSTS = list(CONFIG.notice_hosts)
NOTICE_PROXY = CONFIG.notice_proxy

SECRET_KEY = CONFIG.secret_key
DEBUG = False
ALLOWED_HOSTS = list(CONFIG.hosts)
ROOT_URLCONF = "lantian.project.urls"
WSGI_APPLICATION = "lantian.project.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

OUR_APPS = (
    "portal",
    "assessment",
    "plans",
    "inspections",
    "complaints",
    "cases",
    "alarms",
    "telemetry",
    "ledger",
    "notices",
    "accounts",
    "audit",
    "ui",
)
INSTALLED_APPS = [
    *(f"lantian.apps.{name}" for name in OUR_APPS if find_spec(f"lantian.apps.{name}")),
    "lantian.project",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "huey.contrib.djhuey",
]

MIDDLEWARE = [
    "lantian.apps.ui.middleware.SafeHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "lantian.apps.accounts.middleware.SignedIn",
    "lantian.apps.accounts.middleware.Rights",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lantian.apps.ui.middleware.AsOfControl",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["lantian.apps.ui.templatetags.ui", "django.templatetags.i18n", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "lantian.apps.ui.context.shell",
            ],
        },
    }
]

DATABASES = {"default": database(CONFIG.database_url)}

CONSUMER: dict[str, Any] = {"workers": 1, "worker_type": "thread", "periodic": True, "check_worker_health": True}
HUEY = {
    "huey_class": "huey.SqliteHuey",
    "name": "lantian",
    "filename": str(DATA_DIR / "jobs.sqlite3"),
    "immediate": CONFIG.jobs == "inline",
    "consumer": CONSUMER,
}

# Language and time: Chinese first, English complete; everything is read in Beijing time.
# The source language is Chinese and has no catalogue: any other code here would become the fallback of Chinese pages.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Static files come straight from the apps; the vendor assets carry a .gz beside them.
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 600

# People: a person signs in; every page asks for it unless it says otherwise.
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["lantian.apps.accounts.backend.PeopleBackend"]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# Behind an HTTPS proxy (LANTIAN_HTTPS=1) cookies, redirects and HSTS insist on it.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = CONFIG.https
SECURE_SSL_REDIRECT = CONFIG.https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if CONFIG.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIG.https else None
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in CONFIG.hosts] if CONFIG.https else []
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# W005, W021: a district office does not own its whole domain, so it neither binds subdomains nor preloads.
# W004, W008, W012, W016: without LANTIAN_HTTPS the pages are served on this machine in plain HTTP by choice.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if not CONFIG.https:
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]

DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
FILE_UPLOAD_TEMP_DIR = None
LOGGING = logging_settings()
