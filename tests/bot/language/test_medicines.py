"""What find_medicines promises: names, brands and misspellings lead to one generic name; ordinary words do not."""

import pytest

from bot.language.medicines import find_medicines, known_medicines

NAMED = """
zoloft: sertraline | sertralina: sertraline | zolof: sertraline | zolotf: sertraline | Prozac: fluoxetine
prosac: fluoxetine | lexapro: escitalopram | lexipro: escitalopram | ecsitalopram: escitalopram | celexa: citalopram
paxil: paroxetine | luvox: fluvoxamine | viibryd: vilazodone | trintellix: vortioxetine | effexor xr: venlafaxine
efexor: venlafaxine | pristiq: desvenlafaxine | cymbalta: duloxetine | simbalta: duloxetine | wellbutrin: bupropion
welbutrin: bupropion | remeron: mirtazapine | trazadone: trazodone | spravato: esketamine | elavil: amitriptyline
pamelor: nortriptyline | anafranil: clomipramine | nardil: phenelzine | emsam: selegiline | lithium: lithium
litio: lithium | lithobid: lithium | depakote: valproate | divalproex: valproate | valproic acid: valproate
acido valproico: valproate | lamictal: lamotrigine | lamictil: lamotrigine | tegretol: carbamazepine
trileptal: oxcarbazepine | topamax: topiramate | neurontin: gabapentin | lyrica: pregabalin | abilify: aripiprazole
abilfy: aripiprazole | seroquel: quetiapine | seraquel: quetiapine | zyprexa: olanzapine | risperdal: risperidone
risperdone: risperidone | invega sustenna: paliperidone | geodon: ziprasidone | latuda: lurasidone
vraylar: cariprazine | rexulti: brexpiprazole | caplyta: lumateperone | clozaril: clozapine | haldol: haloperidol
xanax: alprazolam | zanax: alprazolam | klonopin: clonazepam | clonopin: clonazepam | rivotril: clonazepam
ativan: lorazepam | valium: diazepam | restoril: temazepam | buspar: buspirone | vistaril: hydroxyzine
hidroxizina: hydroxyzine | propanolol: propranolol | ambien: zolpidem | lunesta: eszopiclone | belsomra: suvorexant
adderall: amphetamine | aderall: amphetamine | adderal xr: amphetamine | vyvanse: lisdexamfetamine
vivance: lisdexamfetamine | ritalin: methylphenidate | concerta: methylphenidate | focalin: dexmethylphenidate
dexedrine: dextroamphetamine | strattera: atomoxetine | qelbree: viloxazine | intuniv: guanfacine | kapvay: clonidine
provigil: modafinil | minipress: prazosin | cogentin: benztropine | suboxone: buprenorphine-naloxone
saboxone: buprenorphine-naloxone | methadone: methadone | vivitrol: naltrexone | antabuse: disulfiram
chantix: varenicline | aricept: donepezil | auvelity: dextromethorphan-bupropion | symbyax: olanzapine-fluoxetine
melatonin: melatonin | st. john's wort: st johns wort
"""
PAIRS = [
    tuple(pair.strip().split(": ")) for line in NAMED.splitlines() for pair in line.split("|") if pair.strip()
]


def generics(text: str) -> list[str]:
    return [mention.generic for mention in find_medicines(text)]


@pytest.mark.parametrize(("name", "generic"), PAIRS)
def test_a_name_brand_or_misspelling_leads_to_the_generic_name(name: str, generic: str) -> None:
    assert generics(f"i was put on {name} last year") == [generic]


def test_at_least_150_psychiatric_medicines_are_known() -> None:
    prescribed = [medicine for medicine in known_medicines().values() if medicine.prescribed]
    assert len(prescribed) >= 150


def test_every_known_medicine_is_found_by_its_generic_name() -> None:
    missed = [name for name in known_medicines() if generics(f"taking {name} now") != [name]]
    assert missed == []


def test_the_medicines_of_the_perinatal_list_are_marked() -> None:
    marked = {name for name, medicine in known_medicines().items() if medicine.perinatal_risk}
    assert marked == {"valproate", "lithium", "carbamazepine", "topiramate"}


def test_controlled_medicines_are_marked() -> None:
    controlled = {name for name, medicine in known_medicines().items() if medicine.controlled}
    assert {"amphetamine", "alprazolam", "zolpidem", "buprenorphine-naloxone", "pregabalin"} <= controlled
    assert not {"sertraline", "buspirone", "hydroxyzine", "atomoxetine", "lithium"} & controlled


@pytest.mark.parametrize(
    "text",
    [
        "my ability to focus",
        "we went to a concert",
        "ambient music",
        "song lyrics",
        "i have a concern",
        "quiero buscar ayuda",
        "i drive a sonata",
        "in the meantime",
        "dolphins and symmetry",
        "hola doctor",
        "",
    ],
)
def test_ordinary_words_are_no_medicines(text: str) -> None:
    assert generics(text) == []


def test_an_ambiguous_name_is_a_medicine_beside_words_of_taking() -> None:
    assert generics("i take sonata 10mg to sleep") == ["zaleplon"]


def test_spans_and_classes_are_given_in_reading_order() -> None:
    text = "Zoloft 50mg, then Wellbutrin XL"
    found = find_medicines(text)
    assert [text[slice(*mention.span)] for mention in found] == ["Zoloft", "Wellbutrin XL"]
    assert found[0].to_dict() == {"generic": "sertraline", "class": "ssri", "span": [0, 6]}
