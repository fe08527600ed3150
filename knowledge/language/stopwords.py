"""Words that carry no content, for each language: articles, pronouns, auxiliaries, politeness.

Question words and phrases of asking for help count too: "how do I", "puedo", "please". All are
written without accents, as ``words`` compares them.
"""

from functools import cache

_WORDS = {
    "en": """a about after again all also am an and any are as at be because been before being
        between both but by can could cannot cant did didnt do does doesnt doing done dont down
        during each else ever few for from get gets getting give go going got had has hasnt have
        havent having he hello help her here hey hi him his how however i id if ill im in into is
        isnt it its itself ive just know let like look looking make many may maybe me might mine
        more most much must my myself need needs no not now of off ok on once one only or other our
        ours out over own please possible question really same say see seem shall she should so
        some somebody someone something still such sure tell than thank thanks that thats the their them then there these they
        thing things this those through to too try trying up us use using very want wanted wants
        was way we well were what whats when where which while who whom whose why will with without
        wont would wouldnt yes yet you your yours yourself""",
    "es": """a acerca ahi ahora al algo alguien alguna algunas alguno algunos alli ambos ante antes
        aquel aquella aqui asi aun aunque ayuda ayudar ayudarme bajo bien bueno buenas buenos cada
        casi como con conmigo contra cosa cosas cual cuales cualquier cuando cuanta cuantas cuanto
        cuantos de debe debemos deben debo decir decirme del desde despues dia dias dice donde dos
        durante e el ella ellas ello ellos en entonces entre era eran eres es esa esas ese eso esos
        esta estaba estan estar estas este esto estos estoy etc favor forma fue fueron gracias ha
        haber habia hace hacen hacer hacerlo hacia hago han hasta hay haya he hola la las le les lo
        los luego mas me mediante mejor mi mia mientras mio mis misma mismo mucha muchas mucho
        muchos muy nada nadie necesita necesito ni no nos nosotros nuestra nuestras nuestro nuestros
        o os otra otras otro otros para pero poco podemos poder podria podrian por porque posible
        pregunta puede pueden puedes puedo pues que quiere quiero quien quienes quisiera saber se
        sea sean segun ser si sido siempre sin sino sobre sois solo somos son soy su sus suya suyo
        tal tambien tampoco tan tanto te tenemos tener tengo ti tiene tienen tienes toda todas
        todavia todo todos tras tu tus u un una unas uno unos usar usted ustedes va vamos van varias
        varios vez voy vuestra vuestras vuestro vuestros y ya yo""",
    "fr": """a ai aide aider alors apres as au aucun aussi autre autres aux avant avec avez avoir
        bien bonjour c ca car ce cela celle celles celui ces cet cette ceux chez comme comment d
        dans de des deux dire dois doit donc dont du elle elles en encore entre es est et etaient
        etait etant ete etes etre eu eux faire fait faut fois ici il ils j je jai l la le les leur
        leurs lui m ma mais me meme merci mes moi mon n ne ni non nos notre nous on ont ou oui par
        pas peu peut peux plait plus pour pourquoi pouvez puis puisje qu quand que quel quelle
        quelles quels qui quoi s sa sans se sera ses si son sont sous suis sur svp t ta te tes toi
        ton tous tout toute toutes tres trop tu un une vers veux vos votre voudrais vous y""",
    "de": """aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim
        bin bis bist bitte brauche da damit danke dann darf das dass dein deine dem den denn der des
        dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen
        einer eines er es etwas euch euer fur gegen gibt habe haben hallo hat hatte helfen hier hilfe
        hin ich ihm ihn ihnen ihr ihre im in ins ist ja jede jeden jeder jetzt kann kannst kein keine
        koennen konnen konnte machen man mehr mein meine meinem meinen meiner mich mir mit mochte
        muss musst nach nein nicht nichts noch nun nur ob oder ohne schon sehr sein seine seit sich
        sie sind so soll sollte sonst uber um und uns unser unter viel vom von vor wann war waren
        warum was weil welche welchem welchen welcher welches wenn wer werde werden wie wieder will
        wir wird wo wurde wurden zu zum zur""",
    "it": """a abbiamo ad agli ai aiuto al alla alle allo altri altro anche ancora avere avete c che
        chi ci ciao cio coi col come con cosa cui da dagli dai dal dalla dalle dallo degli dei del
        della delle dello deve devo di dopo dove due e ed era essere faccio fare fatto favore fra
        gia gli grazie ha hai hanno ho i il in io l la le lei li lo loro lui ma me mi mia mie miei
        mio molto ne negli nei nel nella nelle nello noi non nostra nostro o ogni per perche piu poi
        posso potete prima puo qual quale quali quando quanto quella quelle quelli quello questa
        queste questi questo qui se sei senza si sia siamo siete sono sta stato su sua sue sui sul
        sulla suo suoi te ti tra tu tua tue tuo tutta tutte tutti tutto un una uno vi voglio voi
        vorrei vostra vostro""",
    "pt": """a agora ai ainda ajuda ajudar algo alguem algum alguma algumas alguns ao aos apos
        aquela aquele aquilo as ate bem bom cada com como da das de dela dele deles depois desde
        deve devo do dos e ela elas ele eles em entao entre era essa essas esse esses esta estao
        estar estas este estes estou eu faco favor faz fazer foi for foram ha isso isto ja la lhe
        mais mas me mesmo meu meus minha minhas muito muitos na nao nas nem no nos nossa nossas
        nosso nossos num numa o obrigada obrigado oi ola onde os ou outra outras outro outros para
        pela pelas pelo pelos pode podem poder por porque posso pouco preciso qual quais quando
        quanto que quem quero se seja sem sempre ser seu seus si so sobre sua suas tambem te tem
        tenho ter teu todo todos toda todas tu tua um uma umas uns usar vai vamos voce voces vou""",
}

