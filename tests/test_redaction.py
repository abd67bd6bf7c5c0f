"""Tests of redaction: every kind, what has to stay, and names where the model is installed."""

from __future__ import annotations

import time

import pytest
import spacy

from wegwijzer.catalogue import catalogue
from wegwijzer.language import BLANK, DutchLanguage, load_language
from wegwijzer.redaction import KINDS, Redacted, Redactor

FOUND = [
    ("Mail mij op jan.de-vries+x@gemeente-gouda.nl.", "Mail mij op [e-mail].", "e-mail"),
    ("Mail j@x.co.uk, graag", "Mail [e-mail], graag", "e-mail"),
    ("Bel 06-12345678.", "Bel [telefoon].", "telefoon"),
    ("Bel 0612345678", "Bel [telefoon]", "telefoon"),
    ("Bel 06 12 34 56 78 morgen", "Bel [telefoon] morgen", "telefoon"),
    ("Bel 06 - 12 34 56 78", "Bel [telefoon]", "telefoon"),
    ("Bel 0182-588211", "Bel [telefoon]", "telefoon"),
    ("Bel (0182) 58 82 11", "Bel [telefoon]", "telefoon"),
    ("Bel (06)12345678", "Bel [telefoon]", "telefoon"),
    ("Bel 06‑12345678", "Bel [telefoon]", "telefoon"),
    ("tel:+31612345678", "tel:[telefoon]", "telefoon"),
    ("Bel +31 (0)6 1234 5678", "Bel [telefoon]", "telefoon"),
    ("Bel 0031 70 123 45 67", "Bel [telefoon]", "telefoon"),
    ("Bel +32 475 12 34 56", "Bel [telefoon]", "telefoon"),
    ("Bel +49 (0)30 901820", "Bel [telefoon]", "telefoon"),
    ("Bel 0800-1234 of 0900-1234567", "Bel [telefoon] of [telefoon]", "telefoon"),
    ("Mijn bsn is 111222333.", "Mijn bsn is [bsn].", "bsn"),
    ("BSN 123 456 782", "BSN [bsn]", "bsn"),
    ("BSN 1234.56.782, ja", "BSN [bsn], ja", "bsn"),
    ("BSN123456782", "BSN[bsn]", "bsn"),
    ("BSN: 10000008", "BSN: [bsn]", "bsn"),
    ("Rekening NL91ABNA0417164300.", "Rekening [iban].", "iban"),
    ("Rekening NL91 ABNA 0417 1643 00 is van mij", "Rekening [iban] is van mij", "iban"),
    ("rekening nl91 abna 0417 1643 00", "rekening [iban]", "iban"),
    ("Konto DE89 3704 0044 0532 0130 00", "Konto [iban]", "iban"),
    ("Ik woon op 2801 AB 56.", "Ik woon op [adres].", "adres"),
    ("Ik woon op 2801ab 56a", "Ik woon op [adres]", "adres"),
    ("Postcode 2801 AB, huisnummer 56", "Postcode [adres]", "adres"),
    ("Hij woont Kerkstraat 12, 2801 AB Gouda", "Hij woont [adres] Gouda", "adres"),
    ("aan de kerkstraat 12-3 2801 ab", "aan de [adres]", "adres"),
    ("op Laan van Meerdervoort 12a, 2517 AK", "op [adres]", "adres"),
    ("Kenteken gb123x reed weg", "Kenteken [kenteken] reed weg", "kenteken"),
    ("Het kenteken is 1234 AB", "Het kenteken is [kenteken]", "kenteken"),
    ("auto GB123X", "auto [kenteken]", "kenteken"),
    ("geboren op 12-03-1980", "geboren op [geboortedatum]", "geboortedatum"),
    ("geb. 1-3-80", "geb. [geboortedatum]", "geboortedatum"),
    ("Geboren te Gouda op 12 maart 1980.", "Geboren te Gouda op [geboortedatum].", "geboortedatum"),
    ("geboortedatum: 1980-03-12", "geboortedatum: [geboortedatum]", "geboortedatum"),
    ("geboortedatum 12031980", "geboortedatum [geboortedatum]", "geboortedatum"),
    ("Postcode 2801 AB is een wijk.", "Postcode [adres] is een wijk.", "adres"),
    ("Kerkstraat 12 in Gouda", "[adres] in Gouda", "adres"),
    ("@boze_boer dreigt", "[account] dreigt", "account"),
    ("zie https://www.facebook.com/jan.de.vries.923, ja", "zie [account], ja", "account"),
    ("zijn insta is k3vin.010", "zijn insta is [account]", "account"),
    ("Wethouder Karin de Vries belt", "Wethouder [naam] belt", "naam"),
    ("jan de vries woont hier", "[naam] woont hier", "naam"),
    ("mes voor Geertje Hoogendoorn op Zuid", "mes voor [naam] op Zuid", "naam"),
    ("voor Anja Bos van de Lindelaan", "voor [naam] van de Lindelaan", "naam"),
    ("Piet in 't Veld op de Lindelaan", "[naam] op de Lindelaan", "naam"),
    ("Dhr. v.d. Berg van de VVD", "Dhr. [naam] van de VVD", "naam"),
    ("Van der Meer is weer dronken", "[naam] is weer dronken", "naam"),
    ("voorzitter Achterberg van de wijkraad", "voorzitter [naam] van de wijkraad", "naam"),
    ("rekeningNL91ABNA0417164300", "rekening[iban]", "iban"),
    ("Noorderhaven 2 t/m 6 staat leeg", "[adres] staat leeg", "adres"),
    ("mevrouw de Wit en ik", "mevrouw [naam] en ik", "naam"),
    ("volgens Özlem Yıldız klopt dat", "volgens [naam] klopt dat", "naam"),
    ("Met vriendelijke groet, H. Brouwer", "Met vriendelijke groet, [naam]", "naam"),
    ("MIJN BUURMAN KARIM HADDAD BEDREIGT DE WETHOUDER", "MIJN BUURMAN [naam] BEDREIGT DE WETHOUDER", "naam"),
    ("op 12/03/1980 geboren", "op [geboortedatum] geboren", "geboortedatum"),
    ("jongen, 22feb2010, spijbelt", "jongen, [geboortedatum], spijbelt", "geboortedatum"),
    ("geb. 3/11/'07", "geb. [geboortedatum]", "geboortedatum"),
    ("jongen van 15 (12-03-2009)", "jongen van 15 ([geboortedatum])", "geboortedatum"),
    ("zoon (2 mei 2010) spijbelt", "zoon ([geboortedatum]) spijbelt", "geboortedatum"),
    ("bel ((0031) 6-1234 5678)", "bel ([telefoon])", "telefoon"),
    ("Bel o6-12345678 of 31612345678", "Bel [telefoon] of [telefoon]", "telefoon"),
    ("telnr 588211", "telnr [telefoon]", "telefoon"),
    ("bsn 11122 2333", "bsn [bsn]", "bsn"),
    ("bsn: 11.12.22.333", "bsn: [bsn]", "bsn"),
    ("rekening NL 91 ABNA 0417 1643 00", "rekening [iban]", "iban"),
    ("op NL91.ABNA.0417.1643.00 of BE68 5390 0754 7034", "op [iban] of [iban]", "iban"),
    ("mail j.smit @ voorbeeld.nl", "mail [e-mail]", "e-mail"),
    ("jan punt smit apenstaartje voorbeeld punt nl", "[e-mail]", "e-mail"),
    ("op haar blog www.boze-burger.nl staat", "op haar blog [account] staat", "account"),
    ("zie bozeburger.wordpress.com/over", "zie [account]", "account"),
    ("achter Industrieweg 40-B12 staat", "achter [adres] staat", "adres"),
    ("Grote Markt 5 en Sint Annastraat 118", "[adres] en [adres]", "adres"),
    ("aan Prinsengracht 12, 14 en 16", "aan [adres]", "adres"),
    ("hij woont grote markt 12b", "hij woont [adres]", "adres"),
    ("nummer 12 in de kerkstraat", "nummer [adres]", "adres"),
    ("een grijze polo 12 rb df", "een grijze polo [kenteken]", "kenteken"),
    ("wit busje GB 123 D bij het station", "wit busje [kenteken] bij het station", "kenteken"),
    ("er stond gb123d voor de deur", "er stond [kenteken] voor de deur", "kenteken"),
    ("duitse auto, KLE AB 1234, filmde", "duitse auto, [kenteken], filmde", "kenteken"),
    ("Poolse bestelbus WGM 4821K", "Poolse bestelbus [kenteken]", "kenteken"),
    ("roemeens kenteken B 123 ABC", "roemeens kenteken [kenteken]", "kenteken"),
    ("burgemeestr Xyntas wil", "burgemeestr [naam] wil", "naam"),
    ("buurtregisseur Xyntas meldt", "buurtregisseur [naam] meldt", "naam"),
    ("raadslid Van Dijk en raadslid de Boer", "raadslid [naam] en raadslid [naam]", "naam"),
    ("van den berg (raadslid) belt", "[naam] (raadslid) belt", "naam"),
    ("toen belde vdBrink, ondernemer", "toen belde [naam], ondernemer", "naam"),
    ("mevr zomer en mw de groot", "mevr [naam] en mw [naam]", "naam"),
    ("mevr jansen-de wit belde", "mevr [naam] belde", "naam"),
    ("casus A.K. loopt", "casus [naam] loopt", "naam"),
    ("de 34-jarige D.V. is weg", "de 34-jarige [naam] is weg", "naam"),
    ("Moeder: Hiwet. Zoon: Yonas.", "Moeder: [naam]. Zoon: [naam].", "naam"),
    ("ruzie met Xyntas Qorvelo", "ruzie met [naam]", "naam"),
    ("Xyntas Qorvelo bedreigt ons", "[naam] bedreigt ons", "naam"),
    ("Toen kwam Xyntas Qorvelo langs", "Toen kwam [naam] langs", "naam"),
    ("de moeder van Xyntas belde", "de moeder van [naam] belde", "naam"),
    ("bel met Xyntas van het wijkteam", "bel met [naam] van het wijkteam", "naam"),
    ("semra van het wijkteam", "[naam] van het wijkteam", "naam"),
    ("Is Fatima of Xyntas er", "Is [naam] of [naam] er", "naam"),
    ("Fatima's broer zit vast", "[naam]'s broer zit vast", "naam"),
    ("ouder Xyntas Qorvelo belt. Qorvelo is boos", "ouder [naam] belt. [naam] is boos", "naam"),
]

