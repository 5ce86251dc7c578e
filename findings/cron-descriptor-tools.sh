#!/usr/bin/env bash
# cron-descriptor, which Apache Airflow brings along, installs modules of a top-level package "tools" into everybody's way.
#
# Expected: a wheel installs the package that it is named after; a folder tools/ of a project holds that project's programs.
# Happens: site-packages/tools/ holds two programs of cron-descriptor's. Without an __init__.py it is a namespace that a
#   project's own tools/ is merged with: `python -m tools.compilepos` runs, in any project that has none of that name.
# Versions: cron-descriptor 2.2.1.
# Source: PEP 420: portions of a namespace package are found on the whole path, and merged.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check cron-descriptor==2.2.1
mkdir -p "$folder/project/tools"
echo 'print("ours")' > "$folder/project/tools/plates.py"
cd "$folder/project"
../env/bin/python - <<'PYTHON'
import importlib.metadata
import importlib.util

import tools

installed = {file.parts[0] for file in importlib.metadata.files("cron-descriptor")}
print("top-level names of the wheel:", sorted(name for name in installed if "dist-info" not in name))
print("places of tools:", len(tools.__path__))
theirs = importlib.util.find_spec("tools.compilepos")
print("tools.compilepos is found:", theirs is not None)
assert "tools" in installed
assert len(tools.__path__) == 2 and theirs is not None
PYTHON
