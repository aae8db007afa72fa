"""`lookfeel explain`: a rule's id enters, or none; what the rule says, or the map of all rules, leaves."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from lookfeel.cli.app import app, show_failure
from lookfeel.errors import LookfeelError


@app.command()
def explain(
    rule_id: Annotated[
        str | None, typer.Argument(metavar="RULE_ID", help="As a decision names it, such as 'feels_bad.from_rep'.")
    ] = None,
) -> None:
    """Say when a rule of the decision matrix applies, what it does, why, and what would change it; or list them all."""
    from lookfeel.matrix import explain_rule, load_matrix
    from lookfeel.terminal import show_explanation, show_matrix

    console = Console(highlight=False)
    if rule_id is None:
        show_matrix(console, load_matrix())
        return
    try:
        show_explanation(console, explain_rule(rule_id))
    except LookfeelError as error:
        show_failure(error, is_json=False)
        raise typer.Exit(error.exit_code) from None
