"""What the environment says, read once, with errors that say what to do."""

from __future__ import annotations

import os
import secrets
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from environs import Env, EnvError
from redis.backoff import NoBackoff
from redis.retry import Retry

ROOT = Path(__file__).resolve().parent.parent

# What a random key surpasses, and a placeholder ("change-me") or a repeated word does not.
SECRET_LENGTH, SECRET_CHARACTERS = 40, 16

CONNECTION_KEPT_S = 60
PREPARED_FROM = 2  # how often a connection makes a statement before PostgreSQL keeps its plan
REDIS_S = 1.0

env = Env()
env.read_env(str(ROOT / ".env"), recurse=False)

VAR = Path(env.str("CANVASS_VAR", str(ROOT / "var")))


def stop(message: str) -> None:
    """End the program with one line on stderr: the settings cannot be used."""
    sys.exit(f"canvass: {message}")


def secret_key(*, production: bool) -> str:
    """The signing key: from SECRET_KEY, or, outside production, made once and kept under var/."""
    given = env.str("SECRET_KEY", "")
    if production and not given:
        stop("SECRET_KEY is not set. Production needs one: a long random string, kept private.")
    if production and (len(given) < SECRET_LENGTH or len(set(given)) < SECRET_CHARACTERS):
        stop(
            "SECRET_KEY can be guessed. Use 50 random characters: "
            "python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    return given or kept_secret(VAR / "secret_key")


def kept_secret(path: Path) -> str:
    """The secret in `path`, made on first use, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8")
    value = secrets.token_urlsafe(50)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(value)
    return value


def database() -> dict[str, Any]:
    """Django's description of the database that DATABASE_URL names; SQLite under var/ if unset.

    A thread keeps its connection for a while: opening one takes longer than many a query.
    """
    try:
        found = dict(env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR / 'canvass.sqlite3'}"))
    except (EnvError, ValueError):
        found = {}
    engine = str(found.get("ENGINE", ""))
    if not engine.endswith(("sqlite3", "postgresql")):
        stop(
            "DATABASE_URL cannot be read. Use postgres://user:password@host:5432/name, "
            "sqlite:///path, or unset it to use SQLite under var/."
        )
    if engine.endswith("sqlite3"):
        VAR.mkdir(parents=True, exist_ok=True)
        found["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            ),
        }
    else:
        found.setdefault("OPTIONS", {})["prepare_threshold"] = PREPARED_FROM
    return {**found, "CONN_MAX_AGE": CONNECTION_KEPT_S, "CONN_HEALTH_CHECKS": True}


def limits() -> dict[str, int]:
    """How many requests of each kind go through in a minute: CANVASS_LIMITS over the defaults.

    A phone sends some requests a second at most, and a person's browser fewer.
    """
    known = {"read": 1200, "write": 1200, "sync": 300, "work": 120, "export": 30, "sign_in": 300}
    given: dict[str, int] = env.dict("CANVASS_LIMITS", {}, subcast_values=int)
    if given.keys() - known.keys() or any(most < 0 for most in given.values()):
        stop(
            f"CANVASS_LIMITS cannot be read. Use requests a minute, of {', '.join(known)}: "
            "read=1200,export=30. 0 is any number."
        )
    return known | given


def broker() -> tuple[str, dict[str, str]]:
    """Celery's broker and its options: CELERY_BROKER_URL, or files under var/ if unset."""
    given = env.str("CELERY_BROKER_URL", "")
    if given:
        return given, {}
    queue, control = VAR / "broker" / "queue", VAR / "broker" / "control"
    for folder in (queue, control):
        folder.mkdir(parents=True, exist_ok=True)
    return "filesystem://localhost", {
        "data_folder_in": str(queue),
        "data_folder_out": str(queue),
        "control_folder": str(control),
    }


def cache() -> dict[str, Any]:
    """Django's description of the cache that CACHE_URL names; the process's own memory if unset.

    A Redis has a second to answer, and a broken connection is opened anew once.
    """
    found: dict[str, Any] = env.dj_cache_url("CACHE_URL", "locmem://")
    if found["BACKEND"].endswith(".RedisCache"):
        patience = {"socket_connect_timeout": REDIS_S, "socket_timeout": REDIS_S}
        once = {"retry": Retry(NoBackoff(), 1)}
        found["BACKEND"] = "config.caches.SteadyRedisCache"
        found["OPTIONS"] = {**found.get("OPTIONS", {}), **patience, **once}
    return found


def photo_storage() -> dict[str, Any]:
    """Where photos are kept: under var/, or in the S3-compatible bucket that is named.

    Who may use the bucket, the AWS_ variables say that boto3 reads itself.
    """
    bucket = env.str("CANVASS_PHOTO_BUCKET", "")
    if not bucket:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    if find_spec("storages") is None or find_spec("boto3") is None:
        stop(
            "CANVASS_PHOTO_BUCKET is set, but what talks to it is not installed: "
            "pip install 'django-storages[s3]'"
        )
    options = {
        "bucket_name": bucket,
        "endpoint_url": env.str("CANVASS_PHOTO_BUCKET_URL", "") or None,
        "region_name": env.str("CANVASS_PHOTO_BUCKET_REGION", "") or None,
        "default_acl": None,
        "file_overwrite": False,
    }
    return {"BACKEND": "config.buckets.PhotoBucket", "OPTIONS": options}
