"""Tells the operators, over a webhook, that a night failed."""

import httpx
import tenacity

_TIMEOUT_SECONDS = 10


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code == httpx.codes.TOO_MANY_REQUESTS or error.response.is_server_error
    return isinstance(error, httpx.TransportError)


@tenacity.retry(
    retry=tenacity.retry_if_exception(_may_pass),
    wait=tenacity.wait_exponential_jitter(multiplier=0.2, max=15),
    stop=tenacity.stop_after_attempt(6),
    reraise=True,
)
def post(url: str, job: str, run_id: str, happened: str) -> None:
    """Posts what happened, what it means for the figures and what to do, as JSON with a ``text`` for chat systems.

    Raises:
        httpx.HTTPError: the message could not be delivered.
    """
    meaning = "The published warehouse is the last good version; its figures still hold, without the new deliveries."
    advice = "Open the run in the Dagster UI, mend the cause it names and run the night again: nothing is taken twice."
    text = f"{job} failed (run {run_id}): {happened}\n{meaning}\n{advice}"
    body = {"text": text, "job": job, "run_id": run_id, "happened": happened, "meaning": meaning, "advice": advice}
    httpx.post(url, json=body, timeout=_TIMEOUT_SECONDS).raise_for_status()
