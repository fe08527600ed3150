"""What kind of answer a question expects, and whether a text holds one of that kind.

"How much is shipping?" wants an amount of money: a sentence that holds all of its words and no
amount answers it worse than a row of a table with a price. Written for English and Spanish; in
other languages a question expects nothing in particular.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import islice

from knowledge.answering.verdicts import gives_verdict, wants_verdict
from knowledge.language.words import fold, plain_text, words


class Kind(StrEnum):
    """What an answer must hold."""

    MONEY = "money"
    HOURS = "hours"
    CONTACT = "contact"
    TIME = "time"
    NUMBER = "number"
    LIST = "list"


_ASKS = {
    Kind.HOURS: r"(opening|business|office|working|phone) (hours|times)|(a|at) what time|what hours"
    r"|are you open|do you (open|close)|horarios?|(a|hasta) que hora|que horas|cuando (abris|cerrais)"
    r"|estais abiertos",
    Kind.CONTACT: r"(contact|reach|call|phone|ring|write to|talk to|speak (to|with)) (you|u|someone"
    r"|somebody|an? (agent|human|person))|(phone|telephone) number|contact (details|information)"
    r"|(your|the) (e-?mail|phone)$|contactaros|contactar con|contacto con|llamaros|escribiros"
    r"|hablar con (vosotros|alguien|una persona|un agente)|(vuestro|numero de|teneis) telefono",
    Kind.TIME: r"how long|how (fast|quickly|soon)|how many (minutes|hours|(working |business )?days"
    r"|weeks|months|years)|until when|by when|what('s| is) the deadline|deadline for"
    r"|(^|[.,;:!?] *|and |so )when (do|does|did|will|can|is|are|should|must)"
    r"|cuanto (tiempo|rato)|cuanto (tarda|dura|falta|hay que esperar)\w*|en cuanto tiempo"
    r"|cuant[oa]s (minutos|horas|dias|semanas|meses|anos)|(^|[.,;:!¡¿?] *|y |hasta |para )cuando"
    r"|que plazo|cual es el plazo|plazo para",
    Kind.MONEY: r"how much (is|are|does|do|will|would|it|extra|for|to)|how expensive"
    r"|(what|whats|what's).{0,20}\b(price|cost|fee|charge)s?|prices?\??$|costs?\??$|is .{1,40}\bfree"
    r"|cuanto (me )?(cuesta|vale|cobra|sale|es|son|cost)\w*|cuanto hay que pagar|cuanto pago"
    r"|(que|cual).{0,20} (precio|coste|tarifa)s?|precio\??$|coste\??$|que vale|a cuanto"
    r"|gastos de envio",
    Kind.NUMBER: r"how (many|often|hot|big|large|old|heavy|far)|cuant[oa]s|cada cuanto|a que temperatura"
    r"|(what|which) temperature|(maximum|minimum|smallest|largest)|(maximo|minimo|minima|maxima)",
    Kind.LIST: r"(what|which) (\w+ )?\w+s (do|can|are|could|should|may|will)"
    r"|(que|cuales|cuales son l[ao]s) (\w+ de )?\w+s \w+",
}  # fmt: skip
_MANY = 4
_ASKING_ONLY = """long much fast quickly soon often big large extra tarda tardan tardais tardara
    tardare dura duran cuesta cuestan cuestas vale valen sale son cobrais cobran"""
_SHARP = {Kind.MONEY, Kind.HOURS, Kind.CONTACT, Kind.TIME}
_STEP = re.compile(r"^ *\d{1,3}\. ", re.MULTILINE)
_ONLY_ASKED = {Kind.TIME, Kind.MONEY, Kind.NUMBER}
_WISHES = [(kind, re.compile(rf"(?<!\w)(?:{asks})(?!\w)")) for kind, asks in _ASKS.items()]
_SPAN = (
    r"minutes?|hours?|days?|weeks?|months?|years?|minutos?|horas?|dias?|semanas?|mes|meses|anos?"
)
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|enero"
    "|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
)
_COUNT = r"(\d+|one|two|three|four|five|six|seven|ten|un|una|dos|tres|cuatro|cinco|seis|siete|diez)"
_HOLDS = {
    Kind.MONEY: re.compile(
        r"[€$£] ?\d|\d ?(€|£|\$|eur\b|euros?\b|usd\b|dollars?\b|pounds?\b)"
        r"|\b(free|gratis|gratuit[oa]s?|sin coste|no cost|costs? nothing|no cuesta nada)\b"
    ),
    Kind.HOURS: re.compile(r"\b\d{1,2}[:.h]\d{2}\b|\b\d{1,2} ?[ap]\.?m\b"),
    Kind.CONTACT: re.compile(r"\+?\d[\d ()-]{6,}\d|[\w.+-]+@[\w-]+\.\w"),
    Kind.TIME: re.compile(
        rf"\b{_COUNT}[ -]((working|business|calendar|more|full) )?({_SPAN})\b"
        rf"|\b({_SPAN})( laborables| habiles)?\)?: ?\d|\b\d{{1,2}}:\d{{2}}\b"
        rf"|\b\d{{1,2}}\.? (de )?({_MONTHS})\b|\b({_MONTHS}) \d|\b20\d\d-\d\d-\d\d\b"
        r"|\b(at once|immediately|straight away|same (working )?day|al instante|en el acto"
        r"|inmediat\w+|mismo dia( laborable)?|siguiente dia|for life|lifetime|de por vida)\b"
    ),
    Kind.NUMBER: re.compile(rf"(?<![\w.])(\d|{_COUNT}\b|once\b|twice\b)"),
    Kind.LIST: re.compile(r"^ *- ", re.MULTILINE),
}
_NEGATION = re.compile(
    r"\b(not|cannot|no|never|without|except|excluded?|excluding|neither|nor|\w+n['’]t"
    r"|(do|does|did|is|are|was|were|ca|wo|would|could|should|has|have|had)nt"
    r"|sin|excepto|salvo|nunca|jamas|tampoco|excluid[oa]s?|ni)\b"
)

_WANTS_STEPS = re.compile(
    r"\b(how (do|can|to|should|would|could|did|does|i|we)|steps?|set ?up|instructions?|guide"
    r"|what (do|should|can) i do|where do i"
    r"|como|pasos?|que (hago|debo hacer|puedo hacer|tengo que hacer)|instrucciones|configurar"
    r"|comment|etapes?|wie|schritte?|anleitung|passaggi|istruzioni|passos|instrucoes)\b"
)


@lru_cache(maxsize=256)
def wanted_kind(question: str) -> Kind | None:
    """The kind of answer that a question expects; None when it may be anything."""
    asked = " ".join(fold(question).split())
    return next((kind for kind, asks in _WISHES if asks.search(asked)), None)


@lru_cache(maxsize=256)
def asking_words(question: str) -> frozenset[str]:
    """The folded words by which a question asks for a number of some kind: of "how long", "long".

    Answers rarely repeat them.
    """
    asked = " ".join(fold(question).split())
    kind = wanted_kind(question)
    found = dict(_WISHES)[kind].search(asked) if kind is not None else None
    if found is None or kind not in _ONLY_ASKED:
        return frozenset()
    return frozenset(words(found[0])).intersection(_ASKING_ONLY.split())


def amount_of(kind: Kind, text: str) -> float:
    """How much of a kind a text holds: 0 for nothing, 1 for four of them or more."""
    read = text if kind is Kind.LIST else fold(plain_text(text))
    return sum(1 for _ in islice(_HOLDS[kind].finditer(read), _MANY)) / _MANY


def negates(text: str) -> bool:
    """Whether a heading or a question speaks of what is not, can't be, is excluded."""
    return _NEGATION.search(fold(text)) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a question expects of its answer, besides its words.

    ``steps``: it asks how something is done; ``kind``: what the answer must hold; ``negated``: it
    asks about what is not or can't be; ``verdict``: yes or no may answer it.
    """

    steps: bool = False
    kind: Kind | None = None
    negated: bool = False
    verdict: bool = False

    @property
    def prefers_steps(self) -> bool:
        """Whether a list of steps is the best answer: "how can I call you?" wants a number."""
        return self.steps and self.kind is None

    @property
    def is_sharp(self) -> bool:
        """Whether the kind is easily told: a price or a telephone number, but not any number."""
        return self.kind in _SHARP

    def is_met(self, text: str) -> bool:
        """Whether a text holds what the question expects; also when that is nothing particular."""
        return self.kind is None or amount_of(self.kind, text) > 0

    def amount(self, text: str) -> float:
        """How much (0..1) a text holds of what the question expects; 0 when that is nothing."""
        if self.kind is not None:
            return amount_of(self.kind, text)
        return float(self.steps and len(_STEP.findall(text)) > 1)

    def suits(self, text: str) -> int:
        """1 for a text that begins with the yes or no that is asked for, -1 when none is, else 0."""
        return (1 if self.verdict else -1) if gives_verdict(text) else 0

    def contradicts(self, headings: Sequence[str]) -> bool:
        """Whether a section is about what is not so, while the question is about what is."""
        return not self.negated and bool(headings) and negates(headings[-1])


def wish_of(question: str) -> Wish:
    """Read from a question what it expects."""
    return Wish(
        steps=wants_steps(question),
        kind=wanted_kind(question),
        negated=negates(question),
        verdict=wants_verdict(question),
    )


def wants_steps(question: str) -> bool:
    """Whether the question asks how something is done."""
    return _WANTS_STEPS.search(fold(question)) is not None
