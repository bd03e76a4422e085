"""A broken rules file is refused before anybody is routed by it: file, line, reason."""

import pytest

from actions.care.pathways import PATHWAYS, RulesFileError, load_rules

GOOD = PATHWAYS.read_text("utf-8")


def load(tmp_path, text):
    path = tmp_path / "pathways.yml"
    path.write_text(text, "utf-8")
    return load_rules(path)


def line_of(text, part):
    return text[: text.index(part)].count("\n") + 1


def test_the_shipped_file_is_read_whole():
    rules = load_rules(PATHWAYS)
    assert [rule.id for rule in rules.pathways] == [f"R{number:02}" for number in range(1, 41)]
    assert set(rules.severity_bands) == {"mild", "moderate", "severe"}
    assert set(rules.routes) == {rule.then for rule in rules.pathways}
    assert len(rules.modifiers) == 17


@pytest.mark.parametrize(
    ("old", "new", "at", "reason"),
    [
        ("when: \"safety_tier == 'crisis'\"", "when: \"safety_tire == 'crisis'\"", "safety_tire", "unknown name"),
        ("when: \"safety_tier == 'crisis'\"", "when: \"safety_tier == 'crises'\"", "crises", "can never be"),
        ("when: \"safety_tier == 'crisis'\"", 'when: "exit()"', "exit()", "Call is not allowed"),
        ("when: \"safety_tier == 'crisis'\"", 'when: "veteran"', 'when: "veteran"', "unknown name veteran"),
        ("when: \"safety_tier == 'crisis'\"", "when: true", "when: true", "must be a text"),
        ("- id: R02", "- id: R01", "- id: R01\n  when: \"safety_tier == 'crisis'", "R01 stands twice"),
        ("- id: cbt_i", "- id: erp", "- id: erp\n  when: \"'ocd'", "erp stands twice"),
        ("  then: crisis_now", "  then: crisis_later", "crisis_later", "crisis_later is not one of crisis_now"),
        ("  lock: true", "  lock: certainly", "lock: certainly", "must be true or false"),
        ("  lock: true", "  locked: true", "locked", "unknown key locked"),
        ('  when: "True"', '  when: "minor"', "- id: R40", "last rule"),
        ("[false, true]      # current voices", "[false, false]  # x", "# x", "lists a value twice"),
        ("phobia, trauma_ptsd", "phobia, phobia", "phobia, phobia", "phobia stands twice"),
        ("first: [psychosis_like,", "first: [psychosis,", "first: [psychosis,", "psychosis is not one of"),
        ("{of: severity,", "{of: severeness,", "severeness", "unknown fact severeness"),
        ("unknown: moderate}", "unknown: middling}", "middling", "middling is not one of"),
        ("when: \"rule == 'R28'\"", "when: \"rule == 'R82'\"", "R82", 'rule can never be "R82"'),
        ("rules_version:", "rules_versions:", "rules_versions", "unknown key rules_versions"),
        ('rules_version: "1.0.0"', "rules_version: 1.0", "rules_version: 1.0", "must be a text"),
        ("  mild: ", "  slight: ", "slight", "unknown key slight"),
        ('  why_es: "No tengo claro', '  why_ca: "No tengo claro', "why_ca", "unknown key why_ca"),
    ],
)
def test_one_wrong_word_is_refused_on_its_line(tmp_path, old, new, at, reason):
    assert old in GOOD
    broken = GOOD.replace(old, new, 1)
    with pytest.raises(RulesFileError) as refusal:
        load(tmp_path, broken)
    assert reason in str(refusal.value)
    assert refusal.value.line == line_of(broken, at)
    assert str(refusal.value).startswith(f"{tmp_path / 'pathways.yml'}:{refusal.value.line}: ")


@pytest.mark.parametrize("key", ["rules_version", "facts", "routes", "modifiers", "severity_bands", "derived"])
def test_a_missing_part_is_named(tmp_path, key):
    kept = [part for part in GOOD.split("\n\n") if f"\n{key}:" not in "\n" + part]
    with pytest.raises(RulesFileError, match=rf":\d+: misses {key}"):
        load(tmp_path, "\n\n".join(kept))


def test_a_file_without_rules_is_refused(tmp_path):
    start, end = GOOD.index("pathways:\n"), GOOD.index("# Added to the route")
    with pytest.raises(RulesFileError, match="last rule"):
        load(tmp_path, GOOD[:start] + "pathways: []\n" + GOOD[end:])
