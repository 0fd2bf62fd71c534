"""A safe file name for any submission id: no two ids share one, on no file system."""

import hashlib
import re
import unicodedata

# Lower case, so that it can't collide where case does not count; "~" is left to the names that carry a digest.
_SAFE_AS_IT_IS = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin|conout|clock)", re.IGNORECASE)
_LETTERS_KEPT = 40  # of up to 4 bytes each: with digest and ending well below the 255 bytes of a file name
_DIGEST_LENGTH = 16


def feedback_name(submission_id: str) -> str:
    """The name of the student's page: the id itself where that is safe, else its letters and a digest."""
    if _SAFE_AS_IT_IS.fullmatch(submission_id) and not _WINDOWS_DEVICE.fullmatch(submission_id):
        return f"{submission_id}.html"
    digest = hashlib.sha256(submission_id.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_LENGTH]
    return f"{_letters(submission_id) or 'student'}~{digest}.html"


def _letters(text: str) -> str:
    """What a reader recognises an id by: letters and digits of any script, all else as single hyphens."""
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(letter if letter.isalnum() else " " for letter in composed)
    return "-".join(kept.split())[:_LETTERS_KEPT]
