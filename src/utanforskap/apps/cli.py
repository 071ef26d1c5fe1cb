"""The shell ``utanforskap``."""

import io
import os
import sys
from collections.abc import Callable
from typing import Annotated, Any, TextIO

import typer

from utanforskap import __version__
from utanforskap.apps.commands import (
    break_even,
    check,
    compare,
    evaluate,
    explain,
    files,
    followup,
    funders,
    plot,
    population,
    prices,
    report,
    rerun,
    run,
    simulate,
    tornado,
    verify,
    voi,
    workbook,
)
from utanforskap.apps.options import prose
from utanforskap.errors import UtanforskapError

HELP = prose("""Vad utanförskap kostar, vem som bär kostnaden, när, och vad som ändras av en insats.

SCENARIO är namnet på en medföljande kalkyl (se 'list') eller en kalkylfil (.yaml).

Kommandot slutar med 0 när allt gick bra; 1 när svaret är nej (check fann fel, verify fann tal som inte stämmer,
rerun fick andra svar); 2 när frågan är felställd eller det som gavs inte kan läsas.""")
_HELP_OPTION = "Visa denna hjälp."
_REST = "Övrigt"
_STOPPED_BY_USER = 130
_NOBODY_READS = 141


class _Command(typer.core.TyperCommand):
    """A command whose own help option speaks Swedish."""

    def get_help_option(self, ctx: Any) -> Any:
        return _in_swedish(super().get_help_option(ctx))


class _Group(typer.core.TyperGroup):
    """Commands under one name, whose own help option speaks Swedish."""

    def get_help_option(self, ctx: Any) -> Any:
        return _in_swedish(super().get_help_option(ctx))


class _Shell(typer.core.TyperGroup):
    """The commands; whatever the library refuses is told without a traceback."""

    def get_help_option(self, ctx: Any) -> Any:
        return _in_swedish(super().get_help_option(ctx))

    def invoke(self, ctx: Any) -> Any:
        try:
            answer = super().invoke(ctx)
            sys.stdout.flush()
        except UtanforskapError as error:
            sys.stderr.write(f"{error}\n")
            raise typer.Exit(2) from None
        except KeyboardInterrupt:
            raise typer.Exit(_STOPPED_BY_USER) from None
        except BrokenPipeError:
            _write_no_more()
            raise typer.Exit(_NOBODY_READS) from None
        except OSError as error:
            if error.filename is not None:
                raise
            _write_no_more()
            sys.stderr.write(f"The answer cannot be given: {error.strerror or error}.\n")
            raise typer.Exit(2) from None
        return answer


def _write_no_more() -> None:
    """Let what is still to be written go nowhere when Python closes the stream at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _in_swedish(option: Any) -> Any:
    if option is not None:
        option.help = _HELP_OPTION
        option.rich_help_panel = _REST
    return option


app = typer.Typer(
    name="utanforskap",
    cls=_Shell,
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Visa versionen.", rich_help_panel=_REST)
    ] = False,
) -> None:
    """Hold the commands together."""


_COMMANDS = (
    ("list", files.list_scenarios, files.LIST_HELP),
    ("run", run.run, run.HELP),
    ("compare", compare.compare, compare.HELP),
    ("funders", funders.funders, funders.HELP),
    ("explain", explain.explain, explain.HELP),
    ("break-even", break_even.break_even, break_even.HELP),
    ("simulate", simulate.simulate, simulate.HELP),
    ("tornado", tornado.tornado, tornado.HELP),
    ("voi", voi.voi, voi.HELP),
    ("population", population.population, population.HELP),
    ("evaluate", evaluate.evaluate, evaluate.HELP),
    ("plot", plot.plot, plot.HELP),
    ("workbook", workbook.workbook, workbook.HELP),
    ("report", report.report, report.REPORT_HELP),
    ("export", report.export, report.EXPORT_HELP),
    ("rerun", rerun.rerun, rerun.HELP),
    ("check", check.check, check.HELP),
    ("verify", verify.verify, verify.HELP),
    ("prices", prices.prices, prices.HELP),
    ("new", files.new, files.NEW_HELP),
    ("schema", files.schema, files.SCHEMA_HELP),
)
for _name, _command, _help in _COMMANDS:
    app.command(name=_name, cls=_Command, help=_help, rich_help_panel="Kommandon")(_command)

_Part = tuple[str, Callable[..., None], str]
_GROUPS: dict[str, tuple[str, tuple[_Part, ...]]] = {
    "followup": (
        followup.HELP,
        (
            ("suggest", followup.suggest, followup.SUGGEST_HELP),
            ("check", followup.check, followup.CHECK_HELP),
        ),
    ),
    "bank": (
        followup.BANK_HELP,
        (
            ("add", followup.add, followup.ADD_HELP),
            ("list", followup.list_bank, followup.LIST_HELP),
            ("compare", followup.compare_bank, followup.COMPARE_HELP),
        ),
    ),
}
for _group, (_about, _parts) in _GROUPS.items():
    _room = typer.Typer(name=_group, cls=_Group, help=_about, no_args_is_help=True, rich_markup_mode="rich")
    for _name, _part, _help in _parts:
        _room.command(name=_name, cls=_Command, help=_help, rich_help_panel="Kommandon")(_part)
    app.add_typer(_room, rich_help_panel="Kommandon")


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")


def main() -> None:
    """Run the shell."""
    # Who closes a stream wants nothing said there.
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that knows no − or å shows ? in its place; without this it would show a traceback.
            stream.reconfigure(errors="replace")
    app()
