"""docs/operations.md against the settings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from config.environment import ROOT

ROW = re.compile(r"^\| `([A-Z_]+)` \| (.+?) \| .+ \|$", re.MULTILINE)
NOT_A_VARIABLE = "read_env"


def calls() -> Iterator[ast.Call]:
    """Every call in config/ that reads a variable of the environment."""
    for path in sorted((ROOT / "config").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="env"), attr=method)):
                    if method != NOT_A_VARIABLE:
                        yield node


def name_of(call: ast.Call) -> str:
    """The variable that a call reads."""
    name = call.args[0]
    assert isinstance(name, ast.Constant), ast.unparse(call)
    return str(name.value)


def plain_defaults() -> dict[str, str]:
    """The defaults that stand in the code as one value, as the page writes them."""
    found = {name_of(call): call.args[1] for call in calls()}
    values = {name: node.value for name, node in found.items() if isinstance(node, ast.Constant)}
    return {name: written(value) for name, value in values.items()}


def written(value: object) -> str:
    """A default as the page writes it."""
    if value == "":
        return "empty"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def documented() -> dict[str, str]:
    """The page's variables and their defaults."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows: list[tuple[str, str]] = ROW.findall(page)
    assert len(rows) == len(dict(rows)), "a variable is listed twice"
    return dict(rows)


def test_every_variable_that_the_code_reads_is_in_the_table_and_no_other() -> None:
    """An operator finds every setting, and none that does nothing."""
    assert set(documented()) == {name_of(call) for call in calls()}


def test_the_table_says_the_defaults_of_the_code() -> None:
    """Where a default is one value, the page says that value."""
    page, code = documented(), plain_defaults()
    assert len(code) > 10
    assert {name: page[name] for name in code} == code
