"""Text into nodes: what is read, and every message about what cannot be."""

import json
import time
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inputs.trees import codes, data, read, said
from ruamel.yaml import YAML

from utanforskap.errors import Place
from utanforskap.inputs.text.nodes import locate, plain
from utanforskap.inputs.text.tree import LARGEST, read_text_tree
from utanforskap.inputs.values.numbers import Written

REUSE = (
    "  Anchors, aliases and merge keys are not read: write the value out where it is used.\n"
    "  To build on a whole other file, write 'extends: <its name>' at the top."
)
CUT = "is cut at its comma: inside brackets and braces a comma separates."
FITS = "  Check that the line is indented like its neighbours, and that no text follows a closing quote."
COLON = (
    "  A key, or a colon followed by a space, does not fit here.\n"
    "  Check the indentation of this line and the one before; put text that holds ': ' in quotes."
)
IN_QUOTES = "  A text cannot begin with this character.\n  Put the text in quotes."
TAB = (
    "  A tab stands in the indentation of this line.\n"
    "  YAML is indented with spaces only: replace it, and let the editor write spaces for tabs."
)


# What is read


def test_plain_words_mean_what_the_core_schema_says() -> None:
    text = """\
        whole: [5, -5, +5, 5_000_000, 007, 0x1F, 0o17]
        decimal: [0.5, .5, 5., 600e6, 600.5e6, 1_000.25, 5E-1]
        truth: [true, False, TRUE]
        nothing: [null, ~, Null, ]
        words: [yes, off, 2014-01-01, 12:30, 1_, 12.5 %, 0xZ, nan, "5", 'true', "", "null"]
        folded: >
          två
          rader
    """
    assert data(read(text)) == {
        "whole": [5, -5, 5, 5_000_000, 7, 31, 15],
        "decimal": [0.5, 0.5, 5.0, 600e6, 600.5e6, 1000.25, 0.5],
        "truth": [True, False, True],
        "nothing": [None, None, None],
        "words": ["yes", "off", "2014-01-01", "12:30", "1_", "12.5 %", "0xZ", "nan", "5", "true", "", "null"],
        "folded": "två rader\n",
    }


def test_keys_are_text_as_written() -> None:
    assert data(read("{2016: a, 0: b, 0180: c, 1.50: d, true: e, 'null': f}")) == {
        "2016": "a",
        "0": "b",
        "0180": "c",
        "1.50": "d",
        "true": "e",
        "null": "f",
    }


def test_a_number_with_three_decimals_remembers_its_writing() -> None:
    root = read("a: 1.500\nb: 1.50\nc: '1.500'\nd: 1500").root
    assert root is not None
    a, *others = (plain(entry.node) for entry in root.entries.values())
    assert isinstance(a, Written)
    assert (a, a.text) == (1.5, "1.500")
    assert [type(other) for other in others] == [float, str, int]


def test_every_node_knows_its_place() -> None:
    root = read("""\
        a:
          b: [1, {c: "x"}]
          d:
        e: >
          x
    """).root
    assert root is not None
    assert root.place == Place("f.yaml", 1, 1)

    def places(*path: str | int) -> tuple[str, str]:
        return str(locate(root, path)), str(locate(root, path, key=True))

    assert places("a") == ("f.yaml:2:3", "f.yaml:1:1")
    assert places("a", "b") == ("f.yaml:2:6", "f.yaml:2:3")
    assert places("a", "b", 0) == ("f.yaml:2:7", "f.yaml:2:7")
    assert places("a", "b", 1, "c") == ("f.yaml:2:14", "f.yaml:2:11")
    assert places("a", "d") == ("f.yaml:3:3", "f.yaml:3:3")
    assert places("e") == ("f.yaml:4:4", "f.yaml:4:1")


def values(text: st.SearchStrategy[str], keys: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, object]]:
    leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text
    inner = st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=8,
    )
    return st.dictionaries(keys, inner, max_size=3)


# The dumper writes some odd keys, and text that begins with ? or :, in a way that it cannot read itself.
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
DUMPED = values(TEXT.filter(lambda text: not text.startswith(("?", ":"))), st.from_regex(r"\A[\wåäö][\w. -]{0,8}\w\Z"))
QUOTED = values(TEXT, TEXT)


@given(value=DUMPED, flow=st.sampled_from([None, True, False]))
def test_what_is_dumped_is_read_back(value: dict[str, object], flow: bool | None) -> None:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = flow
    yaml.width = 1000
    yaml.representer.ignore_aliases = lambda _: True
    out = StringIO()
    yaml.dump(value, out)
    tree = read_text_tree(out.getvalue(), "f.yaml")
    assert said(tree) == ""
    assert data(tree) == value


