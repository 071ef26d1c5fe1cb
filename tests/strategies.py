"""Scenarios that a file could say, generated: every pathway model, every kind of flow, cost and group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from utanforskap.inputs.case import Case, walk
from utanforskap.inputs.parts.pathways import Markov
from utanforskap.inputs.parts.programmes import Cost
from utanforskap.inputs.parts.scenario import Group

Data = dict[str, Any]

PRICES = "sverige@2026.1"
KPI_YEARS = st.integers(2005, 2022)
PUBLIC = ("af", "fk", "kommun", "kommun.socialtjanst", "region.psykiatri", "rattsvasende", "ovriga", "staten")
NOT_PUBLIC = ("individ", "arbetsgivare", "civilsamhalle", "eu")
ACTORS = (*PUBLIC, *NOT_PUBLIC)
LISTED = {
    "person_year": (
        "kommun.forsorjningsstod_ensam", "kommun.bistandshandlaggning", "af.handlaggning", "af.akassa_grund",
        "af.stod_och_matchning", "fk.sjukersattning_garanti", "region.psykiatri_dygn", "region.patientavgift_dygn",
    ),
    "entry": ("rattsvasende.lagforing", "fk.handlaggning_sjukpenning", "ovriga.schablon_nyanland"),
}  # fmt: skip
BANDS = ("0-24", "25-39", "40+")
TIMINGS = ("start", "mid", "end")


def hundredths(low: int = 0, high: int = 100) -> st.SearchStrategy[float]:
    """Return shares that a person would write."""
    return st.integers(low, high).map(lambda n: n / 100)


def optional(draw: st.DrawFn, data: Data, key: str, strategy: st.SearchStrategy[Any]) -> None:
    """Say a key in about half of the examples."""
    if draw(st.booleans()):
        data[key] = draw(strategy)


@st.composite
def mixes(draw: st.DrawFn, ids: Sequence[str], *, most: int = 3) -> Data:
    """Return shares that sum to one, with or without a rest."""
    chosen = draw(st.lists(st.sampled_from(list(ids)), min_size=1, max_size=most, unique=True))
    left, shares = 100, {}
    for id_ in chosen[:-1]:
        part = draw(st.integers(1, left - len(chosen) + 1 + len(shares)))
        left -= part
        shares[id_] = part / 100
    shares[chosen[-1]] = "rest" if draw(st.booleans()) else left / 100
    return shares


# --- pathways -------------------------------------------------------------------------------------


@st.composite
def stages(draw: st.DrawFn, states: Sequence[str], *, aged: bool) -> Data:
    said: list[Data] = []
    for position in range(draw(st.integers(0, 3))):
        stage: Data = {"id": f"steg{position}", "state": draw(st.sampled_from(states))}
        if aged and draw(st.booleans()):
            stage["until_age"] = draw(st.integers(40, 280)) / 4
        elif draw(st.booleans()):
            stage["years"] = draw(st.integers(0, 20)) / 4
        else:
            stage["years"] = f"{draw(st.integers(1, 40))} mån"
        said.append(stage)
    return {"model": "stages", "stages": [*said, {"id": "sist", "state": draw(st.sampled_from(states))}]}


@st.composite
def durations(draw: st.DrawFn, states: Sequence[str]) -> Data:
    leaves, reaches = draw(st.permutations(list(states)))[:2]
    distribution = draw(st.sampled_from(["fixed", "exponential", "weibull", "lognormal"]))
    said: Data = {"model": "duration", "leaves": leaves, "reaches": reaches, "distribution": distribution}
    said[draw(st.sampled_from(["median", "mean"]))] = draw(st.floats(0.3, 12.0))
    if distribution in ("weibull", "lognormal"):
        said["shape"] = draw(st.floats(0.6, 3.0))
    optional(draw, said, "speed_up", st.floats(0.5, 3.0))
    optional(draw, said, "shorten", st.floats(0.0, 3.0))
    return said


@st.composite
def curves(draw: st.DrawFn, states: Sequence[str]) -> Data:
    target, otherwise = draw(st.permutations(list(states)))[:2]
    years = draw(st.sets(st.integers(1, 12), max_size=4))
    return {
        "model": "curve", "target": target, "otherwise": otherwise,
        "counts": draw(st.sampled_from(["average", "start"])),
        "shares": {year: draw(hundredths()) for year in [0, *sorted(years)]},
    }  # fmt: skip


@st.composite
def markov_rows(draw: st.DrawFn, state: str, states: Sequence[str], *, aged: bool) -> Data:
    others = [other for other in states if other != state]
    if draw(st.booleans()):  # nothing left over
        leaving = draw(hundredths())
        target = draw(st.sampled_from(others))
        return {target: leaving, state: round(1 - leaving, 2)}
    targets = draw(st.lists(st.sampled_from(list(states)), min_size=2, max_size=4, unique=True))
    most = 60 // (len(targets) - 1)
    row: Data = {}
    forms = ["number", "by_year", "by_age"] if aged else ["number", "by_year"]
    for target in targets[:-1]:
        form = draw(st.sampled_from(forms))
        if form == "number":
            row[target] = draw(hundredths(0, most))
        elif form == "by_year":
            row[target] = draw(st.lists(hundredths(0, most), min_size=1, max_size=4))
        else:
            row[target] = {"by_age": {band: draw(hundredths(0, most)) for band in BANDS}}
    return {**row, targets[-1]: "rest"}


@st.composite
def markovs(draw: st.DrawFn, states: Sequence[str], *, aged: bool) -> Data:
    moving = draw(st.sets(st.sampled_from(list(states)), min_size=1))
    said: Data = {
        "model": "markov",
        "initial": draw(mixes(states)),
        "transitions": {state: draw(markov_rows(state, states, aged=aged)) for state in sorted(moving)},
        "counted": draw(st.sampled_from(TIMINGS)),
    }
    changeable = [
        f"{origin}.{target}"
        for origin, row in said["transitions"].items()
        for target, probability in row.items()
        if probability != "rest" and "rest" in row.values()
    ]
    if changeable and draw(st.booleans()):
        on = draw(st.lists(st.sampled_from(changeable), min_size=1, max_size=2, unique=True))
        risk: Data = {"on": on, "value": draw(st.floats(0.0, 1.6))}
        optional(draw, risk, "years", st.integers(1, 5))
        said["relative_risk"] = risk
    return said


def pathways(states: Sequence[str], *, aged: bool) -> st.SearchStrategy[Data]:
    """Return pathways of all four models over some states, of which there are at least two."""
    return st.one_of(stages(states, aged=aged), durations(states), curves(states), markovs(states, aged=aged))


# --- states ---------------------------------------------------------------------------------------


@st.composite
def money(draw: st.DrawFn, unit: str, *, most: int = 400_000) -> Data:
    said = {"value": draw(st.integers(1, most)), "unit": unit, "price_year": draw(KPI_YEARS)}
    optional(draw, said, "index", st.sampled_from(["kpi", "inkomstindex"]))
    return said


@st.composite
def flow_money(draw: st.DrawFn) -> Data:
    """Return an amount in one of the units that a flow's price may have."""
    unit = draw(st.sampled_from(["kr/år", "kr/mån", "kr/besök", "% av lön", "prisbasbelopp"]))
    if unit == "% av lön":
        return {"value": draw(hundredths()), "unit": unit, "of": "lon.underskoterska"}
    if unit == "prisbasbelopp":
        return {"value": draw(hundredths(1, 300)), "unit": unit, "price_year": draw(KPI_YEARS)}
    return draw(money(unit, most=30_000))


