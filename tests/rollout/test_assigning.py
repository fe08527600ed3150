from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rollout.assigning import arm_of, place_of
from bot.vocabulary.rollout import Arm

_SHARES = st.floats(min_value=0, max_value=1)


@given(st.text(), st.text(), st.text(), _SHARES, _SHARES)
@settings(max_examples=50)
def test_a_larger_share_takes_nobody_away_from_the_bot(
    conversation: str, topic: str, salt: str, one: float, other: float
) -> None:
    smaller, larger = sorted((one, other))
    if arm_of(conversation, topic, share=smaller, salt=salt) is Arm.BOT:
        assert arm_of(conversation, topic, share=larger, salt=salt) is Arm.BOT


@given(st.text(), st.text(), st.text())
@settings(max_examples=30)
def test_nobody_is_in_a_share_of_nothing_and_all_are_in_the_whole(
    conversation: str, topic: str, salt: str
) -> None:
    assert arm_of(conversation, topic, share=0, salt=salt) is Arm.HUMAN
    assert arm_of(conversation, topic, share=1, salt=salt) is Arm.BOT


def test_the_arm_of_a_conversation_stays_what_it_was_in_earlier_releases() -> None:
    # Another hash would draw all canaries anew in the middle of a comparison.
    drawn = [arm_of(f"slack:T1:C{n}", "refunds", share=0.5, salt="s").value[0] for n in range(24)]
    assert "".join(drawn) == "bhhhbbhhhbhbbhhhbbhhbbhb"


def test_a_share_is_what_it_says() -> None:
    drawn = [arm_of(f"telegram:1:{n}", "", share=0.1, salt="s") for n in range(20_000)]
    assert 1_830 < drawn.count(Arm.BOT) < 2_170  # four standard deviations


def test_topics_and_salts_are_drawn_by_themselves() -> None:
    names = [f"c{n}" for n in range(4_000)]
    both = [
        (arm_of(name, "a", share=0.5, salt="s"), arm_of(name, topic, share=0.5, salt=salt))
        for topic, salt in (("b", "s"), ("a", "t"))
        for name in names
    ]
    same = sum(one is other for one, other in both)
    assert 3_800 < same < 4_200


def test_what_stands_where_makes_a_difference() -> None:
    assert place_of("ab", "c", salt="") != place_of("a", "bc", salt="")
    assert place_of("", "a", salt="b") != place_of("", "b", salt="a")
