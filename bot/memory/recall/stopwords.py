"""Words that say nothing of what a text is about, folded, English and Spanish."""

_ENGLISH = """
    a about again all also am an and any anything are as at be because been before being between both
    but by can could cannot d did didn do does doesn doing don done down during each ever every few for from
    further get gets getting give go goes going gonna good got great had has hasn have haven having he hello
    help her here hers hey hi him his how however i if in into is isn it its itself just kind know let like
    ll look lot m many may maybe me might mine more most much must my myself need no nor not now of off oh
    ok okay on once one only or other our ours out over own please re really s said same say see seem shall
    she should so some somebody someone something still such sure t take tell than thank thanks that the
    their them then there these they thing things this those through to too try type under until up us use
    using ve very want was wasn way we well were what when where which while who whom whose why will with
    won would wouldn wow yeah yes yet you your yours yourself
"""
_SPANISH = """
    a acerca ahi ahora al algo alguien alguna algunas alguno algunos alli ambos ante antes aquel aquella
    aqui asi aun aunque ayuda ayudar ayudarme bien bueno buenas buenos cada casi claro como con conmigo
    contra cosa cosas cual cuales cualquier cuando cuanta cuantas cuanto cuantos de debe deben debo decir
    del desde despues dice donde durante e el ella ellas ello ellos en entonces entre era eran eres es esa
    esas ese eso esos esta estaba estan estar estas este esto estos estoy favor fue fueron gracias ha haber
    habia hace hacen hacer hago han has hasta hay haya he hola hoy igual la las le les lo los luego mas me
    mejor mi mia mientras mio mis misma mismo mucha muchas mucho muchos muy nada nadie necesito ni no nos
    nosotros nuestra nuestro nunca o os otra otras otro otros para pero poco podeis podemos poder podria por
    porque posible pregunta puede pueden puedes puedo pues que quiere quiero quien quienes saber se sea segun
    ser si sido siempre sin sino sobre sois solo somos son soy su sus suya suyo tal tambien tampoco tan
    tanto te tenemos tener tengo ti tiene tienen tienes toda todas todavia todo todos tras tu tus un una
    unas uno unos usar usted ustedes va vale vamos van varias varios vez voy y ya yo
"""

STOP_WORDS = {"en": frozenset(_ENGLISH.split()), "es": frozenset(_SPANISH.split())}


def spoken(words: list[str]) -> str:
    """Guess of which language folded words are, by its stop words; English when nothing tells."""
    counts = {code: sum(word in stops for word in words) for code, stops in STOP_WORDS.items()}
    return "es" if counts["es"] > counts["en"] else "en"
