"""Tenant keys: where they come from, which are refused at the start, and how they are exchanged."""

import asyncio
import base64
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.engine.persons.consent import Rules
from bot.engine.persons.stores import PersonStores, open_stores
from bot.engine.sealing.installation import KeySource, open_keyring
from bot.engine.sealing.key_command import KeyCommand
from bot.engine.sealing.keyfile import FILE_NAME, make_key_file, parse_key, read_key_file
from bot.engine.sealing.rewrapping import Rewrapped, Rewrapping
from bot.engine.sealing.sources import FileKeys, ServiceKeys, SetKeys, choose_source
from bot.vocabulary.errors import ConfigurationError, UnreadableMemoryError
from bot.vocabulary.memory import Memory
from tests.memory_kit import KEY, OTHER_KEY, a_fact, a_principal, learn

SERVICE = """
import base64, hashlib, json, sys
asked = json.loads(sys.stdin.readline())
pad = hashlib.sha256(b"service" + asked["context"]["installation"].encode()).digest()
mix = lambda text: bytes(one ^ other for one, other in zip(text, pad))
field = "key" if asked["op"] == "wrap" else "wrapped"
text = base64.b64encode(mix(base64.b64decode(asked[field]))).decode()
print(json.dumps({"wrapped" if field == "key" else "key": text}))
"""
"""A key service that keeps no secret: it answers as one does."""


async def stores_with(redis: Redis, source: KeySource) -> PersonStores:
    return await open_stores(redis, source, Rules(), deadline=5, days=30)


async def rewrap(redis: Redis, source: KeySource) -> Rewrapped:
    return await Rewrapping(redis, source, deadline=5).run(lambda _: None)


def a_service(script: str = SERVICE, *, seconds: float = 15) -> ServiceKeys:
    return ServiceKeys(KeyCommand([sys.executable, "-I", "-c", script], seconds=seconds))


@pytest.mark.parametrize("text", ["", "short", KEY[:-4], "!" + KEY, KEY + KEY])
def test_what_is_no_key_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ConfigurationError, match="openssl rand -base64 32") as caught:
        parse_key(text, "memory.key")
    assert not text or text not in str(caught.value)


def test_a_key_is_read_in_both_spellings_of_base64() -> None:
    key = bytes(range(200, 232))
    spellings = (base64.b64encode(key), base64.urlsafe_b64encode(key))
    assert {parse_key(f" {text.decode()}\n", "memory.key") for text in spellings} == {key}


def test_the_key_file_is_for_its_owner_alone_and_made_once(tmp_path: Path) -> None:
    made = make_key_file(tmp_path / "new")
    path = tmp_path / "new" / FILE_NAME
    assert path.stat().st_mode & 0o777 == 0o600
    assert make_key_file(tmp_path / "new") == made == read_key_file(tmp_path / "new")
    assert [one.name for one in path.parent.iterdir()] == [FILE_NAME]
    path.chmod(0o640)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        read_key_file(path.parent)


async def test_processes_that_start_at_once_agree(redis_client: Redis, tmp_path: Path) -> None:
    async def start() -> str:
        made = await asyncio.to_thread(make_key_file, tmp_path)
        ring = await open_keyring(redis_client, FileKeys(tmp_path, ()), deadline=5)
        return made + ring.mark("code", "1")

    assert len(set(await asyncio.gather(*(start() for _ in range(8))))) == 1


async def test_a_wrong_or_missing_key_is_refused_at_the_start(
    redis_client: Redis, tmp_path: Path
) -> None:
    await open_keyring(redis_client, SetKeys(KEY, ()), deadline=5)
    for source, said in (
        (SetKeys(OTHER_KEY, ()), "another key"),
        (FileKeys(tmp_path, ()), "is missing"),
        (a_service(), "take memory.key_command out"),
    ):
        with pytest.raises(ConfigurationError, match=said) as caught:
            await open_keyring(redis_client, source, deadline=5)
        assert OTHER_KEY not in str(caught.value)
    assert read_key_file(tmp_path) is None, "a key was made that nothing is encrypted under"


def test_settings_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="Both"):
        choose_source(key=KEY, previous=(), command=("kms",), folder=tmp_path)
    kinds = [
        choose_source(key=key, previous=(), command=command, folder=tmp_path)
        for key, command in ((KEY, ()), ("", ("kms",)), ("", ()))
    ]
    assert [type(one) for one in kinds] == [SetKeys, ServiceKeys, FileKeys]


