"""Terminals that know only some letters: what they cannot show is shown in plain ones, and never breaks a command."""

import codecs
from io import TextIOWrapper
from typing import Any

from anyascii import anyascii

PLAIN = "lamplit.plain"


def _plainly(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(anyascii(c) or "?" for c in error.object[error.start : error.end]), error.end


codecs.register_error(PLAIN, _plainly)


def plain(stream: Any) -> None:
    """A dash for a dash and a u for an ü, wherever this stream's encoding has none."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors=PLAIN)
