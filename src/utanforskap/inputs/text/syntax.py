"""Text into nodes with positions, by the core schema of YAML 1.2; all that is wrong is told at once."""

import re
from collections import deque
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from utanforskap.errors import Finding, Place
from utanforskap.inputs.text.nodes import (
    DEEPEST,
    NULLS,
    Entry,
    Mapping,
    Node,
    Scalar,
    Sequence,
    Steps,
    dotted,
    is_empty,
    is_finite,
    not_finite,
    nothing,
    too_deep,
)
from utanforskap.inputs.text.syntax_errors import place_in, place_of, syntax_finding
from utanforskap.inputs.values.numbers import SPACES, Written, two_readings

_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_DIGITS = "[0-9]+(?:_[0-9]+)*"
_INTEGER = re.compile(rf"([-+]?)({_DIGITS})")
_OTHER_BASE = re.compile("0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(rf"[-+]?(?:\.{_DIGITS}|{_DIGITS}(?:\.(?:{_DIGITS})?)?)(?:[eE][-+]?[0-9]+)?")
_THREE_DECIMALS = re.compile(r"[^.]*\.[0-9]{3}")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

# What can stand to the left of a decimal comma: a whole number, its thousands grouped or not.
_BEFORE_COMMA = re.compile(rf"[-+\u2212]?(?:[0-9](?:[0-9_{SPACES}]*[0-9])?|[0-9]{{1,3}}(?:\.[0-9]{{3}})+)")
_COMMA_AND_DIGIT = re.compile(",[0-9]")
_THOUSANDS = re.compile("([-+\u2212]?[1-9][0-9]{0,2}),([0-9]{3})(?![0-9])(.*)")

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r"![^\s,\]}]*")
_LONGEST_FLOAT = 308

_REUSE = (
    "Anchors, aliases and merge keys are not read: write the value out where it is used.",
    "To build on a whole other file, write 'extends: <its name>' at the top.",
)


def parse(text: str, name: str) -> tuple[Mapping | None, tuple[Finding, ...]]:
    """Read a text that holds one YAML mapping.

    Parameters
    ----------
    text : str
        Without a byte order mark.
    name : str
        The file's name.

    Returns
    -------
    tuple
        The mapping, or None if the text is not YAML to its end or holds something else; findings in order.
    """
    findings = []
    strange = list(_UNPRINTABLE.finditer(text))
    if strange:
        findings.append(_unprintable(text, strange, name))
        text = _UNPRINTABLE.sub("\ufffd", text)
    reader = _Reader(text, name)
    root = reader.read()
    findings += reader.findings
    return root, tuple(sorted(findings, key=lambda finding: _line_and_column(finding.place)))


class _Stop(Exception):
    """What follows is not worth reading; the reason is among the findings."""


@dataclass
class _Anchor:
    place: Place
    steps: Steps
    lines: list[int] = field(default_factory=list)