PLATES = (
    "GB-12-34 12-34-GB 12-GB-34 GB-12-DF GB-DF-12 12-GB-DF 12-GBD-3 1-GBD-23 "
    "GB-123-D G-123-BD GBD-12-F G-12-BDF 1-GB-234 123-GB-4 ab-12-cd"
).split()

KEPT = [
    "",
    "Ik zoek hulp voor wethouder en burgemeester van Gouda bij het RIEC.",
    "Bel 112 of 0900-8844, of 09008844, of 0900 8844.",
    "Mijn bsn is 111222334.",
    "BSN 123 456 789",
    "Het kost € 111222333 of 123456782 euro of 123.456.782,00.",
    "Er kwamen 111222 mensen; zaak 1112223334.",
    "Rekening NL91ABNA0417164301.",
    "Rekening NL91 ABNA 0417 1643 01.",
    "Konto DE89 3704 0044 0532 0130 01",
    "In 2024 en 2025, en van 2019 tot 2023.",
    "In 2024 in 3 wijken, 1500 km 12",
    "Kosten: € 10.000, 1.250.000 euro, +10.000.000 euro.",
    "In de Kerkstraat en op het Marktplein is onrust.",
    "Postcodegebied 2801, in 2024 en rond 1600 uur.",
    "De Willem de Zwijgerlaan en de Anne Frankschool.",
    "Storm Eunice leidde tot plunderingen.",
    "De visser, de bakker en de smid in de Vossenbuurt.",
    "Wethouder van Financiën in Bergen op Zoom.",
    "Volg @politie en @gemeentevoorbeeld.",
    "Kijk op https://www.rijksoverheid.nl/onderwerpen.",
    "De vergadering is op 12-03-2024 om 10:30 en 05-06-2024 12:00.",
    "Op 1-jan-24 en 12-mei-2024 en 1-mrt-24.",
    "Artikel 2024EU en NL2024 en AB12CD.",
    "Geboren in 1980 in Gouda.",
    "Ons kind is geboren. De bijeenkomst is 12-03-2024.",
    "Met mevrouw de voorzitter op 12-03-2024 gesproken.",
    "Volg @gemeente op sociale media.",
    "@assistent wat kunt u voor ons doen?",
    "Bijlage GB-12-34 en formulier AB-12-CD zijn verouderd.",
    "De auto was grijs en 12 km verder; motor van 125 cc; bus 41 rijdt.",
    "De leerling is op 12-03-2024 geschorst, de student 12 maart 2024.",
    "In de Oranjebuurt 12 meldingen, op het marktplein 3 jongeren, in het park 2 meisjes.",
    "Kijk op www.voorbeeld.nl voor een blog.",
    "De Sultan Ahmet moskee, de Fatih moskee en de imam van de Ulu moskee.",
    "Hotel Jan Tabak, basisschool Prins Willem en de Commissie Van Aartsen.",
    "Bij de Van der Valk slapen asielzoekers.",
    "De groep noemt zich Xyntasbond, de organisatie noemt zich YPFDJ.",
    "Een brave hendrik. Mark my words. Wie is de Bob?",
    "Extinction Rebellion wil met Black Lives Matter demonstreren tegen Caloh Wagoh.",
    "Ik ben adviseur CTER, hij is docent Engels, zij is wethouder Financiën.",
    "In de Kamer is er een brief. Can I help?",
    "mevrouw haar dochter, een meneer drie maanden, mevr van de gemeente",
    "Op bladzijde 12 staat het, en op de keerzijde 2 is het leeg. Bladzijde 3 wordt bekeken.",
    "In antwoord 37, van gisteren, staat het; het gaat om trefwoord 12.",
    "een hand in jas, raadslid komt zo uit",
    "Leerling: Graag advies. Ouder: Nee.",
]


