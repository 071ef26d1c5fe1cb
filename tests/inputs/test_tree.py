"""Files into trees: what is told about a file that cannot be used, what `extends` merges, a dict's tree."""

import os
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inputs.trees import codes, data, read, said

from utanforskap.inputs.text.nodes import Scalar, Tree, dotted, from_plain, locate
from utanforskap.inputs.text.tree import LARGEST, load_tree, read_text_tree, read_tree
from utanforskap.inputs.values.numbers import Written

CUT = "is cut at its comma: inside brackets and braces a comma separates."


# Finding one's way in a tree


def test_a_part_that_is_not_there_is_placed_at_its_nearest_ancestor() -> None:
    root = read("a:\n  b: [1]\n2016: x").root
    assert root is not None
    assert str(locate(root, ("a", "z", "y"))) == "f.yaml:2:3"
    assert str(locate(root, ("a", "z", "y"), key=True)) == "f.yaml:1:1"
    assert str(locate(root, ("a", "b", 7))) == "f.yaml:2:6"
    assert str(locate(root, ("a", "b", "z"))) == "f.yaml:2:6"
    assert str(locate(root, (2016,), key=True)) == "f.yaml:3:1"
    assert str(locate(root, ())) == "f.yaml:1:1"


def test_a_path_is_shown_with_dots() -> None:
    assert dotted(("pathways", "utanfor", "stages", 0, "state")) == "pathways.utanfor.stages.0.state"


