"""The record of a run: everything that the same run can be repeated from, and what it answered."""

import hashlib
import json
import math
import platform
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from frozendict import frozendict

from utanforskap.analysis.readings import Readable, value
from utanforskap.analysis.results import Comparison, Result
from utanforskap.analysis.summaries import main_measure
from utanforskap.analysis.uncertainty.simulate import simulate
from utanforskap.analysis.uncertainty.simulation import Simulation
from utanforskap.errors import Finding, InputError, Place, QuestionError
from utanforskap.inputs.case import PRICES, Case, as_whole_data
from utanforskap.inputs.facts.discounting import DiscountProfile
from utanforskap.inputs.facts.indices import PriceIndex
from utanforskap.inputs.facts.manifest import shipped_tables
from utanforskap.inputs.parts.scenario import Scenario
from utanforskap.inputs.pricelists.prices import Price
from utanforskap.terms import Reading

FORMAT = 1
_SAME = 1e-9
"""How much an answer may differ from the recorded one, as a share of it: other versions of numpy sum otherwise."""
_NOTHING = 1e-3
"""What rounding may leave of amounts that cancel [kr]."""
_PACKAGES = ("numpy", "scipy", "pandas", "pydantic")
_ASKED = ("society", "public", "see")

Subject = Result | Comparison | Simulation
_KINDS: dict[str, type] = {"result": Result, "comparison": Comparison, "simulation": Simulation}


def file_name(path: str) -> str:
    """Return the last part of a path: nothing that is written says where on a machine a file lay."""
    return re.split(r"[\\/]", path)[-1]


