"""Whether a message is a word about how it went, and nothing that wants an answer (pure).

Told by its form alone: how it begins, whether it judges, whether it tells of trouble.
"""

import re
from collections.abc import Collection

from bot.conversation.understanding import Understanding

WORD_LENGTH = 1000
"""Characters of a customer's word that are kept; longer messages are no word about a survey."""

PRAISE_WORDS = 3
"""Thanks of so many words say more than thanks."""

_LETTERS = re.compile(r"[^\W\d_]+")

_PRONOUNS = r"(?:i|you|we|they|he|she|it|there|my|your|this|that|anyone|someone)"
_ASKS = re.compile(
    rf"""
    (?:and\s+|so\s+|but\s+|y\s+|pero\s+|entonces\s+)?(?:
        (?:how|what|when|where|why|who|which|whose)\b(?!\s+an?\b)
      | (?:can|could|do|does|did|is|are|was|were|will|would|may|should|have|has|am)\s+{_PRONOUNS}\b
      | (?:i|we)(?:['’]d\s+like|\s+(?:still\s+)?(?:need|want|would\s+like|have\s+(?:a|
            another)\s+question))\b
      | (?:do|does|did|are|can|find|show|give|check)\b
      | (?:one\s+more|another)\s+(?:thing|question)\b | (?:tell|help|show)\s+me\b
      | como\s+(?:puedo|podemos|podr\w+|hago|se|va|funciona|devuelv\w+|cambi\w+|pid\w+|pag\w+)\b
      | (?:cómo|cu[aá]ndo|d[oó]nde|por\s+qu[eé]|qui[eé]n|cu[aá]l(?:es)?|cu[aá]nt[oa]s?)\b
      | qu[eé]\b(?!\s+(?:bien|buen|amab|rápid|rapid|genial|mal|desastre|lent|pena|horror|
            maravilla|majo))
      | (?:puedo|puedes|podéis|pueden|podría(?!\s+(?:ser|haber))|podrías|hay|tenéis|tienes|tienen)\b
      | (?:necesito|quiero|quisiera|querría|me\s+gustaría|dime|ayúdame|ayudame|tengo\s+(?:una|
            otra)\s+(?:duda|pregunta))\b
      | (?:otra|una)\s+(?:cosa|pregunta|duda)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_JUDGES = re.compile(
    r"""\b(?:
        good | great | nice(?:ly)? | kind(?:ly|ness)? | friendly | helpful | helped
        | quick(?:ly)? | fast | slow(?:ly)?
      | perfect(?:ly)? | excellent | amazing | awesome | wonderful | fantastic | brilliant
      | superb | lovely | charming
      | awful | terrible | horrible | bad(?:ly)? | poor(?:ly)? | rude | useless | polite
      | courteous | professional
      | patien(?:t|ce) | attentive | competent | incompetent | efficient | understanding
      | clear(?:ly)?
      | (?:un)?happy | (?:dis|un)?satisfied | disappoint\w+ | pleased | impress\w+ | annoy\w+
      | frustrat\w+
      | loved | liked | hated | best | worst | better | worse | fine | okay | superstar
      | solved | sorted | listen(?:s|ed)? | (?:too|so|very|really)\s+long
      | (?:took|takes)\s+(?:ages|forever|her|his|their|the)
      | stars? | recommend(?:ed)? | joke | waste\s+of\s+time | well\s+done | works\s+(?:now|again)
      | buen(?:[oa]s?)? | genial(?:es)? | perfect[oa]s? | excelentes? | amab\w+ | encant\w+
      | r[aá]pid[oa]s? | r[aá]pidamente
      | lent[oa]s? | mal[oa]?s? | p[eé]sim[oa] | horrible | fatal | in[uú]til(?:es)? | maj[oa]s?
      | simp[aá]tic[oa]s?
      | atent[oa]s? | profesional(?:es)? | content[oa]s? | satisfech[oa]s? | decepci\w+
      | recomiendo | recomendable
      | mejor(?:able)? | peor | resuelto | resolvi[oó] | solucion(?:ado|ó|aron|asteis)
      | ayud(?:ó|aron|asteis)
      | paciencia | tard(?:ó|aron|asteis|asteís|ado)\b | eficientes? | correct[oa]s?
      | maravill\w+ | estupend[oa]s?
      | fenomenal | bien | agradecid[oa]s? | s[uú]per | desastre | verg[uü]enza | claro
      | un\s+cielo | un\s+diez
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_HAS_A_MATTER = re.compile(
    r"""\b(?:
        (?:can|could|do|does|did|is|was|has|have|had|wo|are|were|would)n['’]?t
            (?!\s+(?:understand|help|listen|care|solve))
      | cannot | unable | not\s+(?:received|working|arrived)
      | please | por\s+favor | lost | stolen | missing | broken? | charged | error | problem | issue
      | no\s+(?:puedo|me(?!\s+(?:hab|han|ayud|escuch))|funciona|llega|ha\s+llegado|tengo|
            encuentro|aparece|consigo|s[eé])
      | necesit\w+ | quier[oe] | quisiera | falta | perdido | (?<!ningún\ )(?<!mi\ )problema
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_THANKS = re.compile(r"\b(?:thanks?|thank|gracias|agradec\w+)\b", re.IGNORECASE)


def is_word(text: str, meaning: Understanding, names: Collection[str] = ()) -> bool:
    """Whether a message reads like a word about how it went: it judges, thanks, or names who helped.

    A word that goes to the bot does less harm than a question that goes nowhere, so what only tells of
    a matter is none.
    """
    if not may_be_word(text, meaning):
        return False
    judges = _JUDGES.search(text) is not None
    praises = meaning.thanks and (judges or len(text.split()) >= PRAISE_WORDS)
    if praises or (meaning.rejection and not meaning.refusal):
        return True
    words = {word.casefold() for word in _LETTERS.findall(text)}
    is_named = any(name.casefold() in words for name in names)
    return bool(meaning.rest) and (is_named or judges)


def may_be_word(text: str, meaning: Understanding) -> bool:
    """Whether a message asks and wants nothing, tells of no trouble, and is not a courtesy alone."""
    if meaning.wants_human or meaning.concern is not None or len(text) > WORD_LENGTH:
        return False
    if text.lstrip().startswith("/") or "?" in text or asks(text) or asks(meaning.rest):
        return False
    says_something = meaning.rest or meaning.thanks or (meaning.rejection and not meaning.refusal)
    return bool(says_something) and (meaning.thanks or _HAS_A_MATTER.search(text) is None)


def asks(text: str) -> bool:
    """Whether a text asks or wants something, by how it begins; thanks are no wish."""
    return _ASKS.match(text.lstrip("¿¡ ")) is not None and _THANKS.search(text) is None
