"""Words of a customer that wait for no answer: thanks, an OK, a goodbye, in English and Spanish."""

from handoff.routing.finding import fold

_COURTESIES = frozenset(
    # A yes or a no is not among them: it may answer what the agent has asked.
    fold(
        """
        thanks thank you thx ty cheers ok okay k great perfect cool nice good awesome wonderful
        very so much a lot all alright fine got it understood appreciated i appreciate bye goodbye
        day night too
        gracias muchas mil muchisimas vale okey perfecto perfecta genial estupendo fenomenal bien
        muy de acuerdo entendido adios hasta luego pronto buen buenas buenos dia dias tarde tardes
        noche noches saludos un saludo igualmente amable te lo agradezco por todo
        """
    ).split()
)


def asks_nothing(text: str) -> bool:
    """Whether a text is mere courtesy; a sign alone, such as a thumb, is too."""
    if "?" in text or "¿" in text:
        return False
    return all(word in _COURTESIES for word in fold(text).split())