@pytest.fixture(scope="module")
def blank() -> Redactor:
    return Redactor(catalogue(), load_language(BLANK))


@pytest.fixture(scope="module")
def with_model(dutch: DutchLanguage) -> Redactor:
    return Redactor(catalogue(), dutch)


def with_persons(*names: str) -> Redactor:
    """Returns a redactor whose language takes exactly these texts for names of persons."""
    nlp = spacy.blank("nl")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PERSON", "pattern": name} for name in names])
    return Redactor(catalogue(), DutchLanguage(nlp, "test", True))


@pytest.mark.parametrize(("text", "expected", "kind"), FOUND)
def test_found(blank: Redactor, text: str, expected: str, kind: str) -> None:
    assert blank.redact(text) == Redacted(expected, (kind,))


@pytest.mark.parametrize("plate", PLATES)
def test_every_side_code(blank: Redactor, plate: str) -> None:
    assert blank.redact(f"De auto {plate}.") == Redacted("De auto [kenteken].", ("kenteken",))


@pytest.mark.parametrize("text", KEPT)
def test_kept(blank: Redactor, text: str) -> None:
    assert blank.redact(text) == Redacted(text, ())


def test_date_after_a_name(blank: Redactor) -> None:
    assert blank.redact("dhr. J. de Vries, 12-03-1980").text == "dhr. [naam], [geboortedatum]"
    assert blank.redact("Naam: Jan Jansen (12-03-1980)").text == "Naam: [naam] ([geboortedatum])"


