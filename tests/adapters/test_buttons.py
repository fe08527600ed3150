"""What all platforms share of buttons: scales in even rows, what forms ask for and begin with."""

import time

from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from adapters.buttons import STEPS, even_rows, prefill_name, question_of, stretches
from adapters.prefills import SECTION, Prefills
from bot.texts import catalogue, say
from bot.vocabulary.messages import Button, Platform
from tests.tools import adapter_tools

BUTTONS = st.lists(
    st.builds(Button, action=st.uuids().map(str), label=st.text(max_size=9)), max_size=40
)


@given(BUTTONS)
def test_stretches_keep_all_buttons_and_their_order(buttons: list[Button]) -> None:
    found = list(stretches(buttons))
    assert [button for _, stretch in found for button in stretch] == buttons
    assert all(len(stretch) > STEPS for is_scale, stretch in found if is_scale)
    assert all(stretch for _, stretch in found)


@given(st.lists(st.integers(), max_size=60), st.integers(min_value=1, max_value=9))
def test_even_rows_keep_order_and_differ_by_one_at_most(items: list[int], most: int) -> None:
    rows = even_rows(items, most)
    assert [item for row in rows for item in row] == items
    lengths = {len(row) for row in rows}
    assert max(lengths, default=0) <= most
    assert max(lengths, default=0) - min(lengths, default=0) <= 1
    assert len(rows) == -(-len(items) // most)


def test_a_form_asks_for_what_its_verb_wants() -> None:
    asked = {key for key in catalogue() if key.startswith("verbs.asks_")}
    assert len(asked) > 5
    for key in asked:
        action = f"case:{key.removeprefix('verbs.asks_')}:target"
        assert question_of(action, "es", label="A label") == say(key, "es")
    assert question_of("case:nothing", "es", label="A label") == "A label"
    assert question_of("case:nothing", "es", label="") == say("adapters.form_label", "es")


async def test_what_forms_begin_with_is_kept_for_all_processes_and_bounded(
    redis_client: Redis,
) -> None:
    store = adapter_tools(redis_client, Platform.SLACK).store
    texts = [f"Draft {number}\nwith two lines" for number in range(60)]
    for text in texts:
        asking = Button(action="case:edit", label="Edit", asks=True, prefill=text)
        await Prefills(store, most=20).keep((asking, Button(action="a", label="A", prefill="no")))
    later = Prefills(store, most=20)
    assert await later.find(prefill_name(texts[-1])) == texts[-1]
    assert await later.find(prefill_name(texts[0])) == ""
    assert await later.find("") == await later.find("unknown") == ""
    assert len(await store.read(SECTION)) <= 20
    kept = (await store.read(SECTION))[prefill_name(texts[-1])]
    assert abs(float(kept.partition(" ")[0]) - time.time()) < 600
