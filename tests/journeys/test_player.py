"""The journey player itself: it passes what went well, and fails, with the place and the reason, what did not."""

import io

import pytest

from tests.journeys import fake_house
from tests.journeys.player import main

GOOD = """
journey: somebody books
answers:
  age_group: {choose: Adult}
  care_choice: {choose: 1}
  contact: {book: {name: Rosa Field, phone: 520-555-0114}}
steps:
- say: I cannot sleep
  expect: {question: age_group, quick_replies: [adult, /^teen$/], never_quick_replies: [child], says: how old}
- until: {kind: suggestion, turns: 2}
  expect: {payload: {route: therapy}, never_says: [medication], never_kinds: [crisis], tier: none, mode: bot}
- until: {kind: booked, turns: 3}
  database:
    appointments: [{status: booked, service: therapy}]
    intake: {suggested_route: therapy, rule_id: R39}
    handoffs: 0
    alerts: []
    messages: {at_least: 8}
    session: {open_question: null}
"""


@pytest.fixture
def house(tmp_path):
    with fake_house.running(tmp_path / "house.db") as (address, fake):
        yield address, fake, tmp_path


def play(house, text, *options):
    address, _, folder = house
    path = folder / "one.yml"
    path.write_text(text, "utf-8")
    out = io.StringIO()
    standard = ["--base-url", address, "--database", str(folder / "house.db"), "--patience", "0.6"]
    code = main([str(path), *standard, *options], out)
    return code, out.getvalue()


STAFF = ("--staff-email", fake_house.EMAIL, "--staff-password", fake_house.PASSWORD)


def test_a_journey_that_goes_as_written_passes(house):
    code, said = play(house, GOOD)
    assert code == 0, said
    assert "ok     somebody books (3 messages" in said
    assert "bot:" not in said
    assert "1 of 1 journeys as written" in said


def steps(*lines):
    return "journey: one\nanswers:\n  age_group: Adult\nsteps:\n" + "\n".join(f"- {line}" for line in lines) + "\n"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{say: hi, expect: {says: goodbye}}", "expected to hear 'goodbye'"),
        ("{say: hi, expect: {says: [how, /^never$/]}}", "expected to hear '/^never$/'"),
        ("{say: hi, expect: {never_says: how old}}", "must not say 'how old'"),
        ("{say: hi, expect: {kinds: [suggestion]}}", "expected a message of kind suggestion, found ['text']"),
        ("{say: hi, expect: {never_kinds: text}}", "must not send a message of kind text"),
        (
            "{say: hi, expect: {quick_replies: [Child]}}",
            "expected a quick reply 'Child', offered: ['Adult', 'Teen']",
        ),
        ("{say: hi, expect: {never_quick_replies: [Teen]}}", "must not offer 'Teen': 'Teen'"),
        (
            "{say: hi, expect: {question: [state, severity]}}",
            "expected the question ['state', 'severity'], found age_group",
        ),
        ("{say: hi, expect: {tier: crisis}}", "expected tier crisis, found none"),
        ("{say: hi, expect: {mode: staff}}", "expected mode staff, found bot"),
        (
            "{say: hi, expect: {payload: {route: therapy}}}",
            "expected a payload with {'route': 'therapy'}, found []",
        ),
        ("{say: hi, expect: {silent: true}}", "the bot must be silent, but said ['How old is the person?']"),
        ("{say: hi, database: {appointments: 1}}", "database: appointments: expected 1, found no row"),
        (
            "{say: hi, database: {session: {mode: staff}}}",
            "database: session: expected {'mode': 'staff'}, found [{",
        ),
        (
            "{say: hi, database: {handoffs: [{reason: safety}]}}",
            "database: handoffs: expected [{'reason': 'safety'}]",
        ),
        ("{say: hi, database: {messages: {at_least: 99}}}", "database: messages: expected {'at_least': 99}"),
        ("{say: hi, database: {appointments: {status: booked}}}", "database: appointments: expected"),
        ("{choose: Adult}", "no quick reply 'Adult'; offered: nothing"),
        ("{book: {name: Rosa}}", "no contact form was shown"),
        ("{say: boom}", 'POST /api/chat/messages answered 500: {"error":"Boom"'),
        ("{say: mute}", "no answer within 0.6 s"),
        ("{say: dose}", "never says '/\\\\b\\\\d+ ?(mg|milligrams)"),
        ("{say: phantom}", "called something booked without the id of an appointment"),
        ("{until: {kind: suggestion}}", "asked concerns, for which there is no answer; answers for: age_group"),
        ("{wait_for: {author: staff}}", "did not arrive within 0.6 s: {'author': 'staff'}"),
        ("{staff: take_over}", "needs a staff member"),
    ],
)
def test_what_is_not_as_written_fails_with_its_line_its_reason_and_the_transcript(house, line, reason):
    code, said = play(house, steps(line))
    assert code == 1
    assert reason in said
    assert "one.yml:5: step 1: " in said
    assert "bot: What brings you here?" in said
    assert "0 of 1 journeys as written" in said


def test_until_gives_up_after_its_turns_and_says_where_it_stands(house):
    code, said = play(house, steps("{say: hi}", "{until: {kind: booked, turns: 1}}"))
    assert code == 1
    assert "not reached in 1 turns: {'kind': 'booked'}; the question now is care_choice" in said


