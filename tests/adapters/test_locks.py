import asyncio
import gc
import weakref

from adapters.locks import Locks


async def test_a_key_is_held_by_one_at_a_time_and_other_keys_are_not_delayed() -> None:
    locks = Locks()
    seen: list[str] = []

    async def work(key: str, name: str) -> None:
        async with locks.of(key):
            gc.collect()
            seen.append(f"{name} begins")
            await asyncio.sleep(0.01)
            seen.append(f"{name} ends")

    await asyncio.gather(work("a", "first"), work("a", "second"), work("b", "other"))
    assert seen.index("first ends") < seen.index("second begins")
    assert seen.index("other begins") < seen.index("first ends")


async def test_a_lock_that_nobody_wants_is_forgotten() -> None:
    locks = Locks()
    lock = locks.of("a")
    assert locks.of("a") is lock
    is_known = weakref.ref(lock)
    del lock
    gc.collect()
    assert is_known() is None
