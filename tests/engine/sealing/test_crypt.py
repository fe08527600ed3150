"""What is sealed opens under its key and where it belongs, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.sealing.crypt import belonging, new_key, seal, unseal
from bot.engine.sealing.keyring import Keyring, TenantKeys
from bot.vocabulary.errors import UnreadableMemoryError

KEY, OTHER = new_key(), new_key()


def a_keyring(current: bytes = KEY, *previous: bytes, installation: str = "i1") -> Keyring:
    return Keyring(installation, b"s" * 32, TenantKeys(current=current, previous=previous))


@given(text=st.binary(max_size=200))
def test_what_is_sealed_opens_where_it_belongs(text: bytes) -> None:
    assert unseal(KEY, seal(KEY, text, b"here"), b"here") == text


@given(flip=st.integers(0, 8 * 30), key=st.booleans(), place=st.booleans())
def test_nothing_else_opens(*, flip: int, key: bool, place: bool) -> None:
    sealed = bytearray(seal(KEY, b"secret words", b"here"))
    if not key and not place:
        sealed[flip // 8] ^= 1 << flip % 8
    with pytest.raises(UnreadableMemoryError) as caught:
        unseal(OTHER if key else KEY, bytes(sealed), b"there" if place else b"here")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + b"n" * 11, b"\x02" + b"x" * 60])
def test_what_is_cut_off_or_of_another_form_is_refused(sealed: bytes) -> None:
    with pytest.raises(UnreadableMemoryError):
        unseal(KEY, sealed, b"here")


@given(
    parts=st.lists(st.text(max_size=4), min_size=2, max_size=3), other=st.lists(st.text(max_size=4))
)
def test_other_parts_never_look_alike(parts: list[str], other: list[str]) -> None:
    assert (belonging(*parts) == belonging(*other)) == (parts == other)


async def test_a_data_key_opens_for_its_owner_alone() -> None:
    ring, data_key = a_keyring(), new_key()
    wrapped = ring.wrap("person:a", data_key)
    assert await ring.unwrap("person:a", wrapped) == data_key
    for other in (
        ring.unwrap("person:b", wrapped),
        a_keyring(installation="i2").unwrap("person:a", wrapped),
    ):
        with pytest.raises(UnreadableMemoryError):
            await other


async def test_a_field_opens_for_its_owner_field_and_installation_alone() -> None:
    ring, data_key = a_keyring(), new_key()
    sealed = ring.seal(data_key, "person:a", "profile", b"words")
    assert ring.unseal(data_key, "person:a", "profile", sealed) == b"words"
    for owner, name in (("person:b", "profile"), ("person:a", "threads"), ("group:a", "profile")):
        with pytest.raises(UnreadableMemoryError):
            ring.unseal(data_key, owner, name, sealed)
    with pytest.raises(UnreadableMemoryError):
        a_keyring(installation="i2").unseal(data_key, "person:a", "profile", sealed)


async def test_previous_keys_unwrap_and_the_current_one_wraps_anew() -> None:
    old, new = a_keyring(OTHER), a_keyring(KEY, OTHER)
    wrapped = old.wrap("person:a", data_key := new_key())
    assert await new.unwrap("person:a", wrapped) == data_key
    anew = await new.wrap_anew("person:a", wrapped)
    assert anew != wrapped
    assert await new.wrap_anew("person:a", anew) == anew
    assert await a_keyring(KEY).unwrap("person:a", anew) == data_key
    with pytest.raises(UnreadableMemoryError, match=r"memory\.previous_keys"):
        await a_keyring(KEY).unwrap("person:a", wrapped)


def test_marks_differ_by_purpose_and_installation_and_never_by_tenant_key() -> None:
    marks = {
        a_keyring().mark("code", "1234"),
        a_keyring().mark("tombstone", "1234"),
        a_keyring(installation="i2").mark("code", "1234"),
    }
    assert len(marks) == 3
    assert a_keyring(OTHER).mark("code", "1234") in marks


def test_no_key_shows_in_a_repr() -> None:
    assert repr(TenantKeys(current=KEY, previous=(OTHER,))) == "TenantKeys()"
