"""``dg``, the command of Dagster's developers, over the chosen home's storage, and phoning nobody.

The command asks for leave to phone home before it reads anything of a project: by ``telemetry`` of the dagster.yaml in
``DAGSTER_HOME``, or by a file of the user's own. So the script of this name in the environment is ours.
"""

from pipelines import running, settings


def main() -> None:
    """Runs Dagster's command."""
    running.prepare(settings.home())
    from dagster_dg_cli.cli import main as dagster_main

    dagster_main()