@st.composite
def quantities(draw: st.DrawFn, *, aged: bool) -> Any:
    number = st.integers(0, 40).map(lambda n: n / 4)
    form = draw(st.sampled_from(["number", "number", "by_year", "by_age" if aged else "by_year"]))
    if form == "by_year":
        return draw(st.lists(number, min_size=1, max_size=4))
    if form == "by_age":
        return {"by_age": {band: draw(number) for band in BANDS}}
    return draw(number)


@st.composite
def flows(draw: st.DrawFn, *, aged: bool, on_stages_only: bool) -> Data:
    per = draw(st.sampled_from(["person_year", "person_year", "entry"]))
    said: Data = {"quantity": draw(quantities(aged=aged))}
    if per == "entry" or draw(st.booleans()):
        said["per"] = per
    if isinstance(said["quantity"], list):
        since = ["start", "entry"] if on_stages_only and per == "person_year" else ["start"]
        optional(draw, said, "since", st.sampled_from(since))
    optional(draw, said, "category", st.sampled_from(["stod", "vard"]))
    if draw(st.booleans()):
        said["price"] = draw(st.sampled_from(LISTED[per]))
        return said
    kind = draw(st.sampled_from(["service", "service", "transfer", "tax", "wage", "production"]))
    said |= {"kind": kind, "amount": draw(flow_money())}
    said["payer"] = draw(st.sampled_from(ACTORS))
    if kind == "service":
        optional(draw, said, "realisable", hundredths())
    elif kind != "production":
        said["payee"] = draw(st.sampled_from([actor for actor in ACTORS if actor != said["payer"]]))
    if kind == "transfer":
        said["taxable"] = draw(st.booleans())
    return said


