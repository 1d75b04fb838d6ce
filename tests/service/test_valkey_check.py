"""What is demanded of a server, and how it is refused: in one sentence."""

import pytest
from redis.exceptions import ResponseError

from service.store import WrongStore
from service.valkey_check import DURABLE, demand_durable, demand_meta, demand_version

GOOD = [part.encode() for pair in DURABLE.items() for part in pair]


@pytest.mark.parametrize(
    "info",
    [
        b"# Server\r\nredis_version:7.2.4\r\nvalkey_version:9.1.2\r\n",
        b"redis_version:7.2.0\r\n",
        b"redis_version:8.0.1\r\n",
        b"redis_version:10.0.0\r\n",
    ],
)
def test_7_2_and_newer_are_welcome(info: bytes) -> None:
    """Valkey and Redis alike, and ten is more than seven."""
    demand_version(info)


@pytest.mark.parametrize(
    ("info", "got"), [(b"redis_version:7.0.15\r\n", "7.0.15"), (b"redis_version:6.2\r\n", "6.2"), (b"", "no version")]
)
def test_older_ones_are_refused(info: bytes, got: str) -> None:
    """The sentence says what was expected and what was found."""
    with pytest.raises(WrongStore, match=f"^expected valkey or redis 7.2 or newer, got {got}$"):
        demand_version(info)


@pytest.mark.parametrize("name", DURABLE)
def test_each_durability_setting_is_demanded(name: str) -> None:
    """One wrong setting is enough, vouched for or not; so is one the server does not know."""
    demand_durable(GOOD, vouched=False)
    wrong = [b"else" if part == DURABLE[name].encode() else part for part in GOOD]
    for vouched in (False, True):
        with pytest.raises(WrongStore, match="may lose what it acknowledged"):
            demand_durable(wrong, vouched=vouched)
    with pytest.raises(WrongStore, match="got nothing"):
        demand_durable([], vouched=False)


def test_a_refused_question_needs_somebody_to_vouch() -> None:
    """A store that does not answer CONFIG is the operator's word against nothing."""
    refusal = ResponseError("unknown command 'CONFIG'")
    demand_durable(refusal, vouched=True)
    with pytest.raises(WrongStore, match="nobody vouches for them: unknown command"):
        demand_durable(refusal, vouched=False)


def test_the_set_up_must_be_the_same() -> None:
    """Another format, another number of partitions or none at all: refused; else its generation is told."""
    meta = [b"format", b"1", b"partitions", b"8", b"generation", b"g1"]
    assert demand_meta(meta, partitions=8) == "g1"
    with pytest.raises(WrongStore, match="expected partitions 4, got 8"):
        demand_meta(meta, partitions=4)
    with pytest.raises(WrongStore, match="expected format 1, got None"):
        demand_meta(meta[2:], partitions=8)
    with pytest.raises(WrongStore, match="generation"):
        demand_meta(meta[:4], partitions=8)
