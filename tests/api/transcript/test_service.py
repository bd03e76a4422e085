"""The transcript: sessions, messages in their order, turns."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import api.safety.models
import api.transcript.models  # noqa: F401 (every table the metadata needs)
from api.crypto import Keyring, install_keyring
from api.database import Base, Database
from api.errors import NotFound, SignInRequired, TurnClosed
from api.transcript import service as transcript
from api.transcript.models import Message, Turn
from api.transcript.schemas import MessageOut
from api.vocabulary import Author, Kind, Tier
from tests import databases
from tests.factories import OPEN_AT

LATER = OPEN_AT + timedelta(seconds=5)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    install_keyring(Keyring.parse(Keyring.generate()))
    database = Database(databases.url_for(tmp_path))
    Base.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def db(database: Database) -> Iterator[Session]:
    with database.writing() as db:
        yield db


@pytest.fixture
def session(db):
    return transcript.open_session(db, language="en", now=OPEN_AT)[0]


def write(db, session, text="hello", author=Author.VISITOR, **more):
    return transcript.append(db, session, author, Kind.TEXT, text, now=OPEN_AT, **more)


def test_a_token_finds_its_chat_until_it_runs_out_or_is_erased(db):
    session, token = transcript.open_session(db, language="es", now=OPEN_AT)
    assert transcript.find_by_token(db, token, OPEN_AT).id == session.id
    with pytest.raises(SignInRequired):
        transcript.find_by_token(db, token, OPEN_AT + timedelta(days=8))
    transcript.erase_session(db, session, OPEN_AT)
    with pytest.raises(SignInRequired):
        transcript.find_by_token(db, token, OPEN_AT)


@pytest.mark.parametrize("token", ["", "forged", "\ud800", "x" * 10_000])
def test_a_forged_token_finds_nothing(db, session, token):
    with pytest.raises(SignInRequired):
        transcript.find_by_token(db, token, OPEN_AT)


def test_an_unknown_chat_is_not_found(db):
    with pytest.raises(NotFound):
        transcript.find(db, "nothing")


def test_messages_are_numbered_from_one_in_the_order_they_were_written(db, session):
    assert [write(db, session, str(n)).seq for n in range(3)] == [1, 2, 3]
    assert [message.text for message in transcript.messages_after(db, session.id, 1)] == ["1", "2"]
    assert [message.text for message in transcript.latest_messages(db, session.id, 2)] == ["1", "2"]


def test_one_browser_id_is_kept_once(db, session):
    write(db, session, client_message_id="a")
    db.flush()
    assert transcript.find_sent(db, session.id, "a").text == "hello"
    assert transcript.find_sent(db, session.id, "b") is None
    write(db, session, client_message_id="a")
    with pytest.raises(IntegrityError):
        db.flush()
    db.rollback()


def test_a_browser_sees_labels_name_and_payload_and_nothing_hidden(db, session):
    message = write(
        db,
        session,
        author=Author.STAFF,
        quick_replies=[{"label": "A", "payload": "/secret"}],
        payload={"route": "therapy"},
        name="Dana",
        choice="/hidden",
    )
    shown = MessageOut.of(message).model_dump_json()
    assert "secret" not in shown
    assert "hidden" not in shown
    assert '"name":"Dana"' in shown
    assert '"payload":{"route":"therapy"}' in shown


def test_a_message_without_extras_is_shown_plainly(db, session):
    shown = MessageOut.of(write(db, session))
    assert (shown.name, shown.quick_replies, shown.payload) == (None, [], {})


def test_a_turn_takes_what_waits_once(db, session):
    write(db, session, "a", awaits_bot=True)
    write(db, session, "b")
    [waiting] = transcript.waiting_messages(db, session.id)
    assert [one.id for one in transcript.sessions_that_wait(db)] == [session.id]
    turn = transcript.open_turn(db, session, [waiting], OPEN_AT, LATER)
    assert transcript.waiting_messages(db, session.id) == []
    assert transcript.sessions_that_wait(db) == [session]
    assert transcript.unfinished_turn(db, session.id) is turn
    assert transcript.messages_of_turn(db, turn) == [waiting]
    assert waiting.turn_id == turn.id


def test_an_open_turn_may_act(db, session):
    turn = transcript.open_turn(db, session, [], OPEN_AT, LATER)
    assert transcript.require_open_turn(db, session.id, turn.id, OPEN_AT).id == turn.id


def test_a_turn_that_is_closed_late_foreign_or_unknown_may_do_nothing(db, session):
    other, _ = transcript.open_session(db, language="en", now=OPEN_AT)
    turn = transcript.open_turn(db, session, [], OPEN_AT, LATER)
    db.flush()
    for session_id, turn_id, now in (
        (session.id, turn.id, LATER),
        (other.id, turn.id, OPEN_AT),
        (session.id, "unknown", OPEN_AT),
    ):
        with pytest.raises(TurnClosed):
            transcript.require_open_turn(db, session_id, turn_id, now)
    assert transcript.close_turn(db, turn.id, OPEN_AT, "given_up")
    with pytest.raises(TurnClosed):
        transcript.require_open_turn(db, session.id, turn.id, OPEN_AT)


def test_a_turn_ends_once(db, session):
    turn = transcript.open_turn(db, session, [], OPEN_AT, LATER)
    db.flush()
    assert transcript.close_turn(db, turn.id, OPEN_AT, "given_up")
    assert not transcript.close_turn(db, turn.id, OPEN_AT, "answered")
    assert db.get(Turn, turn.id, populate_existing=True).outcome == "given_up"


def test_only_open_turns_past_their_deadline_are_overdue(db, session):
    open_turn = transcript.open_turn(db, session, [], OPEN_AT, LATER)
    closed = transcript.open_turn(db, session, [], OPEN_AT, LATER)
    db.flush()
    transcript.close_turn(db, closed.id, OPEN_AT, "answered")
    assert transcript.overdue_turns(db, OPEN_AT) == []
    assert [turn.id for turn in transcript.overdue_turns(db, LATER + timedelta(seconds=1))] == [open_turn.id]


def test_erasing_keeps_the_safety_trail_only(db, session):
    write(db, session, "ordinary", tier=Tier.NONE)
    write(db, session, "from the bot", Author.BOT)
    write(db, session, "danger", tier=Tier.CRISIS)
    assert transcript.has_written(db, session.id)
    transcript.erase_session(db, session, OPEN_AT)
    assert [message.text for message in db.query(Message)] == ["danger"]
    assert session.erased_at == OPEN_AT


def test_nobody_has_written_in_a_chat_of_notices(db, session):
    write(db, session, "card", Author.BOT)
    assert not transcript.has_written(db, session.id)