@given(QUOTED)
def test_json_is_read_as_it_stands(value: dict[str, object]) -> None:
    tree = read_text_tree(json.dumps(value, ensure_ascii=False), "f.yaml")
    assert said(tree) == ""
    assert data(tree) == value


YAML_LIKE = st.text(alphabet="ab12 \n\t:-,[]{}&*!|>'\"%#?\\.~\ufeff\x00\x85å", max_size=60)


@given(YAML_LIKE)
def test_no_text_raises(text: str) -> None:
    tree = read_text_tree(text, "f.yaml")
    assert tree.root is not None or tree.findings
    assert all(finding.place for finding in tree.findings)


# What is found in a text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f.yaml:1:1\n  The file is empty."),
        ("# bara en kommentar\n", "f.yaml:1:1\n  The file is empty."),
        ("---\n", "f.yaml:1:1\n  The file is empty."),
        (
            "- a\n- b",
            "f.yaml:1:1\n  The file holds a list, and not keys with values.\n"
            "  Begin with a key at the left margin, such as 'format: 1'.",
        ),
        (
            "\nhej",
            "f.yaml:2:1\n  The file holds a single value, and not keys with values.\n"
            "  Begin with a key at the left margin, such as 'format: 1'.",
        ),
        ("a: b: c", f"f.yaml:1:5\n{COLON}"),
        ("a: 5\n  b: 1", f"f.yaml:2:4\n{COLON}"),
        (
            "a: 1\nbara text\nb: 2",
            "f.yaml:2:1\n  This line is not of the form 'key: value'.\n"
            "  Write a colon and a space after the key; "
            "text over several lines begins with '>' after its key.",
        ),
        ("a:\n  b: 1\n c: 2", f"f.yaml:3:2\n  This does not fit with what stands before it.\n{FITS}"),
        ("a: 'x' y", f"f.yaml:1:8\n  This does not fit with what stands before it.\n{FITS}"),
        (
            "a: [1, 2\nb: 3",
            "f.yaml:1:4\n  The bracket '[' that opens here is not closed, or a comma is missing inside.\n"
            "  Close it with ']'; put text that holds a comma, colon or bracket in quotes.",
        ),
        (
            "a: {b: 1",
            "f.yaml:1:4\n  The brace '{' that opens here is not closed, or a comma is missing inside.\n"
            "  Close it with '}'; put text that holds a comma, colon or bracket in quotes.",
        ),
        (
            "a: 'x\nb: 1",
            "f.yaml:1:4\n  The quote that opens here is never closed.\n"
            "  Close the text with the same quote that it begins with.",
        ),
        (
            "a: 'x\n---\nb: 1",
            "f.yaml:1:4\n  The quote that opens here is not closed before a line of '---' or '...'.\n"
            "  Close the text with the same quote that it begins with.",
        ),
        (
            "a: - b",
            "f.yaml:1:4\n  A list cannot begin here.\n"
            "  Begin each '- ' on a line of its own, all at the same indentation.",
        ),
        (
            'a: "C:\\data"',
            "f.yaml:1:8\n  In double quotes a backslash begins an escape, and this is not one.\n"
            "  Use single quotes for text that holds a backslash.",
        ),
        (
            'a: 1\nb: "\\UFFFFFFFF"',
            "f.yaml:2:1\n"
            "  After this, an escape in double quotes stands for a character that does not exist.\n"
            "  Use single quotes for text with a backslash.",
        ),
        (
            "a: |text\n  b",
            "f.yaml:1:5\n  Text over several lines begins on the line after its '|' or '>'.\n"
            "  Move the text to the next line and indent it; put text that begins with '|' or '>' in quotes.",
        ),
        (
            "a: >\n \n    b",
            "f.yaml:3:5\n  An empty line at the beginning of this text holds spaces.\n"
            "  Remove the empty line, or the spaces on it.",
        ),
        ("a: *", f"f.yaml:1:4\n{IN_QUOTES}"),
        ("a: !<x", f"f.yaml:1:4\n{IN_QUOTES}"),
        ("a: @x", f"f.yaml:1:4\n{IN_QUOTES}"),
        ("a: %x", f"f.yaml:1:4\n{IN_QUOTES}"),
        (
            "%YAML 3.0\n---\na: 1",
            "f.yaml:1:1\n  A line that begins with '%' is an instruction to the reader, and none is needed.\n"
            "  Remove the line, or put text that begins with '%' in quotes.",
        ),
        (
            "a: ]",
            "f.yaml:1:4\n  A value is missing before this.\n"
            "  Write the value; put text that begins with a bracket, a brace or a comma in quotes.",
        ),
        ("a:\n\tb: 1", f"f.yaml:2:1\n{TAB}"),
        ("a:\n  b: 1\n  \tc: 1", f"f.yaml:3:3\n{TAB}"),
    ],
)
def test_what_ends_the_reading(text: str, message: str) -> None:
    tree = read_text_tree(text, "f.yaml")
    assert said(tree) == message
    assert tree.root is None


