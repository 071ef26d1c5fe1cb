"""Three grades of success from one description, and what a krona of own money moves."""

import copy
from pathlib import Path

import pytest
from funders.purses import Data, budget, case, kr

import utanforskap as ut
from utanforskap.inputs.files import dump

# A hundred cost 100 000 kr a year each and a new hundred comes every year until 2018. The project moves ten of the
# first with success 0.4 for 360 000 kr, half of which is the förbund's own.


def with_method() -> Data:
    data = case(budget(funders={"finsam": 0.5, "eu": "rest"}))
    data["groups"]["alla"] |= {"persons": 100, "repeat": {"until": 2018}}
    data["programmes"]["insats"]["reaches"]["persons"] = 10
    cost = {"basis": "per_participant", "amount": kr(5_000, "kr/deltagare"), "payer": "kommun.socialtjanst"}
    reform = {"basis": "once", "year": 2016, "covers_all_cohorts": True, "amount": kr(200_000), "payer": "kommun.skola"}
    data["methods"] = {
        "m": {
            "title": {"sv": "Metoden", "en": "The method"}, "programme": "insats", "own_money": "forbund",
            "taken_up": {"reach": {"2016": 0.2, "2018": 0.5}, "fidelity": 0.75, "costs": {"drift": cost}},
            "mended": {"fewer": {"2017": 0.1}, "onto": "klar", "costs": {"skolan": reform}},
        }
    }  # fmt: skip
    return data


def test_each_grade_by_hand() -> None:
    result = ut.run(ut.from_data(with_method()))
    found = result.grades("m")
    # 1: 10 × 0.4 persons for six years, less the budget.
    first = 4 * 6 * 100_000 - 360_000
    # 2: 20, 20 and 50 persons × 0.4 × 0.75 from 2016, 2017 and 2018 to 2020, less 5 000 kr for each of the 90.
    second = 0.3 * (20 * 5 + 20 * 4 + 50 * 3) * 100_000 - 90 * 5_000
    # 3: ten who never come in 2017, ten in 2018, less the reform.
    third = (10 * 4 + 10 * 3) * 100_000 - 200_000
    assert found.loc["Summa"].tolist() == pytest.approx([first, second, third, first + second + third])
    assert list(found) == [
        "Metoden: projektet",
        "Metoden: metoden i ordinarie verksamhet",
        "Metoden: systemfelet åtgärdat",
        "Summa",
    ]


def test_leverage_is_society_s_gain_for_each_krona_of_own_money() -> None:
    result = ut.run(ut.from_data(with_method()))
    found = result.leverage("m", horizons=(4, 6, 20), lang="en")
    assert [years for years, _ in found.index] == [4] * 3 + [6] * 3
    assert found["Own money"].tolist() == pytest.approx([180_000] * 6)
    assert found["Leverage (kr per kr)"].tolist() == pytest.approx((found["Gain so far"] / 180_000).tolist())
    # Within four years the project alone: 4 × 4 × 100 000 − 360 000.
    assert found["Gain so far"].iloc[0] == pytest.approx(1_240_000)
    # Twenty years are beyond the horizon, and so is every horizon where none fits: then all of it is read.
    assert [years for years, _ in result.leverage("m", horizons=(20,)).index] == [6] * 3


def test_the_grades_are_alternatives_like_others() -> None:
    result = ut.run(ut.from_data(with_method()))
    assert result.alternatives == ("insats", "m-1", "m-2", "m-3")
    chain = result.compare("m-2").effect_chain(lang="en")
    assert chain["The method: the method in ordinary work"]["Succeed"] == pytest.approx(0.3)
    drawn = result.compare("m-3").simulate(n=64)
    assert drawn.by_perspective().iloc[0, 0] == pytest.approx(result.compare("m-3").net_present_value())


def test_the_method_s_factors_are_the_project_s_and_drawn_once() -> None:
    data = with_method()
    data["programmes"]["insats"]["success"] = {"value": 0.4, "low": 0.2, "high": 0.6}
    case_ = ut.from_data(data)
    assert "programmes.m-2.fidelity" in case_.estimates
    assert "programmes.m-2.success" not in case_.estimates
    doubled = ut.run(case_, values={"programmes.insats.success": 0.8})
    plain = ut.run(case_)
    assert doubled.compare("m-2").gross_gain() == pytest.approx(2 * plain.compare("m-2").gross_gain())


def test_what_is_dumped_is_what_was_said() -> None:
    case_ = ut.from_data(with_method())
    text = dump(case_)
    assert "m-2" not in text
    from ruamel.yaml import YAML

    assert ut.from_data(YAML(typ="safe").load(text)).scenario == case_.scenario


def test_a_grade_may_not_reach_more_than_there_are() -> None:
    data = with_method()
    data["methods"]["m"]["taken_up"]["reach"] = {"2015": 0.95}
    with pytest.raises(ut.InputError) as refused:
        ut.from_data(data)
    assert str(refused.value) == (
        "alternatives.m-2.programmes\n"
        "  'insats' and 'm-2' together reach 105 persons of 'alla' on 'kvar' who start in 2015, but there are 100.\n"
        "  Let each reach fewer; what they do together for the same persons is one programme.\n"
        "alternatives.m-3.programmes\n"
        "  'insats' and 'm-2' together reach 105 persons of 'alla' on 'kvar' who start in 2015, but there are 100.\n"
        "  Let each reach fewer; what they do together for the same persons is one programme."
    )


def test_an_id_that_a_grade_takes_is_refused() -> None:
    data = with_method()
    data["alternatives"]["m-2"] = copy.deepcopy(data["alternatives"]["insats"])
    with pytest.raises(ut.InputError) as refused:
        ut.from_data(data)
    assert str(refused.value) == (
        "alternatives.m-2\n  'm-2' is what the method 'm' calls one of its grades.\n  Give this one another id."
    )


def test_a_method_of_another_name_is_refused() -> None:
    result = ut.run(ut.from_data(with_method()))
    with pytest.raises(ut.UnknownNameError) as refused:
        result.leverage("n")
    assert str(refused.value) == "'n' is not a method.\nAllowed: m"


def test_a_recurring_inflow_gives_the_same_as_repeated_cohorts() -> None:
    repeated, flowing = with_method(), with_method()
    flowing["groups"]["alla"]["inflow"] = {"until": flowing["groups"]["alla"].pop("repeat")["until"]}
    for data in (repeated, flowing):
        data["programmes"]["insats"]["reaches"]["cohorts"] = "all"
    first, second = (ut.run(ut.from_data(data)).grades("m") for data in (repeated, flowing))
    assert second.to_numpy() == pytest.approx(first.to_numpy())


def test_an_alternative_may_set_what_a_grade_is_made_of() -> None:
    data = with_method()
    data["alternatives"]["trogen"] = {"programmes": ["insats", "m-2"], "set": {"programmes.m-2.fidelity": 1}}
    result = ut.run(ut.from_data(data))
    added = [result.compare(id_).gross_gain() - result.compare("m-1").gross_gain() for id_ in ("m-2", "trogen")]
    assert added[1] == pytest.approx(added[0] / 0.75)


def test_a_grade_is_reported_and_written_as_formulas(tmp_path: Path) -> None:
    # The workbook is refused where its formulas do not give the engine's totals.
    gain = ut.run(ut.from_data(with_method())).compare("m-3")
    ut.write.workbook(gain, tmp_path / "metod.xlsx")
    ut.write.report(gain, tmp_path / "metod.md")
    assert "Metoden: systemfelet åtgärdat" in (tmp_path / "metod.md").read_text(encoding="utf-8")