@dataclass(frozen=True, slots=True)
class Record:
    """What a run was made from.

    Attributes
    ----------
    data : mapping of str to object
        All of it, as plain data.
    """

    data: Mapping[str, Any]

    def text(self) -> str:
        """Return the record as JSON."""
        told = json.dumps(self.data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        # Half of a pair, which UTF-8 cannot hold, is escaped as JSON does it.
        return told.encode("utf-8", "backslashreplace").decode("utf-8")

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield what a reader is shown of it, by name."""
        data = self.data
        yield "scenario", data["scenario"]["id"]
        for name in ("file", "alternative", "sha256"):
            if data[name] is not None:
                yield name, data[name]
        for name, number in data["values"].items():
            yield "value", f"{name}: {number:.15g}"
        for name, number in (data["simulation"] or {}).items():
            if name in ("n", "seed"):
                yield name, str(number)
        yield "versions", ", ".join(f"{name} {number}" for name, number in data["versions"].items())
        yield "price_lists", ", ".join(data["price_lists"]) or "–"
        yield "tables", ", ".join(f"{row['table']} {row['vintage']} ({row['retrieved']})" for row in data["tables"])


def record_of(subject: Subject, simulation: Simulation | None = None) -> Record:
    """Return the record of what was run.

    Parameters
    ----------
    subject : Result, Comparison or Simulation
        What was run, and what a repeated run returns.
    simulation : Simulation, optional
        What was simulated beside a result or a comparison.
    """
    case = without_paths(subject.case)
    content = content_of(case)
    files = [file_name(place.file) for place in subject.case.places.values()]
    drawn = subject if isinstance(subject, Simulation) else simulation
    return Record(
        {
            "record": FORMAT,
            "of": next(name for name, kind in _KINDS.items() if isinstance(subject, kind)),
            **content,
            "price_lists": list(case.price_lists),
            "sha256": fingerprint(content),
            "file": files[0] if files else None,
            "alternative": subject.alternative if isinstance(subject, Comparison) else None,
            "values": {name: float(np.ravel(given)[0]) for name, given in subject.readable.values.items()},
            "simulation": None if drawn is None else _asked(drawn),
            "versions": versions(),
            "tables": [
                {"table": table.table, "vintage": table.vintage, "retrieved": table.retrieved.isoformat()}
                for table in shipped_tables()
            ],
            "answers": [
                {"reading": reading.model_dump(mode="json", exclude_defaults=True), "kr": kronor}
                for reading, kronor in _answers(subject)
            ],
        }
    )


def rerun(record: str | Path | Mapping[str, Any]) -> Subject:
    """Run again what a record was made of, without the files that it was made from.

    Parameters
    ----------
    record : str, Path or mapping
        A record's file, or its content.

    Returns
    -------
    Result, Comparison or Simulation
        Of the kind that was recorded.

    Raises
    ------
    InputError
        If it is not a record, or has been changed since it was written.
    QuestionError
        If this version answers otherwise than the one that wrote it.

    Examples
    --------
    ``ut.rerun("korning.json").net_present_value()``
    """
    repeated = repeat(record)
    different = [
        f"{each.reading.measure}, {each.reading.perspective}: {each.then:.15g} kr then, {each.now:.15g} kr now"
        for each in repeated.answers
        if not each.agrees
    ]
    if different:
        said = "\n".join(different)
        raise QuestionError(
            f"The run does not give the recorded answers:\n{said}\n"
            f"It was recorded by version {repeated.versions['utanforskap']}, and this is {version('utanforskap')}: "
            "install that version to repeat it."
        )
    return repeated.subject


@dataclass(frozen=True, slots=True)
class Answered:
    """One reading of a run that has been repeated.

    Attributes
    ----------
    reading : Reading
        What was read.
    then, now : float
        The recorded answer, and that of the repeated run [kr].
    """

    reading: Reading
    then: float
    now: float

    @property
    def same(self) -> bool:
        """Whether the two are the same to the last bit."""
        return self.then.hex() == self.now.hex()

    @property
    def agrees(self) -> bool:
        """Whether they differ by no more than rounding."""
        return math.isclose(self.now, self.then, rel_tol=_SAME, abs_tol=_NOTHING)


@dataclass(frozen=True, slots=True)
class Repeated:
    """A recorded run that has been run again.

    Attributes
    ----------
    subject : Result, Comparison or Simulation
        The new run.
    answers : tuple of Answered
        What was recorded beside what is answered now.
    versions : mapping of str to str
        Of the library, Python and the packages when it was recorded.
    """

    subject: Subject
    answers: tuple[Answered, ...]
    versions: Mapping[str, str]


def repeat(record: str | Path | Mapping[str, Any]) -> Repeated:
    """Run again what a record was made of, whatever it answers now; `rerun` refuses other answers.

    Parameters
    ----------
    record : str, Path or mapping
        A record's file, or its content.

    Raises
    ------
    InputError
        If it is not a record of a run, or has been changed since it was written.
    """
    name = "record" if isinstance(record, Mapping) else str(record)
    data = record if isinstance(record, Mapping) else _read(Path(record))
    try:
        case = _case_of(data, name)
        subject = _run(data, case)
        then = {Reading.of(**answer["reading"]): float(answer["kr"]) for answer in data["answers"]}
        answers = tuple(Answered(reading, then[reading], now) for reading, now in _answers(subject))
        return Repeated(subject, answers, {id_: str(number) for id_, number in data["versions"].items()})
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise _unusable(name, "It lacks a part of a run record, or a part cannot be read.") from error


def _run(data: Mapping[str, Any], case: Case) -> Subject:
    readable = Readable(case, {known: float(given) for known, given in data["values"].items()})
    if data["of"] == "simulation":
        asked = dict(data["simulation"])
        readings = {known: Reading.of(**said) for known, said in asked.pop("readings").items()}
        return simulate(readable, readings, **asked)
    result = Result(case, readable)
    return result if data["of"] == "result" else result.compare(data["alternative"])


def _asked(simulation: Simulation) -> dict[str, Any]:
    """Return what a simulation is made again from: the arguments of `simulate`."""
    first, found = simulation.questions[0], simulation.found[0]
    return {
        "n": simulation.n,
        "seed": simulation.sampler.seed,
        "sampling": simulation.sampler.sampling,
        "split": first.split,
        "by_year": any(question.spans for question in simulation.questions),
        "break_even": list(next((question.break_even for question in simulation.questions if question.repaid), ())),
        "keep": bool(found.kept),
        "readings": {
            name: reading.model_dump(mode="json", exclude_defaults=True)
            for name, reading in simulation.readings.items()
        },
    }


def content_of(case: Case) -> dict[str, Any]:
    """Return everything that a run's numbers are made from."""
    used = [name.removeprefix(f"{PRICES}.") for name in case.estimates if name.startswith(f"{PRICES}.")]
    return {
        "scenario": as_whole_data(case.scenario),
        "prices": {
            id_: case.prices[id_].model_dump(mode="json", exclude_unset=True) for id_ in used if id_ in case.prices
        },
        "indices": {
            id_: {str(year): level for year, level in index.values.items()} for id_, index in case.indices.items()
        },
        "profiles": {id_: _plain_profile(profile) for id_, profile in case.profiles.items()},
    }


def fingerprint(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what a run's numbers are made from, whatever the order of its keys."""
    told = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode("ascii")).hexdigest()


def without_paths(case: Case) -> Case:
    """Return a case whose own price lists are known by their files' names alone."""
    names = tuple(file_name(name) for name in case.scenario.prices)
    scenario = case.scenario.model_copy(update={"prices": names}) if names else case.scenario
    return replace(case, scenario=scenario, price_lists=tuple(file_name(name) for name in case.price_lists))


def _plain_profile(profile: DiscountProfile) -> dict[str, Any]:
    return asdict(profile) | {"title": dict(profile.title), "steps": [list(step) for step in profile.steps]}


def versions() -> dict[str, str]:
    """Return the versions of this library, of Python and of the packages that the numbers rest on."""
    return {
        "utanforskap": version("utanforskap"),
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
    }


def _answers(subject: Subject) -> Iterator[tuple[Reading, float]]:
    """Yield what was answered [kr], so that a repeated run can be held against it: of a simulation, the means."""
    if isinstance(subject, Simulation):
        for reading, found in zip(subject.readings.values(), subject.found, strict=True):
            yield reading, float(found.amounts.mean[-1, 0])
        return
    if isinstance(subject, Comparison):
        asked = [{"measure": measure, "alternative": subject.alternative} for measure in ("gross_gain", "net_gain")]
    else:
        asked = [{"measure": main_measure(subject.readable)}]
    for each in asked:
        for perspective in _ASKED:
            reading = Reading.of(**each, perspective=perspective)
            yield reading, float(value(subject.readable, reading)[0])


def _read(path: Path) -> Mapping[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _unusable(str(path), f"It cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise _unusable(str(path), "It is not JSON, so it is not a run record.") from error
    if not isinstance(data, dict):
        raise _unusable(str(path), "It is not a run record.")
    return data


def _case_of(data: Mapping[str, Any], name: str) -> Case:
    if data.get("record") != FORMAT:
        raise _unusable(name, f"It is not a run record of format {FORMAT}: 'record' is {data.get('record')!r}.")
    if data["of"] == "evaluation":
        raise _unusable(name, "It is the record of an evaluation, which takes the participants' data to make again.")
    if data["of"] not in _KINDS:
        raise _unusable(name, f"It is not of a run: 'of' is {data['of']!r}.")
    parts = ("scenario", "prices", "indices", "profiles")
    if fingerprint({part: data[part] for part in parts}) != data["sha256"]:
        raise _unusable(name, "Its content is not what it was when it was written: the SHA-256 differs.")
    return Case(
        scenario=Scenario.model_validate(data["scenario"]),
        prices=frozendict({id_: Price.model_validate(said) for id_, said in data["prices"].items()}),
        price_lists=tuple(data["price_lists"]),
        indices=frozendict({id_: _index(id_, said) for id_, said in data["indices"].items()}),
        profiles=frozendict({id_: _profile(said) for id_, said in data["profiles"].items()}),
    )


def _index(id_: str, said: Mapping[str, float]) -> PriceIndex:
    return PriceIndex(id_, frozendict({int(year): value for year, value in said.items()}))


def _profile(said: Mapping[str, Any]) -> DiscountProfile:
    steps = tuple((int(year), float(rate)) for year, rate in said["steps"])
    return DiscountProfile(**{**said, "title": frozendict(said["title"]), "steps": steps})


def _unusable(name: str, message: str) -> InputError:
    help_ = (
        "Write one with utanforskap.write.record(gain, 'korning.json'),",
        "or in the shell with: utanforskap export SCENARIO --what record --output korning.json",
    )
    return InputError([Finding("run-record", "", message, help_, Place(name, 1, 1))])