class _Reader:
    """Turns the parser's events into nodes, and goes on after everything but a syntax error."""

    def __init__(self, text: str, name: str) -> None:
        self.findings: list[Finding] = []
        self._text = text
        self._name = name
        self._anchors: dict[str, _Anchor] = {}
        # Events and not composed nodes: an alias is one event however much it stands for.
        self._events = YAML(typ="safe", pure=True).parse(text)
        self._ahead: deque[Event] = deque()
        self._last = Place(name, 1, 1)

    def read(self) -> Mapping | None:
        root = None
        try:
            root = self._document()
        except MarkedYAMLError as error:
            self.findings.append(syntax_finding(error, self._text, self._name))
        except (ValueError, OverflowError):
            # The parser makes characters of escapes such as "\U00110000" without asking whether they exist.
            message = "After this, an escape in double quotes stands for a character that does not exist."
            self._find("syntax", (), message, self._last, "Use single quotes for text with a backslash.")
        except _Stop:
            pass
        for name, anchor in self._anchors.items():
            message = f"'&{name}' is an anchor, {_used(anchor.lines)}."
            self._find("anchor", anchor.steps, message, anchor.place, *_REUSE)
        return root

    def _find(self, code: str, steps: Steps, message: str, place: Place | None, *help_: str) -> None:
        self.findings.append(Finding(code, dotted(steps), message, help_, place))

    def _peek(self, further: int = 0) -> Event:
        while len(self._ahead) <= further:
            self._ahead.append(next(self._events))
        return self._ahead[further]

    def _take(self) -> Event:
        event = self._peek()
        self._ahead.popleft()
        self._last = self._place(event)
        return event

    def _place(self, event: Event) -> Place:
        return place_of(event.start_mark, self._name)

    def _take_scalar(self) -> ScalarEvent:
        event = self._take()
        assert isinstance(event, ScalarEvent)
        return event

    def _document(self) -> Mapping | None:
        self._take()
        root = nothing(None) if isinstance(self._take(), StreamEndEvent) else self._node(())
        if is_empty(root):
            self._find("empty", (), "The file is empty.", Place(self._name, 1, 1))
            return None
        self._take()
        following = self._take()
        if isinstance(following, DocumentStartEvent):
            message = "A second document begins here; a file holds one."
            place = self._place(following)
            self._find("several-documents", (), message, place, "Move it to a file of its own.")
        if isinstance(root, Mapping):
            return root
        what = "a list" if isinstance(root, Sequence) else "a single value"
        message = f"The file holds {what}, and not keys with values."
        help_ = "Begin with a key at the left margin, such as 'format: 1'."
        self._find("not-a-mapping", (), message, root.place, help_)
        return None

    def _node(self, steps: Steps) -> Node:
        event = self._take()
        place = self._place(event)
        if isinstance(event, AliasEvent):
            return self._alias(event, steps, place)
        assert isinstance(event, ScalarEvent | CollectionStartEvent)
        self._refuse_reuse(event, steps, place)
        if isinstance(event, ScalarEvent):
            return self._scalar(event, steps, place)
        if len(steps) >= DEEPEST:
            self.findings.append(too_deep(steps, place))
            raise _Stop
        if isinstance(event, MappingStartEvent):
            return self._mapping(steps, place, flow=bool(event.flow_style))
        return self._sequence(steps, place, flow=bool(event.flow_style))

    def _alias(self, event: AliasEvent, steps: Steps, place: Place) -> Scalar:
        if event.anchor in self._anchors:
            self._anchors[event.anchor].lines.append(place.line)
        else:
            message = f"'*{event.anchor}' is an alias, and there is no anchor of that name before it."
            self._find("alias", steps, message, place, "Put text that begins with '*' in quotes.", *_REUSE)
        return nothing(place, f"*{event.anchor}")

    def _refuse_reuse(self, event: ScalarEvent | CollectionStartEvent, steps: Steps, place: Place) -> None:
        if event.anchor is not None:
            self._anchors.setdefault(event.anchor, _Anchor(place, steps))
        if event.tag is not None:
            tag = _TAG.search(self._text, event.start_mark.index)
            message = f"'{tag[0] if tag else event.tag}' is a tag, and tags are not read."
            self._find("tag", steps, message, place, "Remove it, or put text that begins with '!' in quotes.")

    def _mapping(self, steps: Steps, place: Place, *, flow: bool) -> Mapping:
        entries: dict[str, Entry] = {}
        while not isinstance(self._peek(), MappingEndEvent):
            key_place = self._place(self._peek())
            key = self._key(steps, flow=flow)
            within = (*steps, "?" if key is None else key)
            if flow and self._before_comma(self._peek()):
                node: Node = self._decimal_comma(self._parts_of_value(), within)
            else:
                node = self._node(within)
            if is_empty(node):
                node = nothing(key_place)
            if key in entries:
                message = f"The key '{key}' stands twice: first at {entries[key].key_place}."
                self._find("duplicate-key", within, message, key_place, "Keep one of the two.")
            elif key is not None:
                entries[key] = Entry(key_place, node)
        self._take()
        return Mapping(entries, place)

    def _key(self, steps: Steps, *, flow: bool) -> str | None:
        event = self._peek()
        place = self._place(event)
        if not isinstance(event, ScalarEvent):
            kept = len(self.findings)
            self._node((*steps, "?"))
            if isinstance(event, CollectionStartEvent):
                # What is wrong inside the key goes away with the key.
                del self.findings[kept:]
                message = "A list or a mapping stands where a key is expected."
                help_ = "Put text that begins with a bracket or a brace in quotes."
                self._find("bad-key", steps, message, place, help_)
            return None
        if flow and self._before_comma(event):
            return self._decimal_comma(self._parts_of_key(), steps).text
        self._take()
        self._refuse_reuse(event, steps, place)
        if not event.style and event.value in NULLS:
            what = f"'{event.value}', which means nothing," if event.value else "Nothing"
            message = f"{what} stands where a key is expected."
            help_ = "Write the key; in quotes, if it is to be this word."
            self._find("bad-key", steps, message, place, help_)
            return None
        if not event.style and event.value == "<<":
            self._find("merge-key", steps, "'<<' is a merge key.", place, *_REUSE)
            return None
        return self._characters(event, steps, place)

    def _sequence(self, steps: Steps, place: Place, *, flow: bool) -> Sequence:
        items: list[Node] = []
        while not isinstance(self._peek(), SequenceEndEvent):
            within = (*steps, len(items))
            if flow and self._before_comma(self._peek()):
                items += self._items_with_comma(self._parts_of_item(), within)
            else:
                items.append(self._node(within))
        self._take()
        return Sequence(tuple(items), place)

    def _scalar(self, event: ScalarEvent, steps: Steps, place: Place) -> Scalar:
        text = self._characters(event, steps, place)
        if event.style:
            return Scalar(text, text, quoted=True, place=place)
        if text in NULLS:
            return nothing(place, text)
        value = _resolved(text)
        if value is None:
            self.findings.append(not_finite(text, steps, place))
        return Scalar(value, text, quoted=False, place=place)

    def _characters(self, event: ScalarEvent, steps: Steps, place: Place) -> str:
        text: str = event.value
        if _SURROGATE.search(text):
            message = "An escape in this text stands for half a character."
            self._find("character", steps, message, place, "Write the character itself.")
        return _SURROGATE.sub("\ufffd", text)

    # An unquoted 12,5 in brackets or braces reaches us as two scalars with nothing but a comma between them.

    def _before_comma(self, event: Event) -> bool:
        return (
            isinstance(event, ScalarEvent)
            and not event.style
            and _BEFORE_COMMA.fullmatch(event.value) is not None
            and _COMMA_AND_DIGIT.match(self._text, event.end_mark.index) is not None
        )

    def _parts_of_item(self) -> list[ScalarEvent]:
        parts = [self._take_scalar()]
        while self._before_comma(parts[-1]) and isinstance(self._peek(), ScalarEvent):
            parts.append(self._take_scalar())
        return parts

    def _parts_of_value(self) -> list[ScalarEvent]:
        parts = [self._take_scalar()]
        while self._before_comma(parts[-1]) and self._lone_key_follows():
            parts.append(self._take_scalar())
            self._take()
        return parts

    def _lone_key_follows(self) -> bool:
        return isinstance(self._peek(), ScalarEvent) and _says_nothing(self._peek(1))

    def _parts_of_key(self) -> list[ScalarEvent]:
        parts = [self._take_scalar()]
        while self._before_comma(parts[-1]) and isinstance(self._peek(1), ScalarEvent):
            self._take()
            parts.append(self._take_scalar())
        return parts

    def _items_with_comma(self, parts: list[ScalarEvent], steps: Steps) -> list[Scalar]:
        if len(parts) == 1:
            return [self._scalar(parts[0], steps, self._place(parts[0]))]
        number = self._decimal_comma(parts, steps, listed=True)
        if len(parts) == 2:
            return [number]
        return [self._scalar(part, steps, self._place(part)) for part in parts]

    def _decimal_comma(self, parts: list[ScalarEvent], steps: Steps, *, listed: bool = False) -> Scalar:
        place = self._place(parts[0])
        for part in parts:
            self._refuse_reuse(part, steps, place)
        if len(parts) == 1:
            return self._scalar(parts[0], steps, place)
        values = [str(part.value) for part in parts]
        together = ",".join(values)
        message = f"'{together}' is cut at its comma: inside brackets and braces a comma separates."
        self._find("decimal-comma", steps, message, place, *_how_to_write(values, together, listed=listed))
        return Scalar(together, together, quoted=False, place=place)


