"""Which labels a fit holds back for the threshold: a fair share of each kind."""

from random import Random

from knowledge.answering.confidence import Features
from knowledge.evaluation.fitting import Labelled, fit_labels


def in_turn(count: int, every: int) -> list[Labelled]:
    """Questions of which one of so many has no answer, as an admin may write them down in turn."""
    chance = Random(1)

    def one(*, right: bool) -> Labelled:
        evidence = chance.betavariate(5, 2) if right else chance.betavariate(2, 5)
        features = Features(
            coverage=evidence * chance.random(),
            named=evidence * chance.random(),
            cosine=evidence,
            words=1.5,
            ahead=0.8 * evidence * chance.random(),
            ahead_in_words=0.8 * evidence,
        )
        return Labelled(features=features, right=right, answerable=right)

    return [one(right=bool(place % every)) for place in range(count)]


def test_labels_that_alternate_leave_both_kinds_to_the_threshold() -> None:
    fit, unseen = fit_labels(in_turn(600, every=3))
    assert (fit.method, len(unseen)) == ("refitted", 200)
    assert 0.5 < sum(one.right for one in unseen) / len(unseen) < 0.8


def test_folds_of_labels_that_alternate_hold_both_kinds_too() -> None:
    """Every fifth question is left out at once, and would else be all that has no answer."""
    alternating = in_turn(100, every=5)
    fit, unseen = fit_labels(alternating)
    assert sorted(map(id, unseen)) == sorted(map(id, alternating))
    assert [one.right for one in unseen] != [one.right for one in alternating]
    assert fit.after.log_loss <= fit.before.log_loss
