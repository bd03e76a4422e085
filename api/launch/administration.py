"""The commands that keep an installation: audit, keys, purge, backup, restore; each reads options and calls a module."""

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

audit_app = typer.Typer(no_args_is_help=True, help="The log of who read or changed what.")
keys_app = typer.Typer(no_args_is_help=True, help="Encryption keys.")


def install(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(audit_app, name="audit")
    app.add_typer(keys_app, name="keys")
    for command in (purge, backup, restore):
        app.command()(command)


def for_people(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a refusal into a sentence and exit status 1."""

    @functools.wraps(command)
    def told(*args: Any, **options: Any) -> Any:
        from pydantic import ValidationError

        from api.launch.keeping import CannotDo

        try:
            return command(*args, **options)
        except (CannotDo, ValueError) as refusal:
            reason = refusal.errors()[0]["msg"] if isinstance(refusal, ValidationError) else refusal
            print(f"frontdesk: {reason}", file=sys.stderr)
            raise typer.Exit(1) from None

    return told


@audit_app.command("verify")
@for_people
def audit_verify() -> None:
    """Walk the chain; names the first changed, removed or moved entry and exits 1."""
    from api import audit_check
    from api.launch import keeping

    installation = keeping.existing()
    with installation.database() as database, database.reading() as db:
        verdict = audit_check.verify(db, installation.audit_key)
    if verdict.fault:
        raise keeping.CannotDo(f"the audit log was tampered with: {verdict.fault}")
    print(f"The audit log is whole: {verdict.entries} entries, last digest {verdict.digest}")


@keys_app.command("rotate")
@for_people
def keys_rotate() -> None:
    """Bring in a new key, seal everything under it, take the old one out; chats go on meanwhile."""
    from api.launch import keeping, rotation

    done = rotation.rotate(keeping.existing(), lambda line: print(line, flush=True))
    print(f"{done} values are sealed under the new key.")


@for_people
def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="count, delete nothing")] = False,
    hold: Annotated[str, typer.Option(help="id of a chat to keep whatever its age")] = "",
    release: Annotated[str, typer.Option(help="id of a chat to keep no longer")] = "",
) -> None:
    """Delete what retention says."""
    from api.clock import SystemClock
    from api.launch import keeping
    from api.launch import purge as purging

    installation, now = keeping.existing(), SystemClock().now()
    if hold or release:
        purging.hold(installation, hold or release, now, on=bool(hold))
        print(f"{hold or release}: {'kept until released' if hold else 'no longer kept'}")
        return
    done = purging.purge(installation, now, dry_run=dry_run)
    told = ", ".join(f"{kind} {number}" for kind, number in sorted(done.items())) or "nothing"
    print(f"{'Would delete' if dry_run else 'Deleted'}: {told}")


@for_people
def backup(folder: Annotated[Path, typer.Argument(help="where the archive goes")]) -> None:
    """Write a consistent copy of everything, keys too; chats go on meanwhile."""
    from api.clock import SystemClock
    from api.launch import backup as backups
    from api.launch import keeping

    print(backups.backup(keeping.existing(), folder, SystemClock().now()))


@for_people
def restore(file: Annotated[Path, typer.Argument(help="an archive that `backup` wrote")]) -> None:
    """Bring a backup back into an empty place; never overwrites an installation."""
    from api.launch import backup as backups
    from api.launch import store

    folder = store.folder()
    url = os.environ.get("FRONTDESK_DATABASE_URL", f"sqlite:///{folder / 'frontdesk.db'}")
    done = backups.restore(file, folder, url)
    print(f"Restored {', '.join(done.files)}, as of {done.taken_at}. Start with './frontdesk up'.")