def _resolved(text: str) -> str | int | float | bool | None:
    """Return what plain text means in the core schema; None if it is a number that is not finite."""
    if text in _BOOLS:
        return _BOOLS[text]
    if whole := _INTEGER.fullmatch(text):
        digits = whole[2].replace("_", "").lstrip("0") or "0"
        return int(whole[1] + digits) if len(digits) <= _LONGEST_FLOAT else None
    if _OTHER_BASE.fullmatch(text):
        other = int(text, 0)
        return other if is_finite(other) else None
    if _FLOAT.fullmatch(text):
        number = Written(text) if _THREE_DECIMALS.fullmatch(text) else float(text)
        return number if is_finite(number) else None
    return None if _NOT_FINITE.fullmatch(text) else text


def _says_nothing(event: Event) -> bool:
    return isinstance(event, ScalarEvent) and not event.style and not event.value


def _how_to_write(values: list[str], together: str, *, listed: bool) -> tuple[str, ...]:
    apart = f"put a space after each comma: {', '.join(values)}."
    if len(values) > 2:
        in_quotes = 'Put a number with a decimal comma in quotes: "1 234,5".'
        return (f"If several values are meant, {apart}", in_quotes) if listed else (in_quotes,)
    with_point = f"{values[0].replace('.', '')}.{values[1]}"
    if thousands := _THOUSANDS.fullmatch(together):
        lines = [two_readings(*thousands.groups())]
    elif "." in values[0]:
        lines = [f"Write {with_point} with one point."]
    else:
        lines = [f'Write "{together}" in quotes, or {with_point} with a point.']
    return (*lines, f"If two values are meant, {apart}") if listed else tuple(lines)


def _used(lines: list[int]) -> str:
    if not lines:
        return "used nowhere"
    if len(lines) == 1:
        return f"used on line {lines[0]}"
    return f"used {len(lines)} times, first on line {lines[0]}"


def _unprintable(text: str, strange: list[re.Match[str]], name: str) -> Finding:
    first = strange[0]
    more = f", and {len(strange) - 1} more like it elsewhere" if len(strange) > 1 else ""
    message = f"The invisible character U+{ord(first[0]):04X} stands here{more}."
    help_ = ("Remove it; if it returns, open the file in a plain text editor and save it again.",)
    return Finding("character", "", message, help_, place_in(text, first.start(), name))


def _line_and_column(place: Place | None) -> tuple[int, int]:
    return (place.line, place.column) if place else (0, 0)
