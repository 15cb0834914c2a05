"""What the settings make of the environment."""

from __future__ import annotations

import logging
import os
import secrets
import stat
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from config.environment import ROOT, kept_secret
from config.redaction import SecretPaths


def check(folder: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py check` in an environment that names `folder` for its files."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check", *options],
        cwd=ROOT,
        env=kept | {"CANVASS_VAR": str(folder)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "url", ["mysq:/nonsense", "mysql://me@localhost/doors", "postgres//", "postgres://h:port/x"]
)
def test_a_database_url_that_cannot_be_read_is_one_clear_line(tmp_path: Path, url: str) -> None:
    """The line shows the forms that can be read; no traceback."""
    refused = check(tmp_path, DATABASE_URL=url)
    assert refused.returncode == 1
    assert refused.stderr.startswith("canvass: DATABASE_URL cannot be read.")
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CACHE_URL", "nonsense://"),
        ("RUN_LEASE_S", "soon"),
        ("DEBUG", "perhaps"),
        ("CANVASS_LIMITS", "read=many"),
    ],
)
def test_a_setting_that_cannot_be_read_is_one_clear_line(
    tmp_path: Path, name: str, value: str
) -> None:
    """The line names the variable; no traceback."""
    refused = check(tmp_path, **{name: value})
    assert refused.returncode == 1
    assert refused.stderr.startswith(f'canvass: Environment variable "{name}" invalid')
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize("given", ["reed=5", "read=-1"])
def test_a_limit_that_there_is_not_is_one_clear_line(tmp_path: Path, given: str) -> None:
    """A slip of the pen must not leave a limit as it was; the line lists those there are."""
    refused = check(tmp_path, CANVASS_LIMITS=given)
    assert refused.returncode == 1
    assert refused.stderr.startswith("canvass: CANVASS_LIMITS cannot be read.")
    assert "read, write, sync, work, export, sign_in" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_production_needs_a_secret_of_its_own(tmp_path: Path) -> None:
    """One that lies under var/ is for trying things out."""
    refused = check(tmp_path, CANVASS_PRODUCTION="true")
    assert refused.returncode == 1
    assert refused.stderr.startswith("canvass: SECRET_KEY is not set.")


@pytest.mark.parametrize("given", ["change-me", "secret" * 20, "0123456789" * 6])
def test_production_refuses_a_secret_that_can_be_guessed(tmp_path: Path, given: str) -> None:
    """A placeholder, a repeated word or a row of digits; the line says how to make a better one."""
    refused = check(tmp_path, CANVASS_PRODUCTION="true", SECRET_KEY=given)
    assert refused.returncode == 1
    assert refused.stderr.startswith("canvass: SECRET_KEY can be guessed. Use 50 random characters")
    assert len(refused.stderr.splitlines()) == 1
    assert check(tmp_path, SECRET_KEY=given).returncode == 0


def check_production(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py check --deploy` with what docs/operations.md says must be set, and more."""
    return check(
        folder,
        "--deploy",
        "--fail-level=WARNING",
        CANVASS_PRODUCTION="true",
        SECRET_KEY=secrets.token_urlsafe(50),
        ALLOWED_HOSTS="canvass.example",
        PUBLIC_URL="https://canvass.example",
        **environment,
    )


def test_production_passes_djangos_checks_for_deployment(tmp_path: Path) -> None:
    """With nothing but what docs/operations.md says must be set."""
    passed = check_production(tmp_path, CACHE_URL="redis://127.0.0.1:6379/1")
    assert passed.returncode == 0, passed.stderr


@pytest.mark.parametrize("cache", [{}, {"CACHE_URL": "locmem://"}, {"CACHE_URL": "dummy://"}])
def test_production_wants_a_cache_that_its_processes_share(
    tmp_path: Path, cache: dict[str, str]
) -> None:
    """Else each lets through its own wrong passwords; the warning says which variable to set."""
    refused = check_production(tmp_path, **cache)
    assert refused.returncode == 1
    assert "config.W001" in refused.stderr
    assert "CACHE_URL=redis://" in refused.stderr
    assert check(tmp_path, "--fail-level=WARNING", **cache).returncode == 0


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    """The second start signs with the same key."""
    path = tmp_path / "var" / "secret"
    first = kept_secret(path)
    assert len(first) > 50
    assert kept_secret(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("link", ["/invitations/{}/", "/password/reset/{}/"])
def test_the_log_keeps_no_secret_of_an_e_mailed_link(link: str) -> None:
    """Whoever reads the log could otherwise join, or choose somebody's password."""
    token = "Zq3" * 12
    record = logging.LogRecord("n", 30, "f", 1, "GET %s 404", (link.format(token),), None)
    assert SecretPaths().filter(record)
    assert token not in record.getMessage()
    assert "[secret]" in record.getMessage()


def test_a_bucket_that_cannot_be_reached_is_one_clear_line(tmp_path: Path) -> None:
    """Where what talks to it is not installed, the line says what to install."""
    if find_spec("storages"):
        pytest.skip("django-storages is installed")
    refused = check(tmp_path, CANVASS_PHOTO_BUCKET="photos")
    assert refused.returncode == 1
    assert refused.stderr.startswith("canvass: CANVASS_PHOTO_BUCKET is set,")
    assert "pip install 'django-storages[s3]'" in refused.stderr
