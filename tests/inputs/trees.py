"""What tests ask of a text that was read into a tree."""

from textwrap import dedent

from utanforskap.inputs.text.nodes import Tree, plain
from utanforskap.inputs.text.tree import read_text_tree


def said(tree: Tree) -> str:
    return "\n".join(str(finding) for finding in tree.findings)


def codes(tree: Tree) -> list[str]:
    return [finding.code for finding in tree.findings]


def data(tree: Tree) -> object:
    assert tree.root is not None
    return plain(tree.root)


def read(text: str) -> Tree:
    return read_text_tree(dedent(text), "f.yaml")