def test_kinds_once_in_order_of_appearance(blank: Redactor) -> None:
    redacted = blank.redact("Bel 0612345678 of 0182-588211, mail a@b.nl, bsn 111222333, bel 112")
    assert redacted.text == "Bel [telefoon] of [telefoon], mail [e-mail], bsn [bsn], bel 112"
    assert redacted.kinds == ("telefoon", "e-mail", "bsn")


@pytest.mark.parametrize("text", [text for text, _, _ in FOUND])
def test_redacting_twice_changes_nothing(blank: Redactor, text: str) -> None:
    once = blank.redact(text).text
    assert blank.redact(once) == Redacted(once, ())


def test_publication_words_stay(blank: Redactor) -> None:
    for _, _, words in catalogue().word_lists():
        for word in words:
            assert blank.redact(word) == Redacted(word, ())
    for offer in catalogue().offers.values():
        assert blank.redact(f"{offer.title} {offer.purpose}").kinds == ()


def test_every_kind_is_a_placeholder_that_the_classifiers_skip() -> None:
    from wegwijzer.nlu.features import without_placeholders

    assert not without_placeholders(" ".join(f"[{kind}]" for kind in KINDS)).strip()


def test_a_message_of_the_greatest_length_is_quick(blank: Redactor) -> None:
    for piece in (
        "jan de ",
        "A. ",
        "1234 ab ",
        "van der ",
        "Aa Bb ",
        "a@",
        "06-",
        "x.",
        "insta is ",
        "Laan van ",
        "auto Gb ",
        "zoon Aa ",
        "bsn 1 ",
        "A.",
        "blog a.",
        "met Xyn Qor ",
        "1 2 ",
    ):
        started = time.perf_counter()
        blank.redact((piece * 4000)[:4000])
        assert time.perf_counter() - started < 1.0, piece


