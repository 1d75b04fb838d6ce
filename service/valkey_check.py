"""What a server must be before anything is entrusted to it. Every complaint is one sentence."""

from collections.abc import Mapping, Sequence

from redis.exceptions import ResponseError

from .store import WrongStore
from .valkey_line import Reply

OLDEST = (7, 2)
FORMAT = 1
# A reply is sent after its fsync only with all of these; the third, on, drops the fsync during a rewrite.
DURABLE = {
    "appendonly": "yes",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    "maxmemory-policy": "noeviction",
}


def demand_version(info: Reply) -> None:
    """`info` is the reply to INFO server. Valkey names the Redis version it is compatible with as well."""
    lines = dict(line.split(":", 1) for line in bytes(info).decode().split() if ":" in line)
    version = lines.get("valkey_version") or lines.get("redis_version", "")
    numbers = version.split(".")[:2]
    if not all(number.isdecimal() for number in numbers) or tuple(map(int, numbers)) < OLDEST:
        raise WrongStore(f"expected valkey or redis 7.2 or newer, got {version or 'no version'}")


def demand_durable(config: Reply, *, vouched: bool) -> None:
    """`config` is the reply to CONFIG GET of every name in DURABLE, or the refusal."""
    if isinstance(config, ResponseError):
        if not vouched:
            raise WrongStore(f"the store does not show its durability settings and nobody vouches for them: {config}")
        return
    settings = _pairs(config)
    for name, expected in DURABLE.items():
        if settings.get(name) != expected:
            raise WrongStore(f"the store may lose what it acknowledged: expected {name} {expected}, got "
                             f"{settings.get(name, 'nothing')}")  # fmt: skip


def demand_meta(meta: Reply, *, partitions: int) -> str:
    """`meta` is the whole of `lamplit:meta`; returns the generation."""
    written = _pairs(meta)
    _demand("format", written, FORMAT)
    _demand("partitions", written, partitions)
    if not written.get("generation"):
        raise WrongStore("expected a generation in lamplit:meta, got nothing")
    return written["generation"]


def _demand(name: str, written: Mapping[str, str], expected: int) -> None:
    if written.get(name) != str(expected):
        raise WrongStore(f"the store was set up differently: expected {name} {expected}, got {written.get(name)}")


def _pairs(flat: Sequence[bytes]) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in zip(flat[::2], flat[1::2], strict=True)}