def test_nesting_without_end_is_cut_short() -> None:
    level = "f.yaml:1:{}\n  This is more than 30 levels deep.\n  Check the brackets and the indentation."
    assert codes(read("a: " + "[" * 29 + "]" * 29)) == []
    assert said(read("a: " + "[" * 30 + "]" * 30)) == level.format(33).replace("33\n", "33  a.0.0…\n")
    started = time.perf_counter()
    assert codes(read_text_tree("[" * LARGEST, "f.yaml")) == ["too-deep"]
    assert codes(read_text_tree("{a: " * 400_000, "f.yaml")) == ["too-deep"]
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize(
    ("text", "rest", "message"),
    [
        (
            "a: 1\nb: {c: 1}\na: 2",
            {"a": 1, "b": {"c": 1}},
            "f.yaml:3:1  a\n  The key 'a' stands twice: first at f.yaml:1:1.\n  Keep one of the two.",
        ),
        (
            "a: {2016: 1, '2016': 2}",
            {"a": {"2016": 1}},
            "f.yaml:1:14  a.2016\n  The key '2016' stands twice: first at f.yaml:1:5.\n  Keep one of the two.",
        ),
        (
            "a: 1\n---\nb: 2",
            {"a": 1},
            "f.yaml:2:1\n  A second document begins here; a file holds one.\n  Move it to a file of its own.",
        ),
        (
            "a: &lon 1\nb: *lon\nc: {d: *lon}",
            {"a": 1, "b": None, "c": {"d": None}},
            f"f.yaml:1:4  a\n  '&lon' is an anchor, used 2 times, first on line 2.\n{REUSE}",
        ),
        ("a: &lon 1", {"a": 1}, f"f.yaml:1:4  a\n  '&lon' is an anchor, used nowhere.\n{REUSE}"),
        (
            "a: *viktigt*",
            {"a": None},
            "f.yaml:1:4  a\n  '*viktigt*' is an alias, and there is no anchor of that name before it.\n"
            f"  Put text that begins with '*' in quotes.\n{REUSE}",
        ),
        ("a:\n  <<: {b: 1}\n  c: 2", {"a": {"c": 2}}, f"f.yaml:2:3  a\n  '<<' is a merge key.\n{REUSE}"),
        (
            "a: !!str 5\nb: 1",
            {"a": 5, "b": 1},
            "f.yaml:1:4  a\n  '!!str' is a tag, and tags are not read.\n"
            "  Remove it, or put text that begins with '!' in quotes.",
        ),
        (
            "a: {b: .inf}",
            {"a": {"b": None}},
            "f.yaml:1:8  a.b\n  .inf is not a number to calculate with.\n  Write a finite number.",
        ),
        (
            "a: .NaN",
            {"a": None},
            "f.yaml:1:4  a\n  .NaN is not a number to calculate with.\n  Write a finite number.",
        ),
        (
            "a: 1e999",
            {"a": None},
            "f.yaml:1:4  a\n  1e999 is too large a number to calculate with.\n  Write a finite number.",
        ),
        (
            f"a: {'9' * 5000}",
            {"a": None},
            f"f.yaml:1:4  a\n  {'9' * 40}… is too large a number to calculate with.\n  Write a finite number.",
        ),
        (
            "a: 1\n: 1",
            {"a": 1},
            "f.yaml:2:1\n  Nothing stands where a key is expected.\n"
            "  Write the key; in quotes, if it is to be this word.",
        ),
        (
            "~: 1\na: 1",
            {"a": 1},
            "f.yaml:1:1\n  '~', which means nothing, stands where a key is expected.\n"
            "  Write the key; in quotes, if it is to be this word.",
        ),
        (
            "a: {{namn}}",
            {"a": {}},
            "f.yaml:1:5  a\n  A list or a mapping stands where a key is expected.\n"
            "  Put text that begins with a bracket or a brace in quotes.",
        ),
        (
            "a: 1\nb: x\x00y\x07",
            {"a": 1, "b": "x\ufffdy\ufffd"},
            "f.yaml:2:5\n  The invisible character U+0000 stands here, and 1 more like it elsewhere.\n"
            "  Remove it; if it returns, open the file in a plain text editor and save it again.",
        ),
        (
            'a: "\\ud83d"',
            {"a": "\ufffd"},
            "f.yaml:1:4  a\n  An escape in this text stands for half a character.\n  Write the character itself.",
        ),
    ],
)
def test_what_is_found_without_losing_the_rest(text: str, rest: object, message: str) -> None:
    tree = read_text_tree(text, "f.yaml")
    assert said(tree) == message
    assert data(tree) == rest