@st.composite
def works(draw: st.DrawFn) -> Data:
    wage: Data = {"price": "lon.underskoterska"}
    if draw(st.booleans()):
        wage = {"amount": draw(money(draw(st.sampled_from(["kr/mån", "kr/år"]))))}
    said: Data = {"wage": wage, "hours_share": draw(hundredths())}
    optional(draw, said, "employer", st.sampled_from(["kommun", "region", "arbetsgivare", "civilsamhalle"]))
    optional(draw, said, "tax_year", st.integers(2008, 2022))
    if draw(st.booleans()):
        subsidies: list[Data] = [
            {"share": draw(hundredths())}, {"price": "af.lonebidrag"}, {"amount": draw(money("kr/mån", most=9000))}
        ]  # fmt: skip
        said["subsidy"] = {"payer": draw(st.sampled_from(["af", "fk", "kommun"])), **draw(st.sampled_from(subsidies))}
        said["productivity"] = draw(hundredths(0, 120))
    return said


@st.composite
def income_taxes(draw: st.DrawFn) -> Data:
    listed = draw(st.booleans())
    return {
        "kommun": {"price": "skatt.kommun"} if listed else draw(hundredths(0, 40)),
        "region": {"price": "skatt.region"} if listed else draw(hundredths(0, 20)),
        "staten": draw(hundredths(-20, 20)),
    }


@st.composite
def all_taxes(draw: st.DrawFn) -> Data:
    listed = draw(st.booleans())
    return {
        "employer_contributions": {"price": "skatt.arbetsgivaravgift"} if listed else draw(hundredths(0, 50)),
        "income_tax": draw(income_taxes()),
        "retention": {
            "kommun": {"price": "skatt.behallning_kommun"} if listed else draw(hundredths(-20, 100)),
            "region": {"price": "skatt.behallning_region"} if listed else draw(hundredths(-20, 100)),
            "after_years": draw(st.integers(0, 3)),
        },
    }


@st.composite
def states(draw: st.DrawFn, id_: str, *, aged: bool, on_stages_only: bool) -> Data:
    said: Data = {"title": f"Tillstånd {id_}"}
    flow = flows(aged=aged, on_stages_only=on_stages_only)
    said["flows"] = {f"post{n}": draw(flow) for n in range(draw(st.integers(0, 3)))}
    optional(draw, said, "work", works())
    optional(draw, said, "income_tax", income_taxes())
    return said


# --- groups, programmes, alternatives -------------------------------------------------------------


@dataclass(frozen=True)
class Setting:
    """What the parts of a scenario have in common while it is being made."""

    first_year: int
    years: int
    paths: tuple[str, ...]
    aged: bool

    @property
    def last_year(self) -> int:
        return self.first_year + self.years - 1


@st.composite
def groups(draw: st.DrawFn, setting: Setting) -> Data:
    said: Data = {
        "title": "Grupp",
        "persons": draw(st.integers(1, 500)),
        "pathways": draw(mixes(setting.paths)),
        "reference": draw(st.one_of(st.sampled_from(setting.paths), mixes(setting.paths))),
    }
    if setting.aged:
        said["age"] = draw(st.integers(16, 64))
    starts = setting.first_year
    if draw(st.booleans()):
        starts = said["starts"] = draw(st.integers(setting.first_year, setting.last_year))
    if draw(st.booleans()):
        said["repeat"] = {"until": draw(st.integers(starts, min(starts + 3, setting.last_year)))}
    optional(draw, said, "already", st.booleans())
    if draw(st.booleans()):
        said["home"] = {"kommun": "kommun.trelleborg", "region": "region.skane"}
    return said


def available(group: Data, pathway: str) -> float:
    """Return how many of a cohort are on a pathway."""
    shares = {id_: share for id_, share in group["pathways"].items() if share != "rest"}
    return group["persons"] * float(shares.get(pathway, 1 - sum(shares.values())))


