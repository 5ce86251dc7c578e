#!/bin/bash
# What must stand before the services start. Can be run again at any time.
set -euo pipefail

airflow db migrate
airflow pools set gpu "$HERITAGE_LANES" "Colorization lanes that run at once"
heritage-color migrate

umask 077
python - "$AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE" <<'PYTHON'
import json, os, pathlib, sys

pathlib.Path(sys.argv[1]).write_text(json.dumps({"admin": os.environ["AIRFLOW_ADMIN_PASSWORD"]}))
PYTHON
