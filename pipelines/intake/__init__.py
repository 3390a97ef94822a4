"""A feed's night: what providers delivered becomes rows in the lake, or is told why not.

A delivery's way, one file a step: `fetching` asks the platforms, `discovery` finds what the ledger does not know,
`slices` reads it from the archive, `verdict` judges, `batch` writes what is accepted and what is quarantined. `taking`
takes a feed through all of them.
"""

from pipelines.intake.discovery import Replay, first_delivery_day, waiting
from pipelines.intake.taken import Fault, Taken
from pipelines.intake.taking import Intake

__all__ = ["Fault", "Intake", "Replay", "Taken", "first_delivery_day", "waiting"]
