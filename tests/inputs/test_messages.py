"""The words that findings are made of: the nearest name, the names that there are, sentences, and where they stand."""

import pytest

from utanforskap.errors import Finding, PartError, Place, about, did_you_mean, either, listed, sentence, unknown
from utanforskap.inputs.parts.docstrings import attributes, summary
from utanforskap.inputs.parts.misfits import Misfit, tell
from utanforskap.inputs.values.estimates import Share

ACTORS = ["af", "fk", "kommun", "kommun.skola", "region"]


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ("komun", "kommun"),
        ("regionen", "region"),
        ("skola", "kommun.skola"),
        ("kommun.skolan", "kommun.skola"),
        ("reg", "region"),
        ("re", None),
        ("skattkammaren", None),
    ],
)
def test_the_nearest_name(given: str, near: str | None) -> None:
    assert did_you_mean(given, ACTORS) == (f" Did you mean '{near}'?" if near else "")


def test_names_that_there_are() -> None:
    assert listed("x", []) == "none"
    assert listed("x", ACTORS) == "af, fk, kommun, kommun.skola, region"
    many = [f"{actor}.pris-nummer-{n}" for actor in ("kommun", "region") for n in range(100)]
    said = listed("region.pris-nummer-7", many)
    assert said.startswith("region.pris-nummer-7, region.pris-nummer-")
    assert said.endswith(", … (200 in all)")
    assert said.count(",") == 10
    assert listed("utan", many).count(",") == 10


def test_an_unknown_name() -> None:
    assert unknown(what="an actor", given="komun", known=ACTORS, label="Actors") == (
        "'komun' is not an actor. Did you mean 'kommun'?\nActors: af, fk, kommun, kommun.skola, region"
    )


def test_choices_and_sentences() -> None:
    assert [either(["a"]), either(["a", "b"]), either(["a", "b", "c"])] == ["a", "a or b", "a, b or c"]
    assert [sentence("is it so"), sentence("Is it so?"), sentence("")] == ["Is it so.", "Is it so?", "."]


def test_a_finding_stands_where_it_stands() -> None:
    place = Place("fall.yaml", 3, 7)
    assert str(Finding("c", "a.b", "Sagt.", ("Hjälp.",), place)) == "fall.yaml:3:7  a.b\n  Sagt.\n  Hjälp."
    assert str(Finding("c", "a.b", "Sagt.")) == "a.b\n  Sagt."
    assert str(Finding("c", "", "Sagt.")) == "  Sagt."


def test_what_is_refused_is_about_a_part_of_a_part() -> None:
    with pytest.raises(PartError) as raised, about("costs", "drift"), about("amount"):
        raise PartError("Så är det inte.", "unit", on_key=True)
    assert (raised.value.part, raised.value.on_key) == (("costs", "drift", "amount", "unit"), True)
    with pytest.raises(PartError, match=r"^Fel\.$") as raised, about("costs"):
        raise ValueError("Fel.")
    assert (raised.value.part, raised.value.on_key) == (("costs",), False)


def test_what_nobody_has_put_into_words_is_a_sentence_still() -> None:
    problem = {"type": "finite_number", "loc": (), "msg": "Input should be a finite number", "input": "x"}
    told = tell(Misfit(problem, (), Share, None, None))  # type: ignore[arg-type]
    assert told.message == "'x': Input should be a finite number."


def test_docstrings_say_what_each_attribute_is() -> None:
    assert summary(Share) == "A share of a whole, 0 to 1; may be written in percent (``12,5 %``)."
    said = attributes(Share)
    assert said.keys() == Share.model_fields.keys()
    assert {name: said[name] for name in ("note", "value", "low", "high", "source", "grade")} == {
        "note": "Free text; drives nothing.",
        "value": "The value used in a point run; the median where low and high are stated.",
        "low": "The 5th and 95th percentiles; both or neither.",
        "high": "The 5th and 95th percentiles; both or neither.",
        "source": "The id of one of the scenario's sources, ``antagande`` or ``kalibrering``.",
        "grade": "A official statistic or law, B published study, C secondary or old, D assumption or calibration. "
        "None is the source's own grade, and D without a source.",
    }
