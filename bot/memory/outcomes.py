"""Whether a conversation ended well, by what is known of it and by the customer's last words (pure)."""

import re
from collections.abc import Sequence

from bot.memory.folded import composed, fold
from bot.vocabulary.cases import Case, CaseEvent, CaseStatus
from bot.vocabulary.conversations import Memo

_UNSOLVED = re.compile(
    r"(?<!\w)(?:(?:does|did|is|are|was|has|have)(?:n'?t| not) (?:\w+ )?(?:work|help|solve|fix|load|arrive|come|"
    r"changed|fixed|solved|resolved|arrived)\w{0,3}|still (?:not|no|the same|broken|doesn'?t|can'?t|nothing|waiting)"
    r"|not (?:working|fixed|solved|resolved|helpful)|same (?:error|problem|issue)|no luck|useless|"
    r"(?:no|sigue sin|siguen sin|tampoco) (?:me |se )?(?:ha |han )?(?:funciona|funciono|funcionado|sirve|servido|va|"
    r"funcionar|llegado|llega|arregla|arreglado|ayuda|ir|llegar)\w{0,3}|sigue (?:igual|fallando|sin)|"
    r"mismo (?:error|problema)|no hay manera|nada,? sigue)(?!\w)"
)
_SOLVED = re.compile(
    r"(?<!\w)(?:(?:that|it|this) (?:worked|works|helped|helps|did it|solved it|fixed it|was it|does it)|works (?:now|again|fine|"
    r"perfectly)|(?:is|it's|got it|now|all|been) (?:fixed|solved|resolved|sorted|working)|that'?s (?:it|all|perfect|great)|"
    r"problem solved|all good|sorted|you (?:solved|fixed) it|thanks,? (?:that|it) |(?:ya|ahora si|ahora) (?:me )?(?:funciona|va|"
    r"esta|lo tengo|puedo|sale|ha llegado|llego)|(?:arreglado|solucionado|resuelto|funciono|ha funcionado|me ha servido|"
    r"me sirvio|eso era|era eso|todo bien|eso es todo|perfecto,? gracias|genial,? gracias))(?!\w)"
)


def of_case(case: Case) -> bool | None:
    """Whether people solved a case; None while they work on it, or where nobody said."""
    if case.status is CaseStatus.EXPIRED:
        return False
    is_resolved = case.status is CaseStatus.RESOLVED and case.closed_by is CaseEvent.RESOLVE
    return True if is_resolved else None


def of_words(said: Sequence[str], memo: Memo) -> bool | None:
    """Whether the bot solved it: by the last words that tell, else by what is still unanswered."""
    for text in reversed(said):
        plain = fold(composed(text))
        if _UNSOLVED.search(plain):
            return False
        if _SOLVED.search(plain):
            return True
    is_open = memo.unsure > 0 or memo.rejections > 0 or memo.waiting_since is not None
    return False if is_open else None