def test_nodes_cannot_be_changed() -> None:
    root = read("a: {b: 1}").root
    assert root is not None
    with pytest.raises(TypeError):
        root.entries["c"] = root.entries["a"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        root.entries["a"].node = root  # type: ignore[misc]


# What is found in a file


@given(content=st.binary(max_size=200))
def test_no_bytes_raise(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.yaml"
    path.write_bytes(content)
    tree = read_tree(path)
    assert tree.root is not None or tree.findings


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path()


def test_a_file_keeps_the_name_it_was_given(folder: Path) -> None:
    (folder / "fall.yaml").write_bytes(b"\xef\xbb\xbfa: 1\r\nb: {c: .inf}\r\n")
    tree = read_tree(folder / "fall.yaml")
    assert (tree.name, data(tree)) == ("fall.yaml", {"a": 1, "b": {"c": None}})
    assert str(tree.findings[0].place) == "fall.yaml:2:8"


def test_a_link_to_a_missing_file(folder: Path) -> None:
    (folder / "lank.yaml").symlink_to("borta.yaml")
    assert said(read_tree(folder / "lank.yaml")) == "  'lank.yaml' leads to a file that is not there."


def test_a_missing_file(folder: Path) -> None:
    (folder / "trelleborg.yaml").touch()
    assert said(read_tree(folder / "treleborg.yml")) == (
        "  There is no file 'treleborg.yml'. Did you mean 'trelleborg.yaml'?"
    )
    assert said(read_tree(folder / "nytt.yaml")) == "  There is no file 'nytt.yaml'."
    assert said(read_tree(folder / "fall" / "a.yaml")) == (
        f"  There is no folder 'fall', and so no file '{Path('fall') / 'a.yaml'}'."
    )


def test_a_folder(folder: Path) -> None:
    (folder / "fall").mkdir()
    assert said(read_tree(folder / "fall")) == "  'fall' is a folder, not a file.\n  It holds no YAML file."
    for name in ("c.yaml", "a.yaml", "b.yml", "x.csv"):
        (folder / "fall" / name).touch()
    assert said(read_tree(folder / "fall")) == ("  'fall' is a folder, not a file.\n  It holds: a.yaml, b.yml, c.yaml")


@pytest.mark.skipif(os.name == "nt", reason="Windows gives another reason")
def test_a_name_that_no_file_can_have(folder: Path) -> None:
    name = "a" * 300
    assert said(read_tree(folder / name)) == f"  The file '{name}' cannot be opened: File name too long."


def test_a_file_too_large(folder: Path) -> None:
    (folder / "stor.yaml").write_bytes(b"#" * (LARGEST + 1))
    message = "  'stor.yaml' is larger than 2 MB.\n  Check that it is the right file."
    assert said(read_tree(folder / "stor.yaml")) == message
    assert said(read_text_tree("#" * (LARGEST + 1), "stor.yaml")) == message


def test_a_latin_1_file_is_told_with_what_else_is_wrong(folder: Path) -> None:
    text = "a: 1\ntitle: Trelleborg på\nunit: [mån]\nb: {c: 1,5}\n"
    (folder / "gammal.yaml").write_bytes(text.encode("latin-1"))
    tree = read_tree(folder / "gammal.yaml")
    assert said(tree) == (
        "gammal.yaml:2:20\n"
        "  The byte 0xE5 here (read as Latin-1 it is 'å') is not UTF-8, nor is 1 more.\n"
        "  Save it as UTF-8 (in most editors under 'Save as' or 'Encoding') and try again.\n"
        f"gammal.yaml:4:8  b.c\n  '1,5' {CUT}\n"
        '  Write "1,5" in quotes, or 1.5 with a point.'
    )
    assert data(tree) == {"a": 1, "title": "Trelleborg på", "unit": ["mån"], "b": {"c": "1,5"}}


def test_a_utf_16_file(folder: Path) -> None:
    (folder / "gammal.yaml").write_bytes("a: 1".encode("utf-16"))
    assert said(read_tree(folder / "gammal.yaml")) == (
        "gammal.yaml:1:1\n  The file is saved as UTF-16, not as UTF-8.\n"
        "  Save it as UTF-8 (in most editors under 'Save as' or 'Encoding') and try again."
    )


# What `extends` makes of several files


def beside(name: str, child: Path) -> Path | None:
    return child.parent / name


Load = Callable[..., Tree]


@pytest.fixture
def load(folder: Path) -> Load:
    """Write files given by name, and load the first."""

    def load(**files: str) -> Tree:
        for name, text in files.items():
            (folder / f"{name}.yaml").write_text(dedent(text), encoding="utf-8")
        return load_tree(folder / f"{next(iter(files))}.yaml", beside)

    return load


BASE = """\
    format: 1
    prices: [sverige]
    states:
      arbete: {title: I arbete}
      utanfor:
        flows:
          vard: {price: vard, quantity: 1}
          bistand: {price: bistand}
          egen: {kind: service, amount: 5}
    pathways:
      kort: {model: stages, stages: [{state: arbete}]}
"""


def test_a_child_says_only_what_differs(load: Load) -> None:
    tree = load(
        barn="""\
            extends: bas.yaml
            prices: [egen.csv]
            states:
              utanfor:
                flows:
                  vard: {quantity: 2}
                  bistand: null
                  ny: {price: ny}
                  egen: {kind: transfer}
            pathways:
              kort: {model: duration}
        """,
        bas=BASE,
    )
    assert (said(tree), tree.name, tree.parents) == ("", "barn.yaml", ("bas.yaml",))
    assert data(tree) == {
        "format": 1,
        "prices": ["egen.csv"],
        "states": {
            "arbete": {"title": "I arbete"},
            "utanfor": {
                "flows": {
                    "vard": {"price": "vard", "quantity": 2},
                    "egen": {"kind": "transfer"},
                    "ny": {"price": "ny"},
                }
            },
        },
        "pathways": {"kort": {"model": "duration"}},
    }
    assert tree.root is not None
    vard = ("states", "utanfor", "flows", "vard")
    assert str(locate(tree.root, (*vard, "quantity"))) == "barn.yaml:6:24"
    assert str(locate(tree.root, (*vard, "price"))) == "bas.yaml:7:21"
    assert str(locate(tree.root, ("states", "arbete"), key=True)) == "bas.yaml:4:3"


def test_a_grandchild_may_remove_what_a_child_added(load: Load) -> None:
    tree = load(
        barnbarn="extends: barn.yaml\nb: null\nc: {y: 2}",
        barn="extends: bas.yaml\nb: 1\nc: {x: 1}",
        bas="a: 1",
    )
    assert (said(tree), tree.parents) == ("", ("barn.yaml", "bas.yaml"))
    assert data(tree) == {"a": 1, "c": {"x": 1, "y": 2}}


@pytest.mark.parametrize(
    ("parent", "child", "merged"),
    [
        ("{x: 0.4, y: rest}", "{counts: {x: 4, y: 6}}", {"counts": {"x": 4, "y": 6}}),
        (
            "{x: 0.4, y: rest}",
            "{shares: {x: 0.3, y: rest}, sample: 9}",
            {"shares": {"x": 0.3, "y": "rest"}, "sample": 9},
        ),
        ("{counts: {x: 4, y: 6}, source: s}", "{x: 0.3, y: 0.7}", {"x": 0.3, "y": 0.7}),
        ("{counts: {x: 4, y: 6}, source: s}", "{counts: {x: 5}}", {"counts": {"x": 5, "y": 6}, "source": "s"}),
        ("{counts: {x: 4, y: 6}, source: s}", "{source: t}", {"counts": {"x": 4, "y": 6}, "source": "t"}),
        ("{shares: {x: 0.3, y: rest}, sample: 9}", "{sample: 20}", {"shares": {"x": 0.3, "y": "rest"}, "sample": 20}),
        ("{shares: {x: 0.3, y: rest}, sample: 9}", "{counts: {x: 4, y: 6}}", {"counts": {"x": 4, "y": 6}}),
        (
            "{shares: {0: 0.3, 2: 0.5}, counts: start}",
            "{shares: {2: 1}}",
            {"shares": {"0": 0.3, "2": 1}, "counts": "start"},
        ),
    ],
)
def test_shares_that_are_stated_in_another_way_replace_those_inherited(
    load: Load, parent: str, child: str, merged: dict[str, object]
) -> None:
    assert data(load(barn=f"extends: bas.yaml\na: {child}", bas=f"a: {parent}")) == {"a": merged}


def test_a_kind_that_is_removed_or_left_empty_leaves_the_rest(load: Load) -> None:
    tree = load(barn="extends: bas.yaml\na: {kind: null}\nb: {model: }", bas="a: {kind: x, c: 1}\nb: {model: y, d: 2}")
    assert codes(tree) == ["empty-override"]
    assert data(tree) == {"a": {"c": 1}, "b": {"model": "y", "d": 2}}


def test_what_cannot_be_removed_or_is_left_empty(load: Load) -> None:
    tree = load(
        barn="""\
            extends: bas.yaml
            prices:
            states:
              utanfor:
                flows: {brod: null, bistnd: null}
              nytt: {title: null}
        """,
        bas=BASE + "    broken: .inf\n",
    )
    assert said(tree) == (
        "barn.yaml:2:1  prices\n"
        "  'prices' is inherited and left empty here.\n"
        "  Give it a value, or write 'prices: null' to remove it.\n"
        "barn.yaml:5:13  states.utanfor.flows.brod\n"
        "  'brod: null' removes an inherited 'brod', but none is inherited.\n"
        "barn.yaml:5:25  states.utanfor.flows.bistnd\n"
        "  'bistnd: null' removes an inherited 'bistnd', but none is inherited. Did you mean 'bistand'?\n"
        "bas.yaml:12:9  broken\n"
        "  .inf is not a number to calculate with.\n"
        "  Write a finite number."
    )
    merged = data(tree)
    assert isinstance(merged, dict)
    assert merged["prices"] == ["sverige"]
    assert merged["states"]["nytt"] == {"title": None}


@pytest.mark.parametrize(
    ("extends", "place"),
    [("[bas.yaml]", "1:10"), ("2014", "1:10"), ("", "1:1"), ("null", "1:10"), ("''", "1:10")],
)
def test_a_parent_is_named_by_text(load: Load, extends: str, place: str) -> None:
    tree = load(barn=f"extends: {extends}\na: 1")
    assert said(tree) == (
        f"barn.yaml:{place}  extends\n  'extends' names one file or scenario, as text.\n"
        "  For example 'extends: basfall.yaml'."
    )
    assert tree.root is None


def test_a_parent_that_is_not_there(load: Load) -> None:
    help_ = "  Write the path from this file's folder, or the name of a bundled scenario."
    assert said(load(barn="a: 1\nextends: basfal.yaml", basfall="b: 1")) == (
        f"barn.yaml:2:10  extends\n  There is no 'basfal.yaml' to extend. Did you mean 'basfall.yaml'?\n{help_}"
    )
    assert said(load_tree(Path("barn.yaml"), lambda _name, _child: None)).startswith("barn.yaml:2:10  extends\n")


def test_files_that_extend_each_other(load: Load) -> None:
    assert said(load(a="extends: b.yaml\nx: 1", b="extends: c.yaml", c="y: 1\nextends: ./a.yaml")) == (
        "c.yaml:2:10  extends\n"
        "  The files extend each other in a circle: a.yaml → b.yaml → c.yaml → a.yaml.\n"
        "  Let one of them stand alone."
    )
    assert codes(load(a="extends: a.yaml")) == ["circular-extends"]


def test_a_broken_parent_stops_what_would_build_on_it(load: Load) -> None:
    tree = load(barn="extends: bas.yaml\nb: .inf", bas="a: [1")
    assert [str(finding.place) for finding in tree.findings] == ["barn.yaml:2:4", "bas.yaml:1:4"]
    assert (tree.root, tree.parents) == (None, ("bas.yaml",))


# What is built in Python


def test_numbers_lists_and_keys_of_python_and_numpy() -> None:
    tree = from_plain({2016: (np.float64(0.5), np.int64(3)), "a": Written("1.500"), np.int64(7): None})
    assert said(tree) == ""
    assert data(tree) == {"2016": [0.5, 3], "a": 1.5, "7": None}
    assert tree.root is not None
    assert tree.root.place is None
    assert tree.root.entries["a"].node == Scalar(1.5, "1.500", quoted=False, place=None)


def test_what_no_file_could_say() -> None:
    circle: dict[str, object] = {}
    circle["a"] = circle
    finite = "\n  Write a finite number."
    kinds = "\n  Use text, a number, a bool, None, a list or a dict."
    for value, message in (
        ({"a": float("nan")}, f"a\n  nan is not a number to calculate with.{finite}"),
        ({"a": [10**400]}, f"a.0\n  1e309 or more is too large a number to calculate with.{finite}"),
        ({"a": {1, 2}}, f"a\n  A value of type set cannot be part of a scenario.{kinds}"),
        (
            {"a": Path()},
            f"a\n  A value of type {type(Path()).__module__}.{type(Path()).__name__} "
            f"cannot be part of a scenario.{kinds}",
        ),
        ({"a": {None: 1}}, "a\n  The key None is neither text nor a whole number."),
        ({True: 1}, "  The key True is neither text nor a whole number."),
        ({1: 1, "1": 2}, "1\n  The key '1' stands twice, as text and as a number."),
        (circle, "a.a.a…\n  This is more than 30 levels deep.\n  Check the brackets and the indentation."),
        ([1], "  A value of type list stands where a dict is expected."),
    ):
        assert said(from_plain(value)) == message


TEXT = st.text(max_size=10)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(value=st.dictionaries(TEXT, PLAIN, max_size=5))
def test_a_dict_becomes_the_same_tree_without_places(value: dict[str, object]) -> None:
    tree = from_plain(value)
    assert tree.findings == ()
    assert data(tree) == value
    assert tree.root is not None
    assert locate(tree.root, ("a", "b")) is None
