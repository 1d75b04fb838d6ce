"""What a server must be before anything is entrusted to it. Every complaint is one sentence that says what to set."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from redis.exceptions import ResponseError

from .store import WrongStore
from .valkey_line import Command, Reply

OLDEST = (7, 2)
FORMAT = 1
# A reply is sent after its fsync only with the first three; the third, on, drops the fsync during a rewrite.
DURABLE = {
    "appendonly": "yes",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    "maxmemory-policy": "noeviction",
    "save": "",
}
_WHY = {
    "appendonly": "the store may lose what it acknowledged",
    "appendfsync": "the store may lose what it acknowledged",
    "no-appendfsync-on-rewrite": "the store may lose what it acknowledged",
    "maxmemory-policy": "the store may throw away what it acknowledged",
    "save": "the store may stop taking anything when a snapshot fails",
}
READ_TOO = ("maxmemory",)
_EMPTY = '""'
FULL = 0.9
"""Of `maxmemory`: nothing is thrown away, so above it nothing is taken any more."""


def questions() -> tuple[Command, ...]:
    """What to ask a server; the replies go to `complaints`, in that order."""
    return (("INFO",), ("CONFIG", "GET", *DURABLE, *READ_TOO))


def demand(info: Reply, config: Reply, *, vouched: bool) -> None:
    """Raises WrongStore with the first complaint."""
    for complaint in complaints(info, config, vouched=vouched):
        raise WrongStore(complaint)


def complaints(info: Reply, config: Reply, *, vouched: bool) -> Iterator[str]:
    """Everything that speaks against this server. `config` may be the refusal to show it: then somebody must vouch."""
    lines = _lines(info)
    version = lines.get("valkey_version") or lines.get("redis_version", "")
    if not _is_new_enough(version):
        yield f"expected valkey or redis 7.2 or newer, got {version or 'no version'}"
    yield from _of_role(lines)
    yield from _of_file(lines)
    if isinstance(config, ResponseError):
        if not vouched:
            yield (
                f"the store does not show its durability settings and nobody vouches for them "
                f"(LAMPLIT_STORE_DURABILITY=operator-vouches): {config}"
            )
        return
    settings = _pairs(config)
    for name, expected in DURABLE.items():
        got = settings.get(name)
        if got != expected:
            yield f"{_WHY[name]}: expected {name} {expected or _EMPTY}, got {_EMPTY if got == '' else got or 'nothing'}"
    yield from _of_memory(lines, settings)


def demand_unhurried(keys: Iterable[str], expiries: Iterable[Reply]) -> None:
    """No key of ours may expire. `expiries` are the replies to PTTL: -1 never, -2 there is no such key.

    Raises WrongStore."""
    for key, expiry in zip(keys, expiries, strict=True):
        if int(expiry) >= 0:
            raise WrongStore(
                f"the store throws away what it acknowledged: expected {key} to be kept for ever, got a time to live "
                f"(take away whatever sets one, and say PERSIST {key})"
            )


def demand_meta(meta: Reply, *, partitions: int) -> str:
    """`meta` is the whole of `lamplit:meta`; returns the generation."""
    written = _pairs(meta)
    _demand("format", written, FORMAT)
    _demand("partitions", written, partitions)
    if not written.get("generation"):
        raise WrongStore("expected a generation in lamplit:meta, got nothing")
    return written["generation"]


def _of_role(lines: Mapping[str, str]) -> Iterator[str]:
    if lines.get("role", "master") != "master":
        yield (
            f"the store is a copy of another and what it takes is lost: expected the master "
            f"({lines.get('master_host', 'unknown')}:{lines.get('master_port', '?')}), got a replica; "
            f"name the master in LAMPLIT_STORE_URL, or say REPLICAOF NO ONE"
        )


def _of_file(lines: Mapping[str, str]) -> Iterator[str]:
    if lines.get("aof_last_write_status", "ok") != "ok":
        yield "the store cannot write its file: expected aof_last_write_status ok, got err; look at its disk"


def _of_memory(lines: Mapping[str, str], settings: Mapping[str, str]) -> Iterator[str]:
    most, used = (int(text) if text.isdecimal() else 0 for text in (settings.get("maxmemory", ""),
                                                                    lines.get("used_memory", "")))  # fmt: skip
    if most and used >= FULL * most:
        yield f"the store is nearly full and will take nothing more: expected maxmemory 0 or well over {used}, got {most}"


def _is_new_enough(version: str) -> bool:
    numbers = version.split(".")[:2]
    return all(number.isdecimal() for number in numbers) and tuple(map(int, numbers)) >= OLDEST


def _lines(info: Reply) -> dict[str, str]:
    return dict(line.split(":", 1) for line in bytes(info).decode().split() if ":" in line)


def _demand(name: str, written: Mapping[str, str], expected: int) -> None:
    if written.get(name) != str(expected):
        raise WrongStore(f"the store was set up differently: expected {name} {expected}, got {written.get(name)}")


def _pairs(flat: Sequence[bytes]) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in zip(flat[::2], flat[1::2], strict=True)}
