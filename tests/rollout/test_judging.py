from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rollout.intervals import share_of
from bot.rollout.judging import Numbers, numbers_by_topic, proposal, summary
from bot.vocabulary.rollout import Arm, Evidence, EvidenceKind, RolloutMode

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
Seen = tuple[str, EvidenceKind, Arm, bool]


def seen(
    id: str,  # noqa: A002
    kind: EvidenceKind,
    *,
    good: bool,
    arm: Arm = Arm.HUMAN,
    topic: str = "refunds",
    minute: int = 0,
) -> Evidence:
    return Evidence(
        id=id,
        at=BEGIN + timedelta(minutes=minute),
        topic=topic,
        mode=RolloutMode.SHADOW,
        arm=arm,
        kind=kind,
        good=good,
    )


def test_of_one_id_and_kind_the_last_counts() -> None:
    evidence = [seen("a", EvidenceKind.DRAFT, good=True), seen("a", EvidenceKind.DRAFT, good=False)]
    assert numbers_by_topic(evidence)["refunds"].drafts == share_of(0, 1)


def test_what_was_moved_to_another_topic_counts_there_alone() -> None:
    evidence = [
        seen("a", EvidenceKind.DRAFT, good=True),
        seen("a", EvidenceKind.DRAFT, good=True, topic="orders"),
    ]
    assert numbers_by_topic(evidence).keys() == {"orders"}


def test_only_what_was_seen_since_the_mode_was_set_counts() -> None:
    evidence = [seen(str(n), EvidenceKind.DRAFT, good=True, minute=n) for n in range(10)]
    since = {"refunds": BEGIN + timedelta(minutes=7)}
    assert numbers_by_topic(evidence, since)["refunds"].drafts.of == 3


def test_a_conversation_goes_well_until_something_bad_is_seen_of_it() -> None:
    evidence = [
        seen("a", EvidenceKind.ANSWERED, good=True, arm=Arm.BOT),
        seen("b", EvidenceKind.ANSWERED, good=True, arm=Arm.BOT),
        seen("b", EvidenceKind.REJECTED, good=False, arm=Arm.BOT),
        seen("c", EvidenceKind.RATED, good=True),
    ]
    numbers = numbers_by_topic(evidence)["refunds"]
    assert (numbers.bot, numbers.people) == (share_of(1, 2), share_of(1, 1))


def test_what_people_settled_for_the_bot_counts_in_its_arm_and_an_open_case_in_none() -> None:
    evidence = [
        seen("a", EvidenceKind.SETTLED, good=True, arm=Arm.BOT),
        seen("b", EvidenceKind.SETTLED, good=True, arm=Arm.BOT),
        seen("b", EvidenceKind.RATED, good=False, arm=Arm.BOT),
        seen("c", EvidenceKind.RATED, good=False, arm=Arm.BOT),
    ]
    assert numbers_by_topic(evidence)["refunds"].bot == share_of(1, 2)


def test_a_draft_helps_when_it_was_sent_or_said_the_same() -> None:
    evidence = [
        seen("a", EvidenceKind.USED, good=True),
        seen("b", EvidenceKind.USED, good=False),
        seen("b", EvidenceKind.DRAFT, good=True),
        seen("c", EvidenceKind.USED, good=False),
    ]
    assert numbers_by_topic(evidence)["refunds"].helped == share_of(2, 3)


_SEEN = st.tuples(
    st.sampled_from("abcdef"), st.sampled_from(EvidenceKind), st.sampled_from(Arm), st.booleans()
)


@given(st.lists(_SEEN, max_size=30))
@settings(max_examples=40)
def test_no_number_exceeds_what_was_seen(rows: Sequence[Seen]) -> None:
    evidence = [seen(id, kind, arm=arm, good=good) for id, kind, arm, good in rows]  # noqa: A001
    numbers = numbers_by_topic(evidence).get("refunds", Numbers())
    assert numbers.seen == len({row[0] for row in rows})
    for share in (numbers.drafts, numbers.helped, numbers.bot, numbers.people):
        assert share.good <= share.of <= numbers.seen


def numbers(**shares: tuple[int, int]) -> Numbers:
    seen_of = max((of for _, of in shares.values()), default=0)
    return Numbers(seen=seen_of, **{name: share_of(*share) for name, share in shares.items()})


@pytest.mark.parametrize(
    ("mode", "found", "proposed"),
    [
        (RolloutMode.HUMAN, Numbers(seen=99), None),
        (RolloutMode.HUMAN, Numbers(seen=100), RolloutMode.SHADOW),
        (RolloutMode.SHADOW, numbers(drafts=(193, 212)), RolloutMode.COPILOT),
        (RolloutMode.SHADOW, numbers(drafts=(180, 212)), None),  # 85 %, but its lower end is 79 %
        (RolloutMode.SHADOW, numbers(drafts=(99, 99)), None),
        (RolloutMode.SHADOW, numbers(helped=(500, 500)), None),
        (RolloutMode.COPILOT, numbers(helped=(193, 212)), RolloutMode.CANARY),
        (RolloutMode.COPILOT, numbers(drafts=(212, 212)), None),
        (RolloutMode.CANARY, numbers(bot=(930, 1000), people=(1350, 1500)), RolloutMode.AUTO),
        (RolloutMode.CANARY, numbers(bot=(90, 100), people=(135, 150)), None),  # as good, few
        (RolloutMode.CANARY, numbers(bot=(800, 1000), people=(1350, 1500)), None),
        (RolloutMode.CANARY, numbers(bot=(1000, 1000)), None),
        (RolloutMode.AUTO, numbers(bot=(1000, 1000), people=(1000, 1000)), None),
    ],
)
def test_the_numbers_speak_for_the_next_mode_or_for_none(
    mode: RolloutMode, found: Numbers, proposed: RolloutMode | None
) -> None:
    assert proposal(mode, found, evidence=100, good_share=0.85) is proposed


@given(st.integers(100, 400), st.integers(0, 400), st.floats(0.5, 0.99))
def test_one_more_good_draft_never_speaks_against_a_promotion(
    of: int, good: int, good_share: float
) -> None:
    good = min(good, of)
    before = proposal(
        RolloutMode.SHADOW, numbers(drafts=(good, of)), evidence=100, good_share=good_share
    )
    after = proposal(
        RolloutMode.SHADOW, numbers(drafts=(good + 1, of + 1)), evidence=100, good_share=good_share
    )
    assert before is None or after is not None


def test_a_summary_says_what_the_proposal_goes_by() -> None:
    said = summary(RolloutMode.SHADOW, numbers(drafts=(193, 212)))
    assert (said.kind, said.of, said.percent, said.low, said.high) == ("shadow", 212, 91, 86, 94)
