"""The commands of `./frontdesk`; each only reads its options and calls a room."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from api.launch import administration, jsonl, practice_commands

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
staff_app = typer.Typer(no_args_is_help=True, help="Staff sign-ins.")
app.add_typer(staff_app, name="staff")
administration.install(app)
app.add_typer(practice_commands.app, name="practice")

NOT_BUILT = 3
LATER = {
    "rules": "dry-run: past chats under a new rule set",
}


def _fail(reason: object, status: int = 1) -> NoReturn:
    print(f"frontdesk: {reason}", file=sys.stderr)
    raise typer.Exit(status)


@app.command()
def up(
    practice: Annotated[str, typer.Option(help="name of a profile in data/practices")] = "tucson_integrative",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    demo: Annotated[bool, typer.Option("--demo", help="invented chats, handoffs and appointments")] = False,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="a proxy that speaks TLS stands in front (docs/running.md)")
    ] = False,
) -> None:
    """Start everything; Ctrl-C stops it."""
    from api.launch import training
    from api.launch.up import CannotStart, Options, run

    try:
        asyncio.run(run(Options(practice, host, port, demo, behind_proxy)))
    except (CannotStart, training.TrainingFailed) as error:
        _fail(error)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(context: typer.Context) -> None:
    """Run every check and test; with arguments, pytest alone with them."""
    from api.launch import suite

    raise typer.Exit(suite.run(context.args))


@app.command()
def lock() -> None:
    """Resolve both environments again and write their hash-locked files."""
    from api.launch import environments

    for name in environments.PYTHON_VERSIONS:
        environments.lock(name)


@app.command()
def train(force: Annotated[bool, typer.Option(help="build everything again")] = False) -> None:
    """Build what changed: encoder (once), language heads, Rasa model."""
    from rich.console import Console

    from api.launch import environments, training

    console = Console(stderr=True)
    try:
        if not environments.is_current("bot"):
            with console.status("Preparing the bot environment (about 3 GB, once)"):
                environments.sync("bot")
        training.run(force, console)
    except training.TrainingFailed as error:
        _fail(error)
    console.print("Trained: everything is up to date.")


def _filter(step: jsonl.Step) -> NoReturn:
    sys.stdin.reconfigure(errors="surrogateescape")  # type: ignore[union-attr]
    raise typer.Exit(jsonl.run(sys.stdin, sys.stdout, step))


@app.command()
def screen() -> None:
    """Risk screen: JSONL in, JSONL out."""
    from api.launch import understanding

    _filter(understanding.screening())


@app.command()
def times() -> None:
    """Time expressions: JSONL in, JSONL out."""
    from bot.language.times import times_record

    _filter(times_record)


@app.command()
def route() -> None:
    """Care pathway of given facts: JSONL in, JSONL out."""
    from actions.care.pathways import route_record

    _filter(route_record)


@app.command()
def understand() -> None:
    """Intent, concerns and facts of a message: JSONL in, JSONL out."""
    from api.launch import understanding

    try:
        step = understanding.step()
    except FileNotFoundError as error:
        _fail(error)
    _filter(step)


@app.command()
def journey(
    files: Annotated[list[Path], typer.Argument(help="scripted visitors")],
    base_url: Annotated[str, typer.Option(help="a running `up`")] = "http://127.0.0.1:8000",
    staff_email: Annotated[str, typer.Option(envvar="FRONTDESK_STAFF_EMAIL")] = "",
    staff_password: Annotated[str, typer.Option(envvar="FRONTDESK_STAFF_PASSWORD")] = "",
) -> None:
    """Play scripted visitors, and staff, against a running `up`."""
    from api.launch import store, suite

    seen = ["--base-url", base_url, "--database", str(store.folder() / "frontdesk.db")]
    as_staff = ["--staff-email", staff_email, "--staff-password", staff_password] if staff_email else []
    raise typer.Exit(suite.play(files, [*seen, *as_staff]))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(context: typer.Context) -> None:
    """Measure; turns, start, train, memory, growth, booking, streams, screen, stock or all, [--json] [--write]."""
    from api.launch import suite

    raise typer.Exit(suite.measure(context.args))


@app.command()
def evaluate(
    update_cards: Annotated[bool, typer.Option("--update-cards", help="write models/cards")] = False,
) -> None:
    """Measure on the held-out sets; exit 1 when a figure is worse than that of the released card."""
    from api.launch import suite

    raise typer.Exit(suite.evaluate(["--update-cards"] if update_cards else []))


@staff_app.command("add")
def staff_add(
    email: str,
    name: Annotated[str, typer.Option()] = "",
    role: Annotated[str, typer.Option(help="front_desk, clinician, administrator or auditor")] = "front_desk",
) -> None:
    """Add a staff member; the password is printed once."""
    from api.launch import staffing

    try:
        print(staffing.add(email, name or email.split("@")[0], role))
    except ValueError as error:
        _fail(error)


@staff_app.command("reset")
def staff_reset(email: str) -> None:
    """Give a staff member a new one-time password (printed once); app and sign-ins end."""
    from api.launch import staffing

    try:
        print(staffing.reset(email))
    except ValueError as error:
        _fail(error)


@staff_app.command("list")
def staff_list() -> None:
    """Everybody who may sign in."""
    from api.launch import staffing

    for line in staffing.everybody():
        print(line)


def _not_built(name: str, purpose: str) -> Callable[..., Any]:
    def command(context: typer.Context) -> None:
        _fail(f"{name}: not built yet ({purpose})", NOT_BUILT)

    command.__doc__ = f"Not built yet: {purpose}."
    return command


_anything = {"allow_extra_args": True, "ignore_unknown_options": True}
for _name, _purpose in LATER.items():
    app.command(_name, context_settings=_anything)(_not_built(_name, _purpose))


if __name__ == "__main__":
    app()
