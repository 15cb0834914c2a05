"""Settings of Canvass. Everything that differs between machines comes from the environment."""

from datetime import timedelta
from pathlib import Path

from config.api_texts import DESCRIPTION, TAGS
from config.environment import (
    ROOT,
    VAR,
    broker,
    cache,
    database,
    env,
    limits,
    photo_storage,
    secret_key,
)

BASE_DIR = ROOT
VAR_DIR: Path = VAR

PRODUCTION = env.bool("CANVASS_PRODUCTION", False)
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = secret_key(production=PRODUCTION)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
PUBLIC_URL = env.str("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")

# Behind proxies, so many of them say truthfully where a request comes from, and over what.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", PRODUCTION)
SECURE_REDIRECT_EXEMPT = ["^healthz$"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if PRODUCTION else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [PUBLIC_URL])
CSRF_FAILURE_VIEW = "config.problems.csrf_failure"
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # whether the domain's other hosts have HTTPS is not ours to say
    "security.W021",  # nor is whether browsers should know so in advance
]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
    "allauth.usersessions",
    "common",
    "accounts",
    "territories",
    "canvass",
    "routing",
    "config",
]

MIDDLEWARE = [
    "config.origin.origin_middleware",
    "config.headers.headers_middleware",
    "config.problems.sign_in_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.origin.audit_middleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": database()}
CACHES = {"default": cache()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = VAR / "media"
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "photos": photo_storage(),
}
PHOTO_MAX_BYTES = env.int("CANVASS_PHOTO_MAX_BYTES", 15_000_000)
PHOTO_MAX_PART_BYTES = 4_000_000
HOOK_PRIVATE = env.bool("CANVASS_HOOK_PRIVATE", False)
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000_000