def test_names_by_label() -> None:
    redactor = with_persons("Jan Jansen", "Peter Stein")
    assert redactor.redact("Jan Jansen belt Peter Stein.") == Redacted("[naam] belt [naam].", ("naam",))


def test_name_beside_number() -> None:
    redactor = with_persons("Jan Jansen 0612345678 Piet")
    assert redactor.redact("Ik, Jan Jansen 0612345678 Piet.").text == "Ik, [naam] [telefoon] [naam]."


@pytest.mark.parametrize(
    "span",
    [
        "Gouda",
        "Hoorn",
        "RIEC",
        "Wethouder",
        "School & Veiligheid",
        "Wethoudersvereniging",
        "Omgaan met polarisatie en onbehagen",
        "Sociale Zaken",
        "Binnenlandse Zaken en Koninkrijksrelaties",
        "gebeld vandaag",
    ],
)
def test_known_and_ordinary_words_are_no_names(span: str) -> None:
    assert with_persons(span).redact(f"Ik zag {span} vandaag.") == Redacted(f"Ik zag {span} vandaag.", ())


def test_model_finds_names(with_model: Redactor) -> None:
    redacted = with_model.redact("Gisteren werd ik gebeld door Pieter Jansen over de onrust in Gouda.")
    assert "Pieter Jansen" not in redacted.text
    assert "Gouda" in redacted.text
    assert redacted.kinds == ("naam",)


@pytest.mark.parametrize("text", ["Ik ben wethouder in Gouda.", "Wat doet het RIEC?", "Bel 112."])
def test_model_keeps(with_model: Redactor, text: str) -> None:
    assert with_model.redact(text) == Redacted(text, ())
