"""`eventstance completion SHELL`: commands, options and files completed by the shell."""

from __future__ import annotations

import argparse

SHELLS = ("bash", "zsh", "fish", "tcsh")
EPILOG = """examples:
  eval "$(eventstance completion bash)"      in ~/.bashrc
  eval "$(eventstance completion zsh)"       in ~/.zshrc, after compinit
  eventstance completion fish > ~/.config/fish/completions/eventstance.fish"""
# Arguments whose value is a path, by what stands for it in usages; a reference may be a folder.
PATHS = ("CONFIG", "FILE", "FOLDER", "INPUT", "OUT", "PREFIX", "REF", "CODEBOOK")
OPTIONS = ("--codebook", "--out")  # without a word of their own


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Gives the parser what `eventstance completion` takes."""
    parser.description = "Prints the completion of a shell for eventstance."
    parser.epilog, parser.formatter_class = EPILOG, argparse.RawDescriptionHelpFormatter
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Returns what the shell has to run, for a parser and all that lie below it."""
    import shtab

    _complete_values(parser)
    return shtab.complete(parser, shell=shell)


def _complete_values(parser: argparse.ArgumentParser) -> None:
    """Tells shtab what stands for values, which argparse itself need not know."""
    import shtab

    from data.importers import FORMATS

    for action in parser._actions:  # argparse has no other list of them
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _complete_values(command)
        elif action.metavar == "FORMAT":
            action.choices = tuple(FORMATS)
        elif _is_path(action):
            action.complete = shtab.FILE  # type: ignore[attr-defined]


def _is_path(action: argparse.Action) -> bool:
    word = str(action.metavar or "").partition("…")[0]
    return word in PATHS or any(option in OPTIONS for option in action.option_strings)
