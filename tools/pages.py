"""Writes the pages that are made from the code: `.venv/bin/python -m tools.pages`. A test compares them.

settings.md from the fields of Settings, dags.md from the DAG files' docstrings and forms (read, not run, so that
Airflow need not start), metrics.md from the metrics' definitions, decisions.md from the curators' reasons,
permissions.md from the table of permissions, manifest.schema.json from the columns of manifest.csv.
"""

import ast
from dataclasses import fields
from pathlib import Path

from heritage_color.accounts.roles import Role
from heritage_color.curation.reasons import REASONS
from heritage_color.metrics.definitions import COSTS, METRICS, SET_METRICS, Metric
from heritage_color.scans.metadata import schema
from heritage_color.settings import PREFIX, ROOT, Settings
from heritage_color.web.door import permissions

DOCS = ROOT / "docs"
KINDS = {str: "text", int: "whole number", Path: "path"}
MADE = "<!-- Made by tools/pages.py: change the code, not this page. -->\n\n"


def table(titles: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    cells = [titles, ["---"] * len(titles), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |\n" for row in cells)


def settings_page() -> str:
    """Every variable, its kind, default and meaning."""
    rows = [
        [f"`{PREFIX}{field.name.upper()}`", _kind(field), _default(field.default), field.metadata["about"]]
        for field in fields(Settings)
    ]
    return (
        "# Settings\n\n"
        f"{MADE}"
        "Read once, at start, from environment variables. Unknown `HERITAGE_` variables and values that do not fit\n"
        "end the program with a sentence for each, and exit code 2; passwords and keys are never repeated.\n"
        "`heritage-color up` and `make demo` set database, storage and secrets themselves; `docker-compose.yml`\n"
        "sets them from `.env`.\n\n"
        f"{table(['variable', 'kind', 'default', 'what it is'], rows)}"
    )


def _kind(field) -> str:
    within = field.metadata["within"]
    return f"{KINDS[field.type]}, {within[0]} to {within[1]}" if within else KINDS[field.type]


def _default(value) -> str:
    if isinstance(value, Path):
        value = value.relative_to(ROOT)
    return "empty" if value == "" else f"`{value}`"


def dags_page() -> str:
    """Every DAG with its docstring and the fields of its form."""
    files = sorted((ROOT / "dags").glob("*.py"))
    return (
        "# DAGs\n\n"
        f"{MADE}"
        "The same text stands on each DAG's page in Airflow. Each can be started from there by its form, and run\n"
        "again at any time: nothing is done twice.\n\n" + "\n".join(_dag_section(path) for path in files)
    )


def _dag_section(path: Path) -> str:
    tree = ast.parse(path.read_text())
    section = f"## {path.stem}\n\n{ast.get_docstring(tree)}\n"
    params = [_form_field(name, call) for name, call in _params(tree)]
    return f"{section}\n{table(['field', 'label', 'meaning'], params)}" if params else section


def _params(tree: ast.Module):
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "params" and isinstance(node.value, ast.Dict):
            for key, value in zip(node.value.keys, node.value.values, strict=True):
                yield key.value, value


def _form_field(name: str, call: ast.Call) -> list[str]:
    said = {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg in ("title", "description")}
    return [f"`{name}`", said.get("title", ""), said.get("description", "")]


def metrics_page() -> str:
    """Every metric, whether it needs a truth, its unit and definition."""
    head = ["metric", "needs a truth", "unit", "better", "definition"]
    return (
        "# Metrics\n\n"
        f"{MADE}"
        "A figure that needs a truth exists only where a colour reference of the same scan exists; the catalog\n"
        "refuses it elsewhere.\n\n"
        f"{table(head, _metric_rows(METRICS))}\n"
        "## Of a set of photographs\n\n"
        "Only `heritage-color benchmark`, which sees a whole set, can tell these.\n\n"
        f"{table(head, _metric_rows(SET_METRICS))}\n"
        "Every figure of a row has a 95% interval but `frechet_lite0`: the 2.5th and 97.5th percentile of 1,000 sets\n"
        "of as many photographs, drawn from the set with replacement (bootstrap over pictures, one fixed seed, the\n"
        "same draws for all rows). An interval says nothing about other kinds of photographs, and below 30\n"
        "photographs it is too narrow.\n\n"
        "A picture that lacks a figure (equal to its truth, its PSNR is infinite; below 7 pixels it has no SSIM;\n"
        "without enough colour it has no hue of skin) is left out of that figure's mean, and this is said: `counted`\n"
        "and `counted_over_grey` of the JSON hold of how many pictures each mean is, the text names those that are\n"
        "not of all. Resamples draw from all pictures; one that drew none with the figure has no mean: where there\n"
        "are such, `resampled` holds how many of the 1,000 an interval is of.\n\n"
        "## What a row costs\n\n"
        f"{table(head, _metric_rows(COSTS))}"
    )


def _metric_rows(metrics: tuple[Metric, ...]) -> list[list[str]]:
    return [
        [f"`{metric.name}`", "yes" if metric.needs_reference else "no", metric.unit, metric.better, metric.definition]
        for metric in metrics
    ]


def decisions_page() -> str:
    """Every reason that a curator can give."""
    rows = [[f"`{one.code}`", one.verdict, one.words, "yes" if one.needs_note else "no"] for one in REASONS]
    return (
        "# Decisions\n\n"
        f"{MADE}"
        "A curator approves, rejects or sends back each colorization with a reason. The newest decision holds, the\n"
        "others stay as history; only what is approved is published, and what is no longer approved is withdrawn by\n"
        "the next run.\n\n"
        f"{table(['reason', 'verdict', 'in words', 'needs a note'], rows)}"
    )


def permissions_page() -> str:
    """Every route by every role."""
    rows = [
        [f"`{route}`", *("yes" if permissions.allows(route, held) else "" for held in [(), *((one,) for one in Role)])]
        for route in permissions.PERMISSIONS
    ]
    return (
        "# Permissions\n\n"
        f"{MADE}"
        "Who may use which page, from `heritage_color/web/door/permissions.py`. A route that is not in the table is\n"
        "refused to everybody, and a test asks every route as every role. An account with several roles may do\n"
        "what any of them may. Raters need no account. Roles are given by\n"
        "[`heritage-color account`](commands.md#account).\n\n"
        f"{table(['route', 'everyone', *Role], rows)}"
    )


def schema_page() -> str:
    """The JSON Schema of manifest.csv."""
    return schema.schema_text() + "\n"


PAGES = {
    "settings.md": settings_page,
    "dags.md": dags_page,
    "metrics.md": metrics_page,
    "decisions.md": decisions_page,
    "permissions.md": permissions_page,
    "manifest.schema.json": schema_page,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page())
