"""Runs DAGs one after another as `airflow dags test` does, in one process: Airflow is imported once.

Reads a JSON line [dag_id, conf, environment] per run from standard input, answers each with true or false on standard
output; the log is on standard error. The environment holds the HERITAGE_ variables of that run, and no others count.
Ends with its input, so that it never outlives who started it.
"""

import json
import os
import sys
import traceback
from argparse import Namespace


def main() -> None:
    """Answer requests until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what Airflow prints belongs to the log
    from airflow.cli.cli_parser import get_parser

    parser = get_parser()
    for line in sys.stdin:
        dag_id, conf, environment = json.loads(line)
        _set_environment(environment)
        arguments = parser.parse_args(["dags", "test", dag_id, "--conf", json.dumps(conf)])
        print(json.dumps(_succeeds(arguments)), file=answers)


def _set_environment(environment) -> None:
    for name in [name for name in os.environ if name.startswith("HERITAGE_")]:
        del os.environ[name]
    os.environ.update(environment)


def _succeeds(arguments: Namespace) -> bool:
    try:
        arguments.func(arguments)
    except (Exception, SystemExit):  # whatever a task or Airflow raised: it is in the log, and the answer is no
        traceback.print_exc()
        return False
    return True


if __name__ == "__main__":
    main()
