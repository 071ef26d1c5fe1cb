"""What there is to run, and what a new scenario starts from."""

import json
import re
import shlex
from pathlib import Path
from typing import Annotated

import typer

import utanforskap as ut
from utanforskap.apps import options
from utanforskap.apps.deliver import Delivery, tell_written
from utanforskap.apps.words import say, word
from utanforskap.shipped import shipped_text

LIST_HELP = "Visa de medföljande kalkylerna: namn och titel."
SCHEMA_HELP = options.prose("""Skriv JSON-schemat för kalkylfiler, så att en redigerare kan fylla i och granska.

Skriv det till en fil och ange den överst i kalkylen: # yaml-language-server: $schema=utanforskap.schema.json""")
NEW_HELP = options.prose("""Skriv en kommenterad kalkyl att börja från: en liten som går att räkna.

En fil som redan finns skrivs inte över utan --force.""")


def list_scenarios(
    lang: options.LangOption = "sv",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
    force: options.ForceOption = False,
) -> None:
    """Print the bundled scenarios."""
    delivery = Delivery(lang=lang, format=format, output=output, force=force)
    import pandas as pd

    from utanforskap.outputs.tables import Answer, Sheet

    title = word("columns", "title", lang)
    cases = {name: ut.load(file) for name, file in ut.bundled().items()}
    frame = pd.DataFrame(
        {title: [str(getattr(case.scenario.title, lang)) for case in cases.values()]},
        index=pd.Index(list(cases), name=word("columns", "name", lang)),
    )
    heading = word("titles", "bundled", lang)
    delivery.deliver(Answer(title=heading, sheets=(Sheet("scenarios", heading, frame, texts=(title,)),)))


def schema(output: options.OutputOption = None, force: options.ForceOption = False) -> None:
    """Print the JSON schema of scenario files."""
    delivery = Delivery(output=output, force=force)
    from utanforskap.inputs.schema import json_schema

    delivery.write(json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n")


def new(
    file: Annotated[Path, options.argument("FIL", "Filen som skrivs.")],
    force: options.ForceOption = False,
) -> None:
    """Write a commented scenario to start from."""
    from utanforskap.outputs.files import write_text

    template = shipped_text("new.yaml")
    id_ = re.sub(r"[^\w-]+", "-", file.stem).strip("-")
    named = re.sub(r"(?m)^id: .*$", lambda _: f"id: {id_ or 'ny-kalkyl'}", template, count=1)
    write_text(file, named, force=force)
    tell_written(file, "sv")
    typer.echo(say("next", "sv", file=shlex.quote(str(file))))
