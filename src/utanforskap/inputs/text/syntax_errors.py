"""What is said about text that is not YAML: where, and what to do, in plain words."""

import re
from typing import NamedTuple

from ruamel.yaml.error import MarkedYAMLError, StreamMark

from utanforskap.errors import Finding, Place


class _Reason(NamedTuple):
    said: str
    message: str
    help: str
    at_start: bool = False


# The parser's own words, what they mean in practice, and whether the mistake is where the construct began.
_REASONS = (
    _Reason(
        "mapping (values|keys) are not allowed here",
        "A key, or a colon followed by a space, does not fit here.",
        "Check the indentation of this line and the one before; put text that holds ': ' in quotes.",
    ),
    _Reason(
        "could not find expected ':'",
        "This line is not of the form 'key: value'.",
        "Write a colon and a space after the key; text over several lines begins with '>' after its key.",
        at_start=True,
    ),
    _Reason(
        "expected <block end>, but found|expected '<document start>'|content after document end",
        "This does not fit with what stands before it.",
        "Check that the line is indented like its neighbours, and that no text follows a closing quote.",
    ),
    _Reason(
        "expected ',' or ']'",
        "The bracket '[' that opens here is not closed, or a comma is missing inside.",
        "Close it with ']'; put text that holds a comma, colon or bracket in quotes.",
        at_start=True,
    ),
    _Reason(
        "expected ',' or '}'",
        "The brace '{' that opens here is not closed, or a comma is missing inside.",
        "Close it with '}'; put text that holds a comma, colon or bracket in quotes.",
        at_start=True,
    ),
    _Reason(
        "found unexpected end of stream",
        "The quote that opens here is never closed.",
        "Close the text with the same quote that it begins with.",
        at_start=True,
    ),
    _Reason(
        "found unexpected document separator",
        "The quote that opens here is not closed before a line of '---' or '...'.",
        "Close the text with the same quote that it begins with.",
        at_start=True,
    ),
    _Reason(
        "sequence entries are not allowed here",
        "A list cannot begin here.",
        "Begin each '- ' on a line of its own, all at the same indentation.",
    ),
    _Reason(
        "found unknown escape character|expected escape sequence",
        "In double quotes a backslash begins an escape, and this is not one.",
        "Use single quotes for text that holds a backslash.",
    ),
    _Reason(
        "more indented follow up line",
        "An empty line at the beginning of this text holds spaces.",
        "Remove the empty line, or the spaces on it.",
    ),
    _Reason(
        "scanning a block scalar",
        "Text over several lines begins on the line after its '|' or '>'.",
        "Move the text to the next line and indent it; put text that begins with '|' or '>' in quotes.",
    ),
    _Reason(
        "scanning a directive|duplicate YAML directive|duplicate tag handle|incompatible YAML",
        "A line that begins with '%' is an instruction to the reader, and none is needed.",
        "Remove the line, or put text that begins with '%' in quotes.",
    ),
    _Reason(
        "(scanning|parsing) an? (tag|anchor|alias)|undefined tag handle",
        "A text cannot begin with this character.",
        "Put the text in quotes.",
        at_start=True,
    ),
    _Reason(
        "cannot start any token",
        "A text cannot begin with this character.",
        "Put the text in quotes.",
    ),
    _Reason(
        "expected the node content, but found",
        "A value is missing before this.",
        "Write the value; put text that begins with a bracket, a brace or a comma in quotes.",
    ),
)


def syntax_finding(error: MarkedYAMLError, text: str, name: str) -> Finding:
    """Return the finding about a place where the text stops being YAML.

    Parameters
    ----------
    error : MarkedYAMLError
        What the parser said.
    text : str
        The whole text.
    name : str
        The file's name.
    """
    mark = error.problem_mark or error.context_mark
    tab = _tab_in_indentation(text, mark, name)
    if tab:
        return Finding(
            "tab",
            "",
            "A tab stands in the indentation of this line.",
            ("YAML is indented with spaces only: replace it, and let the editor write spaces for tabs.",),
            tab,
        )
    said = f"{error.context or ''}: {error.problem or ''}"
    for reason in _REASONS:
        if re.search(reason.said, said):
            start = (error.context_mark or mark) if reason.at_start else mark
            return Finding("syntax", "", reason.message, (reason.help,), place_of(start, name))
    message = f"This cannot be read as YAML: {error.problem or 'something is missing'}."
    return Finding("syntax", "", message, place=place_of(mark, name))


def place_of(mark: StreamMark, name: str) -> Place:
    """Return the place of a parser's mark."""
    return Place(name, mark.line + 1, mark.column + 1)


def place_in(text: str, index: int, name: str) -> Place:
    """Return the place of the character at an index."""
    lines = re.split(r"\r\n|\r|\n", text[:index])
    return Place(name, len(lines), len(lines[-1]) + 1)


def _tab_in_indentation(text: str, mark: StreamMark, name: str) -> Place | None:
    line = re.split(r"\r\n|\r|\n", text)[mark.line]
    indentation = line[: len(line) - len(line.lstrip(" \t"))]
    column = indentation.find("\t")
    return Place(name, mark.line + 1, column + 1) if column >= 0 else None