@st.composite
def costs(draw: st.DrawFn, setting: Setting) -> Data:
    basis = draw(st.sampled_from(["once", "per_cohort", "per_calendar_year", "per_participant"]))
    said: Data = {"basis": basis}
    if basis == "once":
        said |= {"year": draw(st.integers(setting.first_year, setting.last_year)), "covers_all_cohorts": True}
    if basis == "per_calendar_year":
        first = draw(st.integers(setting.first_year, setting.last_year))
        said["years"] = {"first": first, "last": draw(st.integers(first, setting.last_year))}
    if basis == "per_participant" and draw(st.booleans()):
        said |= {"price": "af.program_kopt", "quantity": draw(st.integers(1, 12))}
        kind = "service"
    else:
        unit = {"per_calendar_year": "kr/år", "per_participant": "kr/deltagare"}.get(basis, "kr")
        said["amount"] = draw(money(unit))
        kind = draw(st.sampled_from(["service", "service", "transfer"]))
        if kind == "transfer":
            said |= {"kind": kind, "payee": "individ"}
    payers: list[Data] = [
        {"funding": "finsam"}, {"payer": draw(st.sampled_from(["af", "kommun", "region", "finansiar"]))},
        {"funding": {"kommun.skola": 0.25, "region": 0.35, "eu": 0.4}},
    ]  # fmt: skip
    said |= draw(st.sampled_from(payers))
    if kind == "service":
        optional(draw, said, "provider", st.sampled_from(["civilsamhalle", "kommun.arbetsmarknad"]))
    if "provider" in said and "amount" in said:
        optional(draw, said, "provider_cost", money(said["amount"]["unit"]))
    return said


@st.composite
def programmes(draw: st.DrawFn, setting: Setting, persons_in: Data, whole: bool) -> Data:
    reachable = [
        (group, path) for group, said in persons_in.items() for path in said["pathways"] if available(said, path) > 1e-6
    ]
    group, path = draw(st.sampled_from(reachable))
    first = persons_in[group].get("starts", setting.first_year)
    reaches: Data = {"group": group, "pathway": path}
    if whole and draw(st.booleans()):
        reaches["persons"] = "all"
    else:
        reaches["persons"] = draw(hundredths(1, 50)) * available(persons_in[group], path)
        optional(draw, reaches, "enrolled", st.integers(1, 900))
    last = persons_in[group].get("repeat", {}).get("until", first)
    optional(draw, reaches, "cohorts", st.sampled_from(["first", "all", [last]]))
    reached = last if reaches.get("cohorts") == [last] else first
    said: Data = {
        "title": "Insats", "reaches": reaches, "evidence": "assumed",
        "starts": draw(st.integers(reached, min(reached + 4, setting.last_year))),
        "leads_to": draw(st.sampled_from([other for other in setting.paths if other != path])),
        "success": draw(hundredths()),
        "costs": {f"kostnad{n}": draw(costs(setting)) for n in range(draw(st.integers(0, 2)))},
    }  # fmt: skip
    for factor in ("deadweight", "attribution", "displacement", "drop_off"):
        optional(draw, said, factor, hundredths())
    optional(draw, said, "lag", st.integers(0, 3))
    optional(draw, said, "new_pathway_clock", st.sampled_from(["start", "group"]))
    return said


@st.composite
def discountings(draw: st.DrawFn) -> Data:
    timing = {"timing": draw(st.sampled_from(TIMINGS))}
    rate = hundredths(0, 12)
    said = [
        {"profile": draw(st.sampled_from(["see", "asek", "hm-treasury"]))},
        {"rate": draw(rate), **timing},
        {"rates": {0: draw(rate), draw(st.integers(1, 5)): draw(rate)}, **timing},
    ]
    return draw(st.sampled_from(said))


@st.composite
def terms_of_money(draw: st.DrawFn) -> Data:
    said: Data = {"price_year": draw(KPI_YEARS)}
    optional(draw, said, "level_year", KPI_YEARS)
    optional(draw, said, "tax_factor", hundredths(100, 150))
    optional(draw, said, "inflation", hundredths(-2, 10))
    if draw(st.booleans()):
        said["real_growth"] = {"inkomstindex": draw(hundredths(-2, 4))}
        optional(draw, said["real_growth"], "kpi", hundredths(-2, 4))
    return said


