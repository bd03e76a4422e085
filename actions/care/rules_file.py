"""Reads `data/care/pathways.yml`; a broken file is refused before anybody is routed by it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from actions.care.expressions import Expression, ExpressionError, parse
from actions.care.facts import Fact, FactSchema
from actions.care.numbered_yaml import Entry, read_yaml
from actions.care.rules import Derivation, Modifier, Rule, Rules

TOP = ("rules_version", "facts", "modifier_facts", "concern_ids", "derived", "severity_bands", "routes")
LANGUAGES = {"en": "why", "es": "why_es"}
FactsByName = Mapping[str, Fact]


def load_rules(path: Path) -> Rules:
    """The rules of a file. Raises RulesFileError, which reads `path:line: reason`."""
    top = read_yaml(path).fields((*TOP, "pathways", "modifiers"))
    concerns = _codes(top["concern_ids"])
    facts = _facts(top["facts"], concerns)
    context = _facts(top["modifier_facts"], concerns)
    routes = _texts(top["routes"])
    derivation, derived = _derived(top["derived"], facts)
    readable = {**facts, **derived}
    pathways = _pathways(top["pathways"], readable, tuple(routes))
    decided = {
        "rule": Fact("rule", tuple(rule.id for rule in pathways)),
        "route": Fact("route", tuple(routes)),
    }
    return Rules(
        version=top["rules_version"].text(),
        schema=FactSchema({**facts, **context}),
        derivation=derivation,
        routes=routes,
        severity_bands=_bands(top["severity_bands"], facts["severity"]),
        pathways=pathways,
        modifiers=_modifiers(top["modifiers"], {**readable, **context, **decided}),
        context=frozenset(context),
    )


def _facts(section: Entry, concerns: tuple[str, ...]) -> dict[str, Fact]:
    return {name: _fact(name, entry, concerns) for name, entry in section.fields(optional=None).items()}


def _fact(name: str, entry: Entry, concerns: tuple[str, ...]) -> Fact:
    values = tuple(item.scalar() for item in entry.items())
    if len(set(values)) != len(values):
        raise entry.refusal(f"{name} lists a value twice")
    return Fact(name, values) if values else Fact(name, concerns, many=True)


def _derived(section: Entry, facts: FactsByName) -> tuple[Derivation, dict[str, Fact]]:
    fields = section.fields(("lead", "sev", "minor"))
    lead = fields["lead"].fields(("first", "last", "otherwise"))
    sev = fields["sev"].fields(("of", "unknown"))
    severity = _named(sev["of"], facts)
    derivation = Derivation(
        first=tuple(_one_of(item, facts["concerns"]) for item in lead["first"].items()),
        last=tuple(_one_of(item, facts["concerns"]) for item in lead["last"].items()),
        otherwise=_one_of(lead["otherwise"], facts["concerns"]),
        severity_fact=severity.name,
        severity_unknown=_one_of(sev["unknown"], severity),
        minor=_condition(fields["minor"], facts),
    )
    derived = {
        "lead": Fact("lead", facts["concerns"].allowed),
        "sev": Fact("sev", tuple(value for value in severity.allowed if value != "unknown")),
        "minor": Fact("minor", (False, True)),
    }
    return derivation, derived


def _pathways(section: Entry, facts: FactsByName, routes: tuple[str, ...]) -> tuple[Rule, ...]:
    entries = section.items()
    rules = tuple(_pathway(entry, facts, Fact("then", routes)) for entry in entries)
    _refuse_twice(entries, [rule.id for rule in rules])
    if not rules or rules[-1].when.source != "True":
        raise (entries or [section])[-1].refusal(
            'the last rule must say when: "True", so that every visitor has one'
        )
    return rules


def _pathway(entry: Entry, facts: FactsByName, route: Fact) -> Rule:
    fields = entry.fields(("id", "when", "then", *LANGUAGES.values(), "cite"), ("lock",))
    return Rule(
        id=fields["id"].text(),
        when=_condition(fields["when"], facts),
        then=_one_of(fields["then"], route),
        lock="lock" in fields and fields["lock"].flag(),
        why={language: fields[key].text() for language, key in LANGUAGES.items()},
        cite=fields["cite"].text(),
    )


def _modifiers(section: Entry, facts: FactsByName) -> tuple[Modifier, ...]:
    entries = section.items()
    modifiers = tuple(_modifier(entry, facts) for entry in entries)
    _refuse_twice(entries, [modifier.id for modifier in modifiers])
    return modifiers


def _modifier(entry: Entry, facts: FactsByName) -> Modifier:
    fields = entry.fields(("id", "when", "note"))
    return Modifier(fields["id"].text(), _condition(fields["when"], facts), fields["note"].text())


def _condition(entry: Entry, facts: FactsByName) -> Expression:
    try:
        return parse(entry.text(), facts)
    except ExpressionError as error:
        raise entry.refusal(str(error)) from None


def _bands(section: Entry, severity: Fact) -> dict[str, str]:
    return {
        name: entry.text() for name, entry in section.fields(tuple(str(v) for v in severity.allowed[1:])).items()
    }


def _texts(section: Entry) -> dict[str, str]:
    return {name: entry.text() for name, entry in section.fields(optional=None).items()}


def _codes(section: Entry) -> tuple[str, ...]:
    entries = section.items()
    codes = tuple(entry.text() for entry in entries)
    _refuse_twice(entries, codes)
    return codes


def _one_of(entry: Entry, fact: Fact) -> str:
    value = entry.text()
    if not fact.accepts(value):
        raise entry.refusal(f"{value} is not one of {', '.join(str(allowed) for allowed in fact.allowed)}")
    return value


def _named(entry: Entry, facts: FactsByName) -> Fact:
    name = entry.text()
    if name not in facts:
        raise entry.refusal(f"unknown fact {name}")
    return facts[name]


def _refuse_twice(entries: list[Entry], ids: tuple[str, ...] | list[str]) -> None:
    for position, (entry, name) in enumerate(zip(entries, ids, strict=True)):
        if name in ids[:position]:
            raise entry.refusal(f"{name} stands twice")
