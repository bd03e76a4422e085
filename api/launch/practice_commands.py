"""`frontdesk practice …`: check a profile, sign the safety wording, try an alert, pause; each only calls its work."""

import sys
from typing import Annotated, NoReturn

import typer

app = typer.Typer(no_args_is_help=True, help="Check a practice, sign off, try an alert, pause.")


def _fail(reason: object) -> NoReturn:
    print(f"frontdesk: {reason}", file=sys.stderr)
    raise typer.Exit(1)


@app.command("check")
def check(
    file: Annotated[str, typer.Argument(help="a profile: its path, or its name in data/practices")],
    go_live: Annotated[bool, typer.Option("--go-live", help="is everything there to open to the public?")] = False,
) -> None:
    """Validate a profile: file, line, key, reason. With --go-live everything else that has to be in place."""
    from api.launch import going_live
    from api.practice import ProfileBroken

    try:
        findings = going_live.check(file, go_live=go_live)
    except ProfileBroken as error:
        _fail(error)
    for finding in findings:
        print(finding.line())
    if not all(finding.passed for finding in findings):
        raise typer.Exit(1)


@app.command("sign-off")
def sign_off(
    name: Annotated[str, typer.Option(help="the clinician who has read the safety words")],
    credentials: Annotated[str, typer.Option(help="such as LCSW, PMHNP, MD")],
) -> None:
    """A clinician signs the safety words as they stand now; any later change makes it void."""
    from api.launch import going_live

    try:
        print(going_live.sign_off(name, credentials))
    except ValueError as error:
        _fail(error)


@app.command("test-alert")
def test_alert() -> None:
    """Raise an alert that only tries the way to staff; somebody has to press "I have seen this"."""
    from api.launch import going_live

    print(going_live.raise_trial())


@app.command("pause")
def pause() -> None:
    """Turn the pages into the telephone number and the lines to call, as the button in the console does."""
    from api.launch import going_live

    print(going_live.set_pause(on=True))


@app.command("resume")
def resume() -> None:
    """Let the program answer again."""
    from api.launch import going_live

    print(going_live.set_pause(on=False))
