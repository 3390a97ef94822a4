"""Keeps persons out of what is stored: pseudonyms for identity numbers, and texts without numbers of persons."""

from pipelines.privacy.key import OtherKey, check_key, key_of, pseudonymiser
from pipelines.privacy.masks import mask, scrub, scrubbed
from pipelines.privacy.protection import PERSONAL_HEADER, protect, record_keys
from pipelines.privacy.pseudonyms import Pseudonymiser

__all__ = [
    "PERSONAL_HEADER",
    "OtherKey",
    "Pseudonymiser",
    "check_key",
    "key_of",
    "mask",
    "protect",
    "pseudonymiser",
    "record_keys",
    "scrub",
    "scrubbed",
]