_FILLERS = {
    "en": """able actually already amount anybody anyone anything anyway apparently arrive ask away
        back bad basically bit bought bring buddy call care change check clear come correct couple
        day decide different difficult easy end entire everyone everything exactly example expect
        explain fact fast feel figure find fine folks follow forget full funny glad good great
        guess guys happen happy hard hear hour idea important include instead issue keep kind last
        later learn leave left level little long lot love main mean mention minute moment month
        morning move nearly new nice night normal note number often old omg oops order own part
        people perfect person pls plus point policy possibly pretty previous probably problem provide put
        quick quickly quite read ready reason recently related relevant remember request require
        right run safe second sense set show similar simple simply sorry sort start state stop stuff
        suddenly suggest suppose sudden talk thinking thought today told tomorrow tonight total
        true turn type ugh understand useful usual usually version wait watch week weird whole
        wonder word work worry write wrong year yesterday""",
    "es": """acaba acabo actual actualmente ademas adelante alto ano anos anterior apenas aparece
        apareceme aqui ayer bastante buen caso cierto claro completo comun concreto considerar
        contar correcto cree creo cuenta dado dar dejar dentro diferente dificil efecto ejemplo
        encima entender entiendo error esperar explicar facil fallo falta final forma fuera gente
        genial gran grande gustaria hablar hola hora horas hoy idea igual importante incluye incluso
        intento ir izquierda llevar llega lleva luego lugar llamar mal manana mandar manera maximo
        medio mensaje menos mes meses minuto minutos mirar mismo modo momento nadie necesario noche
        normal nueva nuevo numero ocurre ojala opcion orden pagina parece parte pasa pasado pasar
        pedir pensar peor perdon persona pregunto primera primero problema pronto propio proximo
        punto quedar quitar rapido razon realidad realmente recibir resto resulta saber sabes seguir
        seguro semana semanas sentido serie simple situacion suele supuesto tarde tema tenia tiempo
        tipo tio total trabajo tratar ultima ultimo unico utilizar veces veo ver verdad vista volver
        vosotros vuelta""",
}


@cache
def filler_words(language: str) -> frozenset[str]:
    """Return everyday words that are rarely what a question is about; empty when unknown."""
    return frozenset(_FILLERS.get(language, "").split())


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return the words of a language that no search looks for; empty for an unknown language."""
    return frozenset(_WORDS.get(language, "").split())