async def test_all_is_wrapped_anew_and_the_old_key_can_go(redis_client: Redis) -> None:
    old, both = SetKeys(KEY, ()), SetKeys(OTHER_KEY, (KEY,))
    before = await stores_with(redis_client, old)
    people = [a_principal(f"u{number}") for number in range(30)]
    owners = [await learn(before, who, Memory(facts=(a_fact("pro", by=who),))) for who in people]
    with pytest.raises(ConfigurationError):
        await stores_with(redis_client, SetKeys(OTHER_KEY, ()))
    seen: list[int] = []
    done = await Rewrapping(redis_client, both, deadline=5).run(seen.append)
    assert (done.owners, done.changed, done.unreadable) == (30, 30, 0)
    assert seen[-1] == 30
    assert (await rewrap(redis_client, both)).changed == 0
    after = await stores_with(redis_client, SetKeys(OTHER_KEY, ()))
    for who, owner in zip(people, owners, strict=True):
        assert (await after.vault.read(owner))[0].facts == (a_fact("pro", by=who),)
    with pytest.raises(UnreadableMemoryError):
        await before.vault.read(owners[0])


async def test_keys_are_exchanged_beside_writers(redis_client: Redis) -> None:
    stores = [await stores_with(redis_client, SetKeys(*keys)) for keys in _ROLLING]
    people = [a_principal(f"u{number}") for number in range(10)]

    async def write(round_: int) -> None:
        for number, who in enumerate(people):
            fact = a_fact(f"v{round_}", by=who, minutes=round_)
            await learn(stores[number % 2], who, Memory(replaced=(fact,)))

    await write(0)
    await asyncio.gather(write(1), rewrap(redis_client, SetKeys(*_ROLLING[1])), write(2))
    await rewrap(redis_client, SetKeys(*_ROLLING[1]))
    after = await stores_with(redis_client, SetKeys(OTHER_KEY, ()))
    for who in people:
        owner = (await after.people.person_of(f"slack:T1:{who.user_id}")).owner
        assert len((await after.vault.read(owner))[0].replaced) == 3


async def test_while_something_cant_be_read_the_old_key_stays_needed(redis_client: Redis) -> None:
    await learn(await stores_with(redis_client, SetKeys(KEY, ())), _ANA, _KNOWN)
    third = base64.b64encode(bytes(32)).decode()
    stores = await stores_with(redis_client, SetKeys(third, (KEY,)))
    await learn(stores, a_principal("ben"), _KNOWN)
    done = await rewrap(redis_client, SetKeys(OTHER_KEY, (KEY,)))
    assert (done.changed, done.unreadable) == (1, 1)
    with pytest.raises(ConfigurationError):
        await stores_with(redis_client, SetKeys(OTHER_KEY, ()))
    await rewrap(redis_client, SetKeys(OTHER_KEY, (KEY, third)))
    await stores_with(redis_client, SetKeys(OTHER_KEY, ()))


async def test_a_key_service_wraps_the_tenant_keys_and_can_give_new_ones(
    redis_client: Redis,
) -> None:
    running = await stores_with(redis_client, a_service())
    owner = await learn(running, _ANA, _KNOWN)
    done = await rewrap(redis_client, a_service())
    assert (done.changed, done.unreadable) == (1, 0)
    assert (await running.vault.read(owner))[0] == _KNOWN, "a running process learns of new keys"
    again = await stores_with(redis_client, a_service())
    assert (await again.vault.read(owner))[0] == _KNOWN


async def test_new_keys_that_cannot_be_read_now_are_read_later(
    redis_client: Redis, tmp_path: Path
) -> None:
    """A running process must not fail for them, nor give them up."""
    running = await stores_with(redis_client, FileKeys(tmp_path, ()))
    owner, file = await learn(running, _ANA, _KNOWN), tmp_path / FILE_NAME
    await rewrap(redis_client, SetKeys(OTHER_KEY, (file.read_text(encoding="ascii"),)))
    file.unlink()
    with pytest.raises(UnreadableMemoryError, match="is missing"):
        await running.vault.read(owner)
    file.touch(mode=0o600)
    file.write_text(OTHER_KEY, encoding="ascii")
    assert (await running.vault.read(owner))[0] == _KNOWN


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("import sys; sys.exit('SECRET')", "ended with status 1"),
        ("print('SECRET')", "something else than one JSON object"),
        ('print(\'{"key": "SECRET"}\')', 'printed no {"wrapped"'),
        ("import time; time.sleep(60)", "did not answer within 0.5 s"),
    ],
)
async def test_a_failing_key_service_is_named_and_not_repeated(
    redis_client: Redis, script: str, said: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        await open_keyring(redis_client, a_service(script, seconds=0.5), deadline=5)
    assert said in str(caught.value)
    assert "SECRET" not in str(caught.value)


async def test_a_key_service_that_cant_be_started_is_named(redis_client: Redis) -> None:
    for command in (["/does/not/exist"], [""]):
        with pytest.raises(ConfigurationError, match="can't be started"):
            await open_keyring(redis_client, ServiceKeys(KeyCommand(command)), deadline=5)


_ROLLING: Sequence[tuple[str, Sequence[str]]] = ((KEY, (OTHER_KEY,)), (OTHER_KEY, (KEY,)))
"""Two processes while the keys are exchanged: both can read with both."""

_ANA = a_principal("ana")
_KNOWN = Memory(facts=(a_fact("pro", by=_ANA),))