@pytest.mark.parametrize(
    ("text", "rest", "message"),
    [
        (
            "a: [1,5, 2]",
            {"a": ["1,5", 2]},
            f"f.yaml:1:5  a.0\n  '1,5' {CUT}\n"
            '  Write "1,5" in quotes, or 1.5 with a point.\n'
            "  If two values are meant, put a space after each comma: 1, 5.",
        ),
        (
            "a: {value: 12,5 %, b: 1}",
            {"a": {"value": "12,5 %", "b": 1}},
            f"f.yaml:1:12  a.value\n  '12,5 %' {CUT}\n  Write \"12,5 %\" in quotes, or 12.5 % with a point.",
        ),
        (
            "a: [{b: -1 234,5 kr}]",
            {"a": [{"b": "-1 234,5 kr"}]},
            f"f.yaml:1:9  a.0.b\n  '-1 234,5 kr' {CUT}\n"
            '  Write "-1 234,5 kr" in quotes, or -1 234.5 kr with a point.',
        ),
        (
            "a: {b: 1,500 kr}",
            {"a": {"b": "1,500 kr"}},
            f"f.yaml:1:8  a.b\n  '1,500 kr' {CUT}\n  Write 1500 kr if thousands are meant, or 1.5 kr if decimals are.",
        ),
        (
            "a: {b: 1.234,5}",
            {"a": {"b": "1.234,5"}},
            f"f.yaml:1:8  a.b\n  '1.234,5' {CUT}\n  Write 1234.5 with one point.",
        ),
        (
            "a: {b: 1,234,567}",
            {"a": {"b": "1,234,567"}},
            f"f.yaml:1:8  a.b\n  '1,234,567' {CUT}\n  Put a number with a decimal comma in quotes: \"1 234,5\".",
        ),
        (
            "a: [2014,2015,2016]",
            {"a": [2014, 2015, 2016]},
            f"f.yaml:1:5  a.0\n  '2014,2015,2016' {CUT}\n"
            "  If several values are meant, put a space after each comma: 2014, 2015, 2016.\n"
            '  Put a number with a decimal comma in quotes: "1 234,5".',
        ),
        (
            "a: {0,5: x}",
            {"a": {"0,5": "x"}},
            f"f.yaml:1:5  a\n  '0,5' {CUT}\n  Write \"0,5\" in quotes, or 0.5 with a point.",
        ),
    ],
)
def test_an_unquoted_decimal_comma_in_brackets(text: str, rest: object, message: str) -> None:
    tree = read_text_tree(text, "f.yaml")
    assert said(tree) == message
    assert data(tree) == rest


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 12,5 %", "12,5 %"),
        ("a: [0.5,0.25]", [0.5, 0.25]),
        ("a: [600e6,625e6]", [600e6, 625e6]),
        ("a: [1, 5]", [1, 5]),
        ("a: [1 ,5]", [1, 5]),
        ("a: [1,a]", [1, "a"]),
        ('a: [1,"5"]', [1, "5"]),
        ("a: [x1,5]", ["x1", 5]),
        ("a: {2014: 1,2015: 2}", {"2014": 1, "2015": 2}),
        ("a: [1,5: x]", [1, {"5": "x"}]),
    ],
)
def test_commas_that_separate(text: str, value: object) -> None:
    tree = read_text_tree(text, "f.yaml")
    assert said(tree) == ""
    assert data(tree) == {"a": value}


def test_an_alias_bomb_is_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    started = time.perf_counter()
    tree = read_text_tree("\n".join(lines), "f.yaml")
    assert time.perf_counter() - started < 2
    assert codes(tree) == ["anchor"] * 10
    assert str(tree.findings[0]) == (f"f.yaml:1:5  a0\n  '&a0' is an anchor, used 9 times, first on line 2.\n{REUSE}")


def test_findings_come_all_at_once_and_in_order() -> None:
    tree = read("""\
        a: &x {b: 1,5}
        a: *x
        c: .inf
        <<: {d: !t [2,0]}
        e: {f: 'g'
    """)
    assert [(finding.code, str(finding.place)) for finding in tree.findings] == [
        ("anchor", "f.yaml:1:4"),
        ("decimal-comma", "f.yaml:1:11"),
        ("duplicate-key", "f.yaml:2:1"),
        ("not-finite", "f.yaml:3:4"),
        ("merge-key", "f.yaml:4:1"),
        ("tag", "f.yaml:4:9"),
        ("decimal-comma", "f.yaml:4:13"),
        ("syntax", "f.yaml:5:4"),
    ]
