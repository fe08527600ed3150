"""Surveys and offers in the settings: what is read, and what is refused in one sentence."""

from pathlib import Path

import pytest

from bot.app.aftercare import build_aftercare, build_afterwards
from bot.conversation.afterwards.after import Afterwards
from config.settings import ConfigurationProblem, load

OFFER = """
[[offers]]
name = "Care guide"
text.en = "Here is how:"
text.es = "Así:"
url = "https://shop.example/care"
[offers.when]
topics = ["pans"]
platforms = ["slack"]
min_score = 5
"""


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def a_file(text: str) -> Path:
    path = Path("relevo.toml")
    path.write_text(text, encoding="utf-8")
    return path


def test_surveys_and_offers_are_read() -> None:
    settings = load(a_file(f'[surveys]\ncsat = "thumbs"\nnps_days = 90\n{OFFER}'))
    care = build_aftercare(settings)
    assert (care.csat, care.nps_days, care.reopen_hours) == ("thumbs", 90, 72)
    [offer] = settings.offers
    assert (offer.text["es"], offer.when.topics, offer.when.min_score) == ("Así:", ("pans",), 5)
    assert isinstance(build_afterwards(settings), Afterwards)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[surveys]\ncsat = "stars"', "surveys.csat"),
        ("[surveys]\nnps_days = -1", "surveys.nps_days"),
        ('[[offers]]\nname = "x"\ntext.en = "a"\nurl = "javascript:alert(1)"', "https://"),
        ('[[offers]]\nname = "x"\ntext.en = "a"\nurl = "https://a.example/)[x]("', "https://"),
        ('[[offers]]\nname = "x"\ntext.en = " "', "an offer needs a text"),
        ('[[offers]]\nname = "x"\ntext.english = "a"', "language codes"),
        ('[[offers]]\nname = ""\ntext.en = "a"', "name"),
        ('[[offers]]\nname = "x"\ntext.en = "a"\nwhen.platforms = ["irc"]', "platforms"),
        ('[[offers]]\nname = "x"\ntext.en = "a"\nwhen.min_score = 1', "min_score"),
        ('[[offers]]\nname = "x"\ntext.en = "a"\nwhen.languages = ["english"]', "'en' or 'es'"),
        ('[[offers]]\nname = "x"\ntext.en = "a"\nwhat = 1', "there is no such setting"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, words: str) -> None:
    with pytest.raises(ConfigurationProblem) as caught:
        load(a_file(text))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
