"""Plain data as YAML that this library's reader, and people, read back as it was."""

import io
import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import SafeRepresenter

_PLAIN = re.compile(r"[^\W\d_]([\w %/.,()–-]*[\w%)])?")
_NOT_TEXT = frozenset({"true", "false", "null", "yes", "no", "on", "off"})
_THREE_DECIMALS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
_WIDEST = 110


class _Representer(SafeRepresenter):
    """Writes what could be read in two ways so that it is read in one."""

    def represent_text(self, data: str) -> ScalarNode:
        """Put text in quotes unless it is plain words."""
        words = _PLAIN.fullmatch(data) and data.lower() not in _NOT_TEXT
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=None if words else '"')

    def represent_number(self, data: float) -> ScalarNode:
        """Write whole numbers without a point, and never exactly three decimals: 1.500 may be meant as 1500."""
        if data.is_integer() and abs(data) < 1e15:
            return self.represent_int(int(data))
        text = repr(data)
        return self.represent_scalar("tag:yaml.org,2002:float", f"{text}0" if _THREE_DECIMALS.fullmatch(text) else text)


_Representer.add_representer(str, _Representer.represent_text)
_Representer.add_representer(float, _Representer.represent_number)


def as_yaml(data: dict[str, Any]) -> str:
    """Return plain data as YAML, its keys in order.

    Parameters
    ----------
    data : dict
        Dicts, lists, text, finite numbers, bools and None.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.Representer = _Representer
    yaml.default_flow_style = False
    yaml.width = _WIDEST
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    out = io.StringIO()
    yaml.dump(data, out)
    return out.getvalue()