def test_until_may_wait_for_the_end_of_all_questions(house):
    text = steps("{say: hi}", "{until: {question: null, turns: 3}, expect: {question: null}}")
    answers = "  age_group: Adult\n  care_choice: {choose: therapy}\n  contact: Rosa\n"
    code, said = play(house, text.replace("  age_group: Adult\n", answers))
    assert code == 0, said


def test_an_answer_may_change_from_one_time_to_the_next(house):
    text = (
        "journey: one\nanswers:\n  concerns: [slow, sleep]\nsteps:\n- {until: {question: age_group, turns: 2}}\n"
    )
    code, said = play(house, text)
    assert code == 0, said


def test_the_same_block_twice_in_a_row_fails_unless_the_journey_allows_it(house):
    text = steps("{say: again}", "{say: again}")
    code, said = play(house, text)
    assert code == 1
    assert "one.yml:6: step 2: said the same again: 'Same words.'" in said


def test_a_journey_may_allow_repetition(house):
    code, said = play(house, "may_repeat: true\n" + steps("{say: again}", "{say: again}"))
    assert code == 0, said


def test_a_forbidden_word_of_the_journey_itself_fails_in_any_step(house):
    code, said = play(house, "never_says: [how old]\n" + steps("{say: hi}"))
    assert code == 1
    assert "never says 'how old', but said 'How old is the person?'" in said


def test_an_answer_that_comes_late_is_waited_for(house):
    code, said = play(house, steps("{say: slow, expect: {says: here i am}}"))
    assert code == 0, said


def test_a_question_of_safety_stands_before_the_intakes(house):
    text = steps(
        "{say: crisis, expect: {kinds: crisis, tier: crisis, question: safety.in_danger}, database: {alerts: 1}}"
    )
    code, said = play(house, text)
    assert code == 0, said


def test_without_consent_help_now_still_answers(house):
    code, said = play(house, "consent: false\n" + steps("{help_now: true, expect: {says: '988', kinds: crisis}}"))
    assert code == 0, said


PERSON = (
    "{say: a person please, expect: {kinds: handoff}, database: {handoffs: [{reason: visitor_request}]}}",
    "{staff: take_over, expect: {mode: staff, payload: {marker: staff_joined}}}",
    "{say: hello, expect: {silent: true}}",
    "{staff: {sees: a person please, reply: Dana here}}",
    "{wait_for: {author: staff, says: dana here}}",
    "{staff: hand_back, expect: {mode: bot}}",
)


def test_a_staff_member_takes_over_replies_and_hands_back(house):
    code, said = play(house, steps(*PERSON), *STAFF)
    assert code == 0, said


@pytest.mark.parametrize(
    ("lines", "options", "reason"),
    [
        (("{staff: take_over}",), STAFF, "the chat is not in the inbox"),
        (
            (PERSON[0], "{staff: {reply: hi}}"),
            STAFF,
            "no button to reply on the conversation page; buttons: 'Take Over'",
        ),
        ((PERSON[0], "{staff: {sees: elephants}}"), STAFF, "does not show 'elephants'"),
        ((PERSON[0], PERSON[1], "{staff: close}"), STAFF, "the console says: not yours"),
        ((PERSON[0], PERSON[1]), (*STAFF[:3], "wrong"), "POST /staff/sign-in answered 403"),
    ],
)
def test_trouble_at_the_console_is_told(house, lines, options, reason):
    code, said = play(house, steps(*lines), *options)
    assert code == 1
    assert reason in said


def test_a_chat_that_the_database_does_not_know_is_told(house):
    _, fake, _ = house
    fake._write("DELETE FROM chat_session", ())
    code, said = play(house, steps("{say: hi, expect: {question: age_group}}"))
    assert code == 1
    assert "does not know this chat; give --database" in said


def test_without_a_database_only_what_needs_it_fails(house):
    assert play(house, steps("{say: hi}"), "--database", "/nowhere.db")[0] == 0
    code, said = play(house, steps("{say: hi, expect: {question: age_group}}"), "--database", "/nowhere.db")
    assert code == 1
    assert "needs a look at the database" in said


def test_only_journeys_for_the_clock_are_played(house):
    closed = "clock: closed\n" + steps("{say: boom}")
    assert play(house, closed, "--clock", "open") == (1, "0 of 0 journeys as written\n")
    assert "FAILED" in play(house, closed, "--clock", "closed")[1]
    assert play(house, steps("{say: hi}"), "--clock", "open")[0] == 0


def test_a_server_that_is_not_there_is_told(tmp_path):
    out = io.StringIO()
    path = tmp_path / "one.yml"
    path.write_text(GOOD, "utf-8")
    assert main([str(path), "--base-url", "http://127.0.0.1:9", "--wait", "0"], out) == 1
    assert "http://127.0.0.1:9 is not ready after 0 s" in out.getvalue()


def test_a_broken_file_plays_nothing(house):
    code, said = play(house, "journey: one\nsteps:\n- {says: hi}\n")
    assert code == 1
    assert "one.yml:3: step: unknown says; known: book, choose" in said
    assert house[1].said == []


def test_verbose_shows_the_transcript_of_what_went_well_too(house):
    code, said = play(house, steps("{say: hi}"), "--verbose")
    assert code == 0
    assert "bot <notice>: I am a program." in said
    assert "How old is the person? [Adult] [Teen]" in said


def test_a_database_that_cannot_be_read_is_told(house):
    _, _, folder = house
    (folder / "other.db").write_text("no database")
    code, said = play(house, steps("{say: hi, database: {alerts: 0}}"), "--database", str(folder / "other.db"))
    assert code == 1
    assert "alert: file is not a database" in said