@st.composite
def scenarios(draw: st.DrawFn, *, with_programmes: bool = True, longest: int = 9) -> Data:
    """Return a whole scenario, as a file would say it.

    Parameters
    ----------
    draw : callable
        Given by hypothesis.
    with_programmes : bool
        Whether there is at least one programme, with an alternative ``p0`` that carries it out.
    longest : int
        The longest horizon [years].
    """
    names = [f"s{n}" for n in range(draw(st.integers(2, 4)))]
    aged = draw(st.booleans())
    paths = {f"bana{n}": draw(pathways(names, aged=aged)) for n in range(draw(st.integers(2, 4)))}
    elsewhere = {state for said in paths.values() if said["model"] != "stages" for state in states_of(said)}
    setting = Setting(draw(st.integers(2012, 2018)), draw(st.integers(1, longest)), tuple(paths), aged)
    said: Data = {
        "format": 1, "id": "alstrat", "title": "Alstrat scenario",
        "horizon": {"first_year": setting.first_year, "years": setting.years},
        "money": draw(terms_of_money()), "discounting": draw(discountings()), "prices": [PRICES],
        "taxes": draw(all_taxes()),
        "actors": {"kommun.trelleborg": {"title": "Trelleborg"}, "region.skane": {"title": "Skåne"}},
        "states": {
            id_: draw(states(id_, aged=aged, on_stages_only=id_ not in elsewhere)) for id_ in names
        },
        "pathways": paths,
        "groups": {f"grupp{n}": draw(groups(setting)) for n in range(draw(st.integers(1, 2)))},
        "outcomes": {"halsa": {"title": "Hälsa", "weights": {id_: draw(hundredths(-50, 100)) for id_ in names}}},
    }  # fmt: skip
    optional(draw, said["actors"]["kommun.trelleborg"], "tax_rate", hundredths(0, 40))
    optional(draw, said["actors"]["kommun.trelleborg"], "retention", hundredths(-20, 100))
    optional(draw, said["actors"]["region.skane"], "tax_rate", hundredths(0, 20))
    optional(draw, said["horizon"], "mandate_from", st.integers(setting.first_year, setting.last_year))
    optional(draw, said["outcomes"]["halsa"], "discounting", discountings())
    if with_programmes:
        said |= draw(interventions(setting, said["groups"]))
    return said


def states_of(pathway: Data) -> list[str]:
    """Return the states that a pathway of another model than ``stages`` may be in."""
    if pathway["model"] == "duration":
        return [pathway["leaves"], pathway["reaches"]]
    if pathway["model"] == "curve":
        return [pathway["target"], pathway["otherwise"]]
    rows = pathway["transitions"]
    return [*pathway["initial"], *rows, *(target for row in rows.values() for target in row)]


@st.composite
def interventions(draw: st.DrawFn, setting: Setting, persons_in: Data) -> Data:
    """Return one or two programmes and alternatives of one, of both, and of a changed number."""
    two = draw(st.booleans())
    said = {f"p{n}": draw(programmes(setting, persons_in, not two)) for n in range(1 + two)}
    alternatives: Data = {id_: {"programmes": [id_]} for id_ in said}
    if two:
        alternatives["bada"] = {"programmes": ["p1", "p0"]}
    group = next(iter(persons_in))
    changed = {
        f"groups.{group}.persons": 1.5 * persons_in[group]["persons"],
        "programmes.p0.success": draw(hundredths()),
    }
    alternatives["andra_tal"] = {"set": changed, "programmes": ["p0"]}
    return {"programmes": said, "alternatives": alternatives}


# --- other values ---------------------------------------------------------------------------------


def movable(case: Case) -> list[str]:
    """Return the estimates that can be lowered alone: not those of shares that sum to one without a rest."""
    fixed: set[str] = set()
    for path, part in walk(case.scenario, ""):
        wholes: dict[str, Any] = {}
        if isinstance(part, Group):
            wholes = {"pathways": part.pathways, "reference": part.reference}
        elif isinstance(part, Markov):
            wholes = {"initial": part.initial} | {
                f"transitions.{origin}": row for origin, row in part.transitions.items()
            }
        elif isinstance(part, Cost):
            wholes = {"funding": part.funding}
        for name, whole in wholes.items():
            if isinstance(whole, Mapping) and "rest" not in whole.values():
                fixed.add(f"{path}.{name}.")
    return [name for name in case.estimates if not any(name.startswith(prefix) for prefix in fixed)]


@st.composite
def drawn_values(draw: st.DrawFn, case: Case, *, most: int = 4) -> dict[str, NDArray[np.float64]]:
    """Return a few values of some of a case's estimates, each from half the point value up to it."""
    names = draw(st.lists(st.sampled_from(movable(case)), min_size=1, max_size=8, unique=True))
    n = draw(st.integers(2, most))
    factors = st.lists(st.floats(0.5, 1.0), min_size=n, max_size=n)
    return {name: case.estimates[name].value * np.array(draw(factors)) for name in names}
