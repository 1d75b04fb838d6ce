"""Text out of a file that somebody names: it has an end, and it is UTF-8."""

from pathlib import Path


class TextError(ValueError):
    """It cannot be read, or is too long."""


class NotThere(TextError):
    """There is no such file."""


class NotUtf8(TextError):
    """It is something else, from a line on that is named."""


def text_of(path: Path, most_bytes: int) -> str:
    """What is in it, without a byte order mark. `/dev/zero` and pipes are read no further than `most_bytes`. Raises TextError."""
    try:
        with path.open("rb") as file:
            found = file.read(most_bytes + 1)
    except FileNotFoundError as error:
        raise NotThere(f"cannot be read: {error.strerror}") from None
    except OSError as error:
        raise TextError(f"cannot be read: {error.strerror or error}") from None
    if len(found) > most_bytes:
        raise TextError(f"expected at most {most_bytes // 1_000_000} MB, got more")
    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise NotUtf8(f"line {line}: expected text in UTF-8") from None
