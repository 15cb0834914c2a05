"""compose.yaml and what its image is made of, as far as that can be seen without containers."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import yaml

from config.environment import ROOT
from tests.docs.test_operations import documented

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("migrations", "web", "worker", "beat")


@pytest.mark.parametrize("service", OURS)
def test_every_setting_is_one_of_the_documented_ones(service: str) -> None:
    """A misspelt variable would silently do nothing."""
    assert set(SERVICES[service]["environment"]) <= set(documented())


def test_the_file_holds_no_password() -> None:
    """They come from `.env`, and a start without one ends with a message."""
    wanted = "${POSTGRES_PASSWORD:?say it in .env}"
    assert SERVICES["database"]["environment"]["POSTGRES_PASSWORD"] == wanted
    for service in OURS:
        url = SERVICES[service]["environment"]["DATABASE_URL"]
        assert url == f"postgres://canvass:{wanted}@database:5432/canvass"
        assert SERVICES[service]["env_file"] == ".env"
        assert "SECRET_KEY" not in SERVICES[service]["environment"]


def test_whatever_keeps_running_says_whether_it_is_well() -> None:
    """Also the Python in the health checks can be read."""
    for name in SERVICES.keys() - {"migrations"}:
        test = SERVICES[name]["healthcheck"]["test"]
        if test[:3] == ["CMD", "python", "-c"]:
            compile(test[3], name, "exec")
        assert test[0] in {"CMD", "CMD-SHELL"}


def test_web_and_workers_share_the_uploads() -> None:
    """A worker reads the file that a web process has kept."""
    assert SERVICES["web"]["volumes"] == SERVICES["worker"]["volumes"] == ["files:/var/lib/canvass"]


def test_the_image_holds_every_package_that_runs_and_nothing_else() -> None:
    """Neither data, nor secrets, nor tests get into it; the schema's examples are in the guide."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["importlinter"]["root_packages"]
    assert let_in == {*packages, "manage.py", "requirements.txt", "docs/api.md"}
    assert "*" in lines
