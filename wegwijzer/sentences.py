"""Every sentence that users read. Plain Dutch (B1), 'u', no exclamation marks."""

from __future__ import annotations

EMERGENCY = (
    "Bel nu 112 als iemand in gevaar is. Ga zelf naar een veilige plek.\n"
    "Is er geen acuut gevaar en hebt u de politie nodig, bel dan 0900-8844."
)
EMERGENCY_AFTER = "Daarna kunt u hier terecht:"
EMERGENCY_NEXT = "Bent u veilig, vertel dan wat er gebeurd is. Dan zoek ik welke organisatie u daarna helpt."
BEST = "U kunt terecht bij {organisation}: {title}."
WHY = "Dit past {purpose}."
WHY_WORDS = "Dit past bij wat u schrijft over {words}: u kunt hier terecht {purpose}."
LINK = "Link: {url}"
SOURCE = "Bron: “{quote}” ({heading})"
ALTERNATIVES = "Andere mogelijkheden:"
ALTERNATIVE = "- {organisation}: {title}, {purpose}. {url}"
TWO = "U noemt twee dingen. Het eerste:"
TWO_SECOND = "En het tweede:"
NEXT = "Past dit niet? Zeg dan wat er anders is, of vraag om iets anders."
QUESTIONS = {
    "phenomenon": "Waar gaat het vooral om?",
    "function": "Voor wie is het?",
    "setting": "Waar speelt het?",
    "support": "Welke hulp zoekt u?",
    "moment": "Speelt het nu, of wilt u voorbereid zijn?",
    "offer": "Wat past het best bij uw vraag?",
}
OPTIONS_TYPED = "U mag ook in uw eigen woorden antwoorden."
OUT_OF_SCOPE = "Dit gaat over {label}. Daar ga ik niet over."
COVERED = (
    "Ik wijs de weg bij maatschappelijke spanningen en onrust, polarisatie, radicalisering, extremisme, "
    "bedreiging van bestuurders en ondermijning. Gaat uw vraag daarover, beschrijf dan wat er speelt."
)
ORGANISATION = "{name} ({abbreviation}) {description}"
ORGANISATION_MINISTRY = "Deze organisatie hoort bij het {ministry}."
ORGANISATION_ALONE = "Deze organisatie hoort niet bij een ministerie."
REACH = "Contact loopt via de website. Telefoonnummers en openingstijden staan niet in mijn bron; kijk op de link."
COMPARISON = "Het verschil in het kort:"
ORGANISATION_NEXT = "Beschrijf gerust wat er speelt. Dan zeg ik welke het best past."
OVERVIEW = "Dit zijn de organisaties die ik ken:"
OVERVIEW_EMPTY = (
    "Ik heb geen andere mogelijkheden meer voor deze vraag. Dit zijn alle organisaties die ik ken:"
)
ANYTHING_ELSE = "Dit zijn andere mogelijkheden."
SORRY = "Dank u, dan past dat niet. Dit zijn de volgende mogelijkheden."
SUMMARY = "Samenvatting van {date}, om door te sturen."
SUMMARY_QUESTION = "Vraag: {question}\nAdvies:"
SUMMARY_END = (
    "Gemaakt door Wegwijzer, een automatische assistent. Controleer het advies bij de organisatie zelf."
)
SMALLTALK = {
    "groet": "Goedendag. Ik ben Wegwijzer, een automatische assistent. Beschrijf in een of twee zinnen wat er speelt en voor wie.",
    "bedankt": "Graag gedaan. Hebt u nog een vraag, typ die dan gerust.",
    "afscheid": "Tot ziens. U kunt altijd een nieuwe vraag typen.",
    "wat_kunt_u": (
        "Ik ben Wegwijzer, een automatische assistent. Ik wijs gemeenten de weg naar organisaties die helpen bij "
        "spanningen, onrust, polarisatie, radicalisering, extremisme, bedreiging van bestuurders en ondermijning. "
        "Mijn bron is een publicatie van de Rijksoverheid. Beschrijf wat er speelt en voor wie."
    ),
    "opnieuw": "We beginnen opnieuw. Beschrijf in een of twee zinnen wat er speelt en voor wie.",
    "ja": "Goed. Vertel wat er speelt en voor wie, dan zoek ik de juiste organisatie.",
    "nee": "Goed. Beschrijf gerust in eigen woorden wat er speelt.",
    "klopt_niet": "Dank u dat u dit zegt. Beschrijf in eigen woorden wat er speelt en voor wie, dan zoek ik opnieuw.",
    "geen_van_deze": (
        "Past geen van deze mogelijkheden? Vertel dan in eigen woorden meer: wat speelt er, voor wie, en wat zoekt u?"
    ),
    "samenvatting": "Er is nog niets om samen te vatten. Beschrijf eerst wat er speelt.",
}
SMALLTALK_DEFAULT = "Waar gaat het om? Beschrijf in een of twee zinnen wat er speelt en voor wie."
EMPTY = "Ik zie geen tekst. Typ in een of twee zinnen wat er speelt en voor wie."
TOO_LONG = "Uw bericht is te lang ({length} tekens). Kort het in tot {limit} tekens en stuur het opnieuw."
NOT_A_MESSAGE = 'Stuur JSON met twee teksten: {"sender": "…", "message": "…"}.'
BAD_SENDER = 'Het veld "sender" klopt niet. Geef elk gesprek een eigen naam van 1 tot {limit} tekens, zonder stuurtekens.'
UNAVAILABLE = (
    "Ik kan uw vraag nu niet beantwoorden door een storing. Uw gesprek blijft bewaard. "
    "Probeer het over een minuut opnieuw. Is er acuut gevaar, bel dan 112."
)
TOO_MANY = (
    "U stuurt veel berichten kort na elkaar. Wacht even en probeer het dan opnieuw. "
    "Is er acuut gevaar, bel dan 112."
)
ORIGIN_REFUSED = (
    "Deze website mag Wegwijzer niet gebruiken. Vraag uw beheerder om het adres toe te voegen. "
    "Is er acuut gevaar, bel dan 112."
)
BAD_KEY = "De Idempotency-Key klopt niet. Geef elk bericht een eigen UUID."
KEY_REUSED = "De Idempotency-Key hoort bij een ander bericht. Geef elk bericht een eigen UUID."
NOT_FEEDBACK = (
    'Stuur JSON met vier velden: {"sender": "…", "answer": "…", "thumb": "up", "reason": "…"}. '
    'In "answer" staat de UUID van het antwoord. De duim is "up" of "down". De reden mag weg.'
)
REASON_TOO_LONG = (
    "Uw toelichting is te lang ({length} tekens). Kort die in tot {limit} tekens en stuur die opnieuw."
)
UNKNOWN_ANSWER = "Dit gesprek of dit antwoord is niet meer bekend. Uw mening is niet bewaard."
NOT_KEPT = "Uw mening is niet bewaard door een storing. Probeer het over een minuut opnieuw."
NOT_SIGNED_IN = (
    "U bent niet aangemeld, of uw aanmelding is verlopen. Laad deze pagina opnieuw en meld u zo nodig aan. "
    "Is er acuut gevaar, bel dan 112."
)
NO_SUCH_ADDRESS = "Dit adres bestaat niet bij Wegwijzer. Is er acuut gevaar, bel dan 112."
NOT_POSSIBLE_HERE = "Dat kan niet op dit adres van Wegwijzer. Is er acuut gevaar, bel dan 112."
BAD_REQUEST = "Dit verzoek is niet te lezen. Laad de pagina opnieuw. Is er acuut gevaar, bel dan 112."
TOO_SLOW = "Uw bericht kwam niet op tijd binnen. Probeer het opnieuw. Is er acuut gevaar, bel dan 112."
TOO_LARGE = "Uw bericht is te groot. Kort het in en stuur het opnieuw. Is er acuut gevaar, bel dan 112."
HEADERS_TOO_LARGE = (
    "Uw browser stuurt te veel gegevens mee. Laad de pagina opnieuw. Is er acuut gevaar, bel dan 112."
)
READY = "Wegwijzer kan vragen beantwoorden."
NOT_READY = {
    "server": "De server achter de proxy geeft geen antwoord.",
    "model": "Het model wordt nog geladen.",
    "actions": "De actieserver geeft geen antwoord.",
    "store": "De database met gesprekken is niet te bereiken.",
    "disk": "Op de schijf kan niet worden geschreven.",
}
