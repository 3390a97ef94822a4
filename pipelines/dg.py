"""``dg``, Dagster's command for developers, with the storage of the chosen home and without telemetry.

The original command decides about telemetry before it reads anything of a project: by ``telemetry`` in the dagster.yaml
in ``DAGSTER_HOME``, or by a file of the user. So the script ``dg`` in our environment is this one.
"""

from pipelines import running, settings


def main() -> None:
    """Runs Dagster's command."""
    running.prepare(settings.home())
    from dagster_dg_cli.cli import main as dagster_main

    dagster_main()
