"""All settings, from the environment alone; nonsense stops the start with the variable's name.

Every variable stands in .env.example with what it means.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

import bootstrap_wrapper
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError, validate

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env(prefix="FILIFORM_", expand_vars=False)
env.read_env(BASE_DIR / ".env", recurse=False)

try:
    DEMO = env.bool("DEMO", False)
    DEBUG = env.bool("DEBUG", False)
    SECRET_KEY = env.str("SECRET_KEY", "")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost"])
    HTTPS = env.bool("HTTPS", False)
    TRUST_PROXY = env.bool("TRUST_PROXY", False)
    PUBLIC_URL = env.str(
        "PUBLIC_URL", "http://127.0.0.1:8000", validate=validate.URL(require_tld=False)
    ).rstrip("/")
    IDLE_MINUTES = env.int("IDLE_MINUTES", 30, validate=validate.Range(min=1, max=720))
    SIGNING_P12 = env.path("SIGNING_P12", BASE_DIR / "var" / "signing.p12")
    SIGNING_P12_PASSPHRASE = env.str("SIGNING_P12_PASSPHRASE", "")
    MEDIA_ROOT = env.path("MEDIA_ROOT", BASE_DIR / "var" / "media")
    EMAIL_URL = env.dj_email_url("EMAIL_URL", "console:")
    DATABASES = {
        "default": Env().dj_db_url(
            "DATABASE_URL", f"sqlite:///{BASE_DIR / 'var' / 'filiform.sqlite3'}"
        )
    }
except (EnvError, ValueError) as error:
    raise ImproperlyConfigured(f"Settings: {error}") from error

for name, wrong, expected in [
    ("SECRET_KEY", SECRET_KEY and len(SECRET_KEY) < 50, "at least 50 characters, or none"),
    ("SIGNING_P12", Path() == SIGNING_P12, "a file"),
    ("MEDIA_ROOT", Path() == MEDIA_ROOT, "a folder"),
    (
        "EMAIL_URL",
        not EMAIL_URL.get("EMAIL_BACKEND"),
        "an address such as smtp://user:pass@host:587",
    ),
]:
    if wrong:
        raise ImproperlyConfigured(f"Settings: FILIFORM_{name} must be {expected}.")

if not SECRET_KEY:
    # A machine without a key gets one of its own, kept outside the repository. Several machines
    # behind one balancer must share one, and say so.
    key_file = BASE_DIR / "var" / "secret_key"
    if not key_file.exists():
        key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = key_file.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        # A link never replaces: of several processes that start at once, the first one's key stays.
        with suppress(FileExistsError):
            os.link(fresh, key_file)
        fresh.unlink()
    SECRET_KEY = key_file.read_text()

database = DATABASES["default"]
if database["ENGINE"] == "django.db.backends.sqlite3":
    Path(database["NAME"]).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    database["OPTIONS"] = {
        # A writer says so at once, so that two never wait for each other to the end of time.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        " PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;",
    }
    # A file, so that a live server's threads and the test see the same rows.
    database["TEST"] = {"NAME": str(Path(database["NAME"]).with_name("test.sqlite3"))}
elif database["ENGINE"] == "django.db.backends.postgresql":
    database["CONN_HEALTH_CHECKS"] = True
else:
    raise ImproperlyConfigured(
        f"Settings: DATABASE_URL names {database['ENGINE']}; Filiform runs on sqlite or postgres."
    )
database["CONN_MAX_AGE"] = 600

INSTALLED_APPS = [
    "emr",
    "consent",
    "notes",
    "billing",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Before all that answers by itself: static files, a missing slash, a wrong Host.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    # Before all that answers or redirects by itself: a patient's session sees one document alone.
    "consent.room.room_middleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "emr.http.clinic_middleware",
]

ROOT_URLCONF = "emr.urls"
WSGI_APPLICATION = "emr.wsgi.application"
APPEND_SLASH = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "emr.http.page_context",
            ],
        },
    },
]

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = DEBUG is False
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

# People

AUTH_USER_MODEL = "emr.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "emr:today"
ACCOUNT_ADAPTER = "emr.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # seconds that a password typed again opens what is guarded
ACCOUNT_EMAIL_NOTIFICATIONS = True  # of a changed password or factor, where mail is set up
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to addresses that anybody may type
ACCOUNT_FORMS = {"reset_password": "emr.accounts.ForgottenPasswordForm"}
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_RATE_LIMITS = {
    "sign": "10/5m/user",  # a password typed again to sign or amend
    "verify": "60/m/ip",  # the public page that checks a PDF
    "leave": "10/5m/user",  # the same to take a tablet back; apart, so that a patient blocks no note
    "link": "60/m/ip",  # the link to a patient's phone; all phones of a clinic may share an address
}
# An address is the owner's to set and nobody confirms it, so none would ever be verified.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Filiform"

SESSION_ENGINE = "emr.sessions"
SESSION_COOKIE_AGE = IDLE_MINUTES * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = False

# Rate limits count across all processes, so they stand in the database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "emr_cache",
        # With Django's own 300 one could drown the counter of one's own tries in others.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Transport

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "emr.views.errors.csrf_failure"
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # whose address the audit log and the rate limits take
# The whole note comes in one post; a long one has some hundred fields and a few hundred kilobytes.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
if DEMO or DEBUG:
    # Nobody's data is there to be read on the way; a clinic hears of it by `check --deploy`.
    SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's ticks, QR codes, page images of a draft
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# Words, time, files

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"  # each request then runs in the practice's own zone
FORMAT_MODULE_PATH = ["emr.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", Path(bootstrap_wrapper.__file__).parents[1] / "bootstrap"),
]
WHITENOISE_USE_FINDERS = DEBUG
MEDIA_URL = ""  # uploaded files are served by views that ask who wants them
# Other accounts of the machine read no certificate; the style sheets they may.
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}

for key, value in EMAIL_URL.items():
    if key.startswith("EMAIL_"):
        globals()[key] = value
DEFAULT_FROM_EMAIL = env.str("FROM_EMAIL", "Filiform <filiform@localhost>")

# No health data in logs: tracebacks are cut to type and place (emr/logs.py).
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": "emr.logs.DiscreetFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # It warns of each letter that no font has, with the letter: a name, or what was charted.
        "weasyprint": {"level": "CRITICAL"},
    },
}
