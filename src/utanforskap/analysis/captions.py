"""The line under every figure: what was read, whose books, which kronor, which rate, which years."""

from utanforskap.analysis.readings import timing_of, years_read
from utanforskap.inputs.case import Case
from utanforskap.inputs.parts.scenario import Discounting
from utanforskap.terms import Lang, Reading, label


def caption(case: Case, reading: Reading, lang: Lang) -> str:
    """Return a one-line caption of a reading: measure, perspective, part, years, kronor, discounting.

    Parameters
    ----------
    case : Case
        The case.
    reading : Reading
        What is read.
    lang : {"sv", "en"}
        The language.
    """
    pieces = [
        label("measures", reading.measure, lang),
        case.perspective(reading.perspective).title[lang].lower(),
    ]
    if isinstance(reading.part, tuple):
        pieces.append(" + ".join(case.actors[actor].title[lang] for actor in reading.part))
    elif reading.part != "all":
        pieces.append(label("words", {"public": "public_columns"}.get(reading.part, reading.part), lang).lower())
    if reading.measure == "cost_of_exclusion":
        name = "referensen" if reading.counterfactual == "reference" else f"'{reading.counterfactual}'"
        pieces.append(f"mot {name}" if lang == "sv" else f"against {'the reference' if name == 'referensen' else name}")
    pieces.append(terms(case, reading, lang))
    if reading.realisable:
        pieces.append(label("words", "cashable", lang))
    if reading.tax_factor:
        pieces.append(label("words", "with_tax_factor", lang))
    if new_cohorts_only(case):
        pieces.append(label("words", "new_cohorts_only", lang))
    return "; ".join(pieces)


def terms(case: Case, reading: Reading, lang: Lang) -> str:
    """Return the years that are read, whose kronor, and how they are discounted."""
    return "; ".join([_years(case, reading, lang), _kronor(case, reading, lang), discounting_text(case, reading, lang)])


def new_cohorts_only(case: Case) -> bool:
    """Return whether a group that comes again each year says nothing of who is there when the horizon begins."""
    return any(
        (group.inflow is not None or group.repeat is not None) and not group.initial_stock
        for group in case.scenario.groups.values()
    )


def _years(case: Case, reading: Reading, lang: Lang) -> str:
    first = case.scenario.horizon.first_year
    read = [first + position for position, counted in enumerate(years_read(case, reading)) if counted]
    span = "–".join(str(year) for year in dict.fromkeys((read[0], read[-1]))) if read else "–"
    if reading.period == "to_65":
        span += f" {label('words', 'to_65', lang)}"
    return span


def _kronor(case: Case, reading: Reading, lang: Lang) -> str:
    if reading.current_prices:
        return label("words", "current_prices", lang)
    return label("words", "prices_of", lang).format(year=case.scenario.money.price_year)


def discounting_text(case: Case, reading: Reading, lang: Lang) -> str:
    """Return how a reading is discounted, in words."""
    if reading.discount == "none":
        return label("words", "undiscounted", lang)
    said = Discounting(profile=reading.discount) if reading.discount is not None else case.scenario.discounting
    timing = label("timings", timing_of(case, said), lang)
    if said.profile is not None:
        rates = [rate for _, rate in case.profiles[said.profile].steps]
    elif said.rate is not None:
        rates = [said.rate.value]
    else:
        assert said.rates is not None
        rates = [said.rates[step].value for step in sorted(said.rates, key=int)]
    shown = f"{100 * rates[0]:.10g} %".replace(".", "," if lang == "sv" else ".")
    if len(rates) > 1:
        shown += f" {label('words', 'declining', lang)}"
    base_year = reading.base_year or case.scenario.horizon.first_year
    return f"{label('words', 'present_value', lang)} {base_year}, {shown}, {timing}"
