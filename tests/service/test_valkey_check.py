"""What is demanded of a server, and how it is refused: in one sentence that says what to set."""

import pytest
from redis.exceptions import ResponseError

from service.store import WrongStore
from service.valkey_check import DURABLE, READ_TOO, complaints, demand, demand_meta, demand_unhurried, questions

INFO = b"# Server\r\nredis_version:7.2.4\r\nvalkey_version:9.1.2\r\nrole:master\r\naof_last_write_status:ok\r\nused_memory:900\r\n"
GOOD = [part.encode() for pair in DURABLE.items() for part in pair]


def said(info: bytes = INFO, config: object = GOOD, *, vouched: bool = False) -> list[str]:
    """All complaints."""
    return list(complaints(info, config, vouched=vouched))


def changed(name: str, value: str) -> list[bytes]:
    """Good settings but for one."""
    return [part.encode() for pair in {**DURABLE, name: value}.items() for part in pair]


@pytest.mark.parametrize("version", ["redis_version:7.2.4", "redis_version:7.2.0", "redis_version:8.0.1",
                                     "redis_version:10.0.0", "redis_version:7.2.4\r\nvalkey_version:9.1.2"])  # fmt: skip
def test_7_2_and_newer_are_welcome(version: str) -> None:
    """Valkey and Redis alike, and ten is more than seven."""
    assert said(version.encode()) == []


@pytest.mark.parametrize(
    ("info", "got"), [(b"redis_version:7.0.15\r\n", "7.0.15"), (b"redis_version:6.2\r\n", "6.2"), (b"", "no version")]
)
def test_older_ones_are_refused(info: bytes, got: str) -> None:
    """The sentence says what was expected and what was found."""
    assert said(info) == [f"expected valkey or redis 7.2 or newer, got {got}"]


@pytest.mark.parametrize("name", DURABLE)
def test_each_durability_setting_is_demanded(name: str) -> None:
    """One wrong setting is enough, vouched for or not; so is one the server does not know."""
    demand(INFO, GOOD, vouched=False)
    for vouched in (False, True):
        with pytest.raises(WrongStore, match=f"^the store may .*: expected {name} .+, got else$"):
            demand(INFO, changed(name, "else"), vouched=vouched)
    assert len(said(config=[])) == len(DURABLE)
    assert all(sentence.endswith("got nothing") for sentence in said(config=[]))


def test_eviction_by_any_name_is_refused() -> None:
    """Also the kinds that only take what has a time to live."""
    for policy in ("allkeys-lru", "volatile-ttl", "volatile-lru", "allkeys-random"):
        assert said(config=changed("maxmemory-policy", policy)) == [
            f"the store may throw away what it acknowledged: expected maxmemory-policy noeviction, got {policy}"
        ]


def test_a_replica_is_refused_and_its_master_named() -> None:
    """Written to or not, what it takes is lost at the next word from its master."""
    [sentence] = said(INFO.replace(b"role:master", b"role:slave\r\nmaster_host:10.0.0.7\r\nmaster_port:6379"))

    assert "10.0.0.7:6379" in sentence
    assert "LAMPLIT_STORE_URL" in sentence


def test_a_file_that_cannot_be_written_is_named() -> None:
    """Before the server itself gives up."""
    [sentence] = said(INFO.replace(b"write_status:ok", b"write_status:err"))

    assert sentence.endswith("look at its disk")


def test_memory_that_is_nearly_used_up_is_refused() -> None:
    """Nothing is thrown away, so nothing more would be taken; without a limit there is none."""
    assert said(config=[*GOOD, b"maxmemory", b"1001"]) == []
    assert said(config=[*GOOD, b"maxmemory", b"0"]) == []
    [sentence] = said(config=[*GOOD, b"maxmemory", b"1000"])
    assert sentence.startswith("the store is nearly full")


def test_everything_that_is_wrong_is_said() -> None:
    """For `lamplit check`; whoever starts hears the first."""
    config = [part.encode() for name in DURABLE for part in (name, "else")]

    assert len(said(b"redis_version:6.0\r\nrole:slave", config)) == 2 + len(DURABLE)
    with pytest.raises(WrongStore, match="expected valkey"):
        demand(b"redis_version:6.0\r\nrole:slave", config, vouched=False)


def test_what_is_judged_is_asked_for() -> None:
    """One question for each setting."""
    _, config = questions()

    assert set(config[2:]) == {*DURABLE, *READ_TOO}


def test_a_refused_question_needs_somebody_to_vouch() -> None:
    """A store that does not answer CONFIG is the operator's word against nothing."""
    refusal = ResponseError("unknown command 'CONFIG'")
    assert said(config=refusal, vouched=True) == []
    [sentence] = said(config=refusal)
    assert "nobody vouches for them" in sentence
    assert sentence.endswith("unknown command 'CONFIG'")


def test_no_key_of_ours_may_expire() -> None:
    """A time to live on a hash of journeys would end them all in silence."""
    demand_unhurried(["states", "wake"], [-1, -2])
    with pytest.raises(WrongStore, match="expected wake to be kept for ever"):
        demand_unhurried(["states", "wake"], [-1, 0])


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
