"""Why a run failed, in the words of the fault itself."""

import re
from collections.abc import Iterable
from typing import Any

from dagster import DagsterEvent, DagsterEventType

_OF_A_PART = {DagsterEventType.STEP_FAILURE, DagsterEventType.RESOURCE_INIT_FAILURE}
FAILURES = _OF_A_PART | {DagsterEventType.RUN_FAILURE}


def reason(events: Iterable[DagsterEvent]) -> str:
    """Each fault once, as ``<step>: <fault>``, joined by line breaks; empty where nothing failed.

    What the run says of its own end counts only where no part of it failed: it was stopped, or never began.
    """
    of_parts: dict[str, None] = {}
    of_the_end: dict[str, None] = {}
    for event in events:
        error = getattr(event.event_specific_data, "error", None)
        if error is None:
            continue
        fault = _fault(error)
        line = f"{event.step_key}: {fault}" if event.step_key else fault
        (of_parts if event.event_type in _OF_A_PART else of_the_end)[line] = None
    return "\n".join(of_parts or of_the_end)


def _fault(error: Any) -> str:
    """The message of the first error in the chain of causes that is not Dagster's own, without its class."""
    if error.cls_name == "DagsterExecutionInterruptedError":
        return "told to stop"
    while error.cause is not None and (error.cls_name or "").startswith(("Dagster", "RetryRequested")):
        error = error.cause
    message: str = error.message
    return re.sub(rf"^[\w.]*\b{error.cls_name}: ", "", message.strip())