# Sign-in: sessions and CSRF for browsers, session tokens for phones.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "name")}),
        ("MinimumLengthValidator", {"min_length": 8}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
PASSWORD_RESET_TIMEOUT = int(timedelta(days=1).total_seconds())
ACCOUNT_ADAPTER = "accounts.adapter.ClosedAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Counted in the cache: per web process, unless CACHE_URL names a shared one.
REQUEST_LIMITS = limits()
# A whole office signs
# in from one address in the morning; guessing passwords is slowed down per account.
ACCOUNT_RATE_LIMITS = {
    "login": f"{REQUEST_LIMITS['sign_in']}/m/ip",
    "login_failed": "50/m/ip,5/5m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_ADAPTER = "accounts.second_factors.SecondFactorAdapter"
MFA_TOTP_ISSUER = "Canvass"
MFA_TOTP_TOLERANCE = 1  # codes of the half minute before and after, for clocks that are off
MFA_RECOVERY_CODES_SHOW_ONCE = True
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("app", "browser")
HEADLESS_TOKEN_STRATEGY = "accounts.sessions.OneQueryStrategy"  # noqa: S105  # a name
HEADLESS_FRONTEND_URLS = {
    "account_reset_password_from_key": f"{PUBLIC_URL}/password/reset/{{key}}/",
}
USERSESSIONS_TRACK_ACTIVITY = True  # the time of last use, which accounts/sessions.py keeps
SESSION_COOKIE_AGE = int(timedelta(days=60).total_seconds())
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION

EMAIL_BACKEND = env.str("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "canvass@localhost")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.PhoneAuthentication",
        "accounts.api.key_authentication.ApiKeyAuthentication",
        "accounts.api.authentication.BrowserAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.permissions.IsMember"],
    "DEFAULT_THROTTLE_CLASSES": ["config.limits.RequestLimits"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.parsing.BoundedJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "config.pagination.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "config.schema.Schema",
    "EXCEPTION_HANDLER": "config.problems.problem_response",
    "NUM_PROXIES": TRUSTED_PROXIES,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Canvass API",
    "DESCRIPTION": DESCRIPTION,
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "TAGS": TAGS,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.schema.document_problems",
        "config.schema.document_values",
        "config.guide.document_examples",
        "config.lent_examples.lend_examples",
    ],
    "ENUM_NAME_OVERRIDES": {
        "RunState": "common.runs.RunState",
        "DoorUse": "territories.models.DoorUse",
        "PositionQuality": "territories.models.PositionQuality",
        "ImportFormat": "territories.models.ImportFormat",
        "CutStatus": "territories.models.CutStatus",
        "EditKind": "territories.models.EditKind",
        "OutcomeKind": "canvass.models.OutcomeKind",
        "Temperature": "canvass.models.Temperature",
        "LevelEnum": "territories.models.Level",
        "JurisdictionLevel": "canvass.models.JurisdictionLevel",
        "ExpiryKind": "canvass.models.ExpiryKind",
        "SaleStatus": "canvass.models.SaleStatus",
        "ShiftEventKind": "canvass.models.ShiftEventKind",
        "ClosureDecision": "canvass.models.ClosureDecision",
        "FlagDecision": "canvass.models.FlagDecision",
        "DoNotKnockReach": "canvass.models.Reach",
        "DoNotKnockSource": "canvass.models.DoNotKnockSource",
        "RegistryExpiry": "canvass.api.serializers.registries.EXPIRIES",
        "DoNotCallSource": "canvass.models.DoNotCallSource",
        "TelephoneCallbackState": "canvass.models.TelephoneCallbackState",
        "DoNotKnockScope": "canvass.models.DoNotKnockScope",
        "Appeal": "routing.models.Appeal",
        "LeftOutReason": "routing.models.LeftOutReason",
    },
}

# Servers of travel times, for those who outgrow the walking network; see territories/streets.
OSRM_URL = env.str("CANVASS_OSRM_URL", "")
OSRM_MAX_TABLE = env.int("CANVASS_OSRM_MAX_TABLE", 100)
VALHALLA_URL = env.str("CANVASS_VALHALLA_URL", "")
VALHALLA_MAX_PAIRS = env.int("CANVASS_VALHALLA_MAX_PAIRS", 2500)

# A geocoder of geopy's for addresses that nobody knows; off unless it is named.
GEOCODER = env.str("CANVASS_GEOCODER", "")
GEOCODER_OPTIONS: dict[str, object] = dict(env.json("CANVASS_GEOCODER_OPTIONS", {}))
GEOCODER_USER_AGENT = env.str("CANVASS_GEOCODER_USER_AGENT", f"canvass ({PUBLIC_URL})")
GEOCODER_TIMEOUT_S = env.float("CANVASS_GEOCODER_TIMEOUT_S", 10.0)
GEOCODER_PAUSE_S = env.int("CANVASS_GEOCODER_PAUSE_S", 1)
GEOCODER_QUESTIONS = env.int("CANVASS_GEOCODER_QUESTIONS", 1000)

# Background work. The database row is the truth; the broker only wakes a worker.
RUN_LEASE_S = env.float("RUN_LEASE_S", 30.0)
SWEEP_EVERY_S = env.float("SWEEP_EVERY_S", 10.0)
CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT_OPTIONS = broker()
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "canvass"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "celerybeat-schedule")
HOUR_S = 3600.0
QUARTER_S = HOUR_S / 4
CELERY_BEAT_SCHEDULE = {
    **{
        task: {
            "task": task,
            "schedule": SWEEP_EVERY_S,
            "options": {"expires": SWEEP_EVERY_S * 3},  # while no worker runs, none pile up
        }
        for task in ("common.sweep", "canvass.send_alarms", "canvass.send_hooks")
    },
    "canvass.remind_of_callbacks": {
        "task": "canvass.remind_of_callbacks",
        "schedule": QUARTER_S,
        "options": {"expires": QUARTER_S},
    },
    **{
        task: {"task": task, "schedule": HOUR_S, "options": {"expires": HOUR_S}}
        for task in (
            "territories.turn_assignments",
            "canvass.offer_back_untouched",
            "canvass.close_idle_shifts",
            "canvass.cover_do_not_knock",
            "canvass.flag_contact_rates",
            "canvass.flag_unlawful_visits",
            "canvass.warn_of_permits",
        )
    },
    "remove_what_is_too_old": {
        "task": "canvass.remove_what_is_too_old",
        "schedule": 24 * HOUR_S,
        "options": {"expires": 24 * HOUR_S},
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"secrets": {"()": "config.redaction.SecretPaths"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["secrets"],
        }
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "WARNING")},
    # Django's server for developers has a handler of its own, which would not know of our filter.
    "loggers": {
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "urllib3": {"level": "ERROR"},  # its warnings quote addresses with the positions of doors
    },
}
