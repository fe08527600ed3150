"""The desk of the demo: it has something to show, and gives way to what the operator has set up."""

from bot.app.office import build_office
from bot.cli.demo import demo_staff
from bot.texts import LANGUAGES
from config.settings import Settings
from config.teams import TeamSettings


def test_the_demo_has_two_teams_with_promises_and_a_few_ready_words() -> None:
    staff = demo_staff(Settings())
    settings = Settings(**staff)
    office = build_office(settings)
    assert [team.name for team in office.teams] == ["Orders", "Cookware"]
    assert all(team.promises for team in office.teams)
    assert office.roster == (), "whoever opens the page may play anybody"
    assert all(set(reply.text) == set(LANGUAGES) for reply in settings.canned)


def test_teams_of_the_operator_s_own_stay() -> None:
    assert demo_staff(Settings(teams=(TeamSettings(name="Ours"),))) == {}
