"""A naive twin of the engine: loops over years, states and flows in plain floats, written from the rules.

The section of the accounting rules that each part follows is named beside it. Nothing of the engine is used; of the
inputs only what a file says (the frozen models, prices and index numbers).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from laws.walks import Walk, Walker, without_placement

from utanforskap.inputs.case import Case
from utanforskap.inputs.parts.scenario import Discounting, Group
from utanforskap.inputs.parts.states import RateReference
from utanforskap.inputs.values.estimates import ByYear

Key = tuple[str, str, str, str | None, str | None, str | None, int | None, str | None, bool]
"""Item, kind, role, payer, payee, group, cohort, state, displaced."""


def nearest(values: Mapping[int, Any], year: int) -> int:
    return min(sorted(values), key=lambda known: (abs(known - year), known))


class Twin(Walker):
    """A case, with an alternative's own values in place, or everybody on a reference."""

    def __init__(self, case: Case, *, alternative: str | None = None, reference: str | None = None) -> None:
        said = case.scenario.alternatives.get(alternative or "")
        super().__init__(case.scenario, said.set if said is not None else {})
        self.case = case
        self.programmes = said.programmes if said is not None and reference is None else ()
        self.reference = reference
        self.first = self.scenario.horizon.first_year
        self.years = self.scenario.horizon.years
        level = self.scenario.money.level_year
        self.level_year = self.scenario.money.price_year if level is None else level
        self.book: dict[Key, list[float]] = {}
        self.persons: dict[tuple[str, str], list[float]] = {}
        self.entered: dict[tuple[str, str], list[float]] = {}
        self.write()

    # --- numbers ---

    def index(self, id_: str, year: int) -> float:
        return float(self.case.indices[id_].values[year])

    def kronor(self, amount: float, price_year: int, index: str) -> float:
        """Section 5: moved to the level year by its own index, once; then told in the kronor of the price year."""
        kpi = self.index("kpi", self.scenario.money.price_year) / self.index("kpi", self.level_year)
        return amount * self.index(index, self.level_year) / self.index(index, price_year) * kpi

    def price(self, priced: Any, path: str, year: int) -> float:
        """Return a price in a calendar year [kr per its unit], with real growth from the level year."""
        if priced.price is not None:
            at_level, index = self.listed_price(priced.price)
            return at_level * self.growth(index, year)
        return self.stated(priced.amount, f"{path}.amount", year)

    def stated(self, money: Any, name: str, year: int) -> float:
        """Return an amount said in place, in a calendar year [kr per its unit]."""
        value = self.value(name, money)
        if money.unit == "% av lön":
            wage, index = self.listed_price(money.of)
            return value * 12.0 * wage * self.growth(index, year)
        if money.unit == "prisbasbelopp":
            base = self.index("prisbasbelopp", self.level_year)
            return value * self.kronor(base, self.level_year, "kpi") * self.growth(money.index, year)
        return self.kronor(value, money.price_year, money.index) * self.growth(money.index, year)

    def growth(self, index: str, year: int) -> float:
        """Section 5: real growth of what an index moves, from the level year."""
        rate = self.scenario.money.real_growth.get(index)
        if rate is None:
            return 1.0
        return float((1.0 + self.value(f"money.real_growth.{index}", rate)) ** (year - self.level_year))

    def listed_price(self, id_: str) -> tuple[float, str]:
        """Return a listed price at the level year [kr per its unit], and the index that moves it."""
        listed = self.case.prices[id_]
        own = nearest(listed.values, self.level_year)
        return self.kronor(self.value(f"prices.{id_}", listed.values[own]), own, listed.index), listed.index

    def unit(self, priced: Any) -> str:
        return str(self.case.prices[priced.price].unit if priced.price is not None else priced.amount.unit)

    def rate(self, said: Any, path: str, tax_year: int) -> float:
        if isinstance(said, RateReference):
            listed = self.case.prices[said.price].values
            return float(listed[nearest(listed, tax_year)].value)
        return self.value(path, said)

    # --- persons ---

    def cohorts(self, group: Group) -> list[int]:
        first = self.first if group.starts is None else group.starts
        return list(range(first, (group.repeat.until if group.repeat else first) + 1))

    def write(self) -> None:
        for id_, group in self.scenario.groups.items():
            mix = self.shares(group.pathways, f"groups.{id_}.pathways")
            if self.reference == "reference":
                mix = self.shares(group.reference, f"groups.{id_}.reference")
            elif self.reference is not None:
                mix = self.shares(group.references[self.reference], f"groups.{id_}.references.{self.reference}")
            persons = self.value(f"groups.{id_}.persons", group.persons)
            for cohort in self.cohorts(group):
                for pathway, share in mix.items():
                    length = self.first + self.years - cohort
                    walk = self.walk(pathway, age=group.age, years=length)
                    entries = without_placement(walk) if group.already else walk.entries
                    for t in range(length):
                        for state in walk.occupancy[t]:
                            present = persons * share * walk.occupancy[t][state]
                            entering = persons * share * entries[t][state]
                            self.count(id_, state, cohort + t, present, entering)
                            use = self.units(walk, state, group.age, persons * share, entering, t)
                            self.charge(id_, cohort, state, cohort + t, present, use, displaced=False)
        for id_ in self.programmes:
            self.move(id_)
            self.pay(id_)

    def count(self, group: str, state: str, year: int, present: float, entering: float) -> None:
        for book, amount in ((self.persons, present), (self.entered, entering)):
            book.setdefault((group, state), [0.0] * self.years)[year - self.first] += amount

    def reached(self, id_: str) -> list[int]:
        programme = self.scenario.programmes[id_]
        every = self.cohorts(self.scenario.groups[programme.reaches.group])
        chosen = programme.reaches.cohorts
        if chosen == "all":
            return every
        return every[:1] if chosen == "first" else [cohort for cohort in every if cohort in chosen]

    def starts(self, id_: str) -> dict[int, int]:
        """Return the year in which each reached cohort's participants start: all at the same age."""
        reached = self.reached(id_)
        return {cohort: self.scenario.programmes[id_].starts + cohort - reached[0] for cohort in reached}

    def participants(self, id_: str) -> float:
        reaches = self.scenario.programmes[id_].reaches
        if reaches.persons != "all":
            return self.value(f"programmes.{id_}.reaches.persons", reaches.persons)
        group = self.scenario.groups[reaches.group]
        mix = self.shares(group.pathways, f"groups.{reaches.group}.pathways")
        return self.value(f"groups.{reaches.group}.persons", group.persons) * mix[reaches.pathway]

    def move(self, id_: str) -> None:
        """Section 4: occupancy and entries of the participants, and of those whom they displace."""
        programme = self.scenario.programmes[id_]
        group_id = programme.reaches.group
        group = self.scenario.groups[group_id]
        persons = self.participants(id_)

        def factor(name: str) -> float:
            return self.value(f"programmes.{id_}.{name}", getattr(programme, name))

        net = factor("success") * (1.0 - factor("deadweight")) * factor("attribution")
        for cohort, start in self.starts(id_).items():
            clock = start if programme.new_pathway_clock == "start" else cohort
            last = self.first + self.years
            age = None if group.age is None else group.age + clock - cohort
            if start >= last:
                continue
            old = self.walk(programme.reaches.pathway, age=group.age, years=last - cohort)
            new = self.walk(programme.leads_to, age=age, years=last - clock)
            old_entries = without_placement(old) if group.already else old.entries
            new_entries = without_placement(new) if group.already else new.entries
            states = sorted({*old.occupancy[0], *new.occupancy[0]})

            def at(book: list[dict[str, float]], year: int, state: str, since: int) -> float:
                return book[year - since].get(state, 0.0) if year >= since else 0.0

            differ = [
                year - start
                for year in range(start, last)
                if any(
                    abs(at(new.occupancy, year, s, clock) - at(old.occupancy, year, s, cohort)) > 1e-12 for s in states
                )
            ]
            since = max(programme.lag, differ[0] if differ else last - start)
            before = None
            for year in range(cohort, last):
                tau = year - start
                w = net * (1.0 - factor("drop_off")) ** max(tau - since, 0) if tau >= programme.lag else 0.0
                w_before = w if before is None else before
                before = w
                for state in states:
                    o_new, o_old = at(new.occupancy, year, state, clock), at(old.occupancy, year, state, cohort)
                    e_new, e_old = at(new_entries, year, state, clock), at(old_entries, year, state, cohort)
                    entering_new, entering_old = min(w_before, w) * e_new, (min(1 - w_before, 1 - w) - 1) * e_old
                    if w > w_before:
                        jumped = o_new - at(old.occupancy, year - 1, state, cohort)
                        entering_new += (w - w_before) * max(jumped, 0.0)
                    elif w < w_before:
                        jumped = o_old - at(new.occupancy, year - 1, state, clock)
                        entering_old += (w_before - w) * max(jumped, 0.0)
                    for displaced, times in ((False, persons), (True, -factor("displacement") * persons)):
                        parts = (
                            (new, clock, age, w * times, o_new, entering_new * times),
                            (old, cohort, group.age, -w * times, o_old, entering_old * times),
                        )
                        for walk, began, aged, moved, present, entering in parts:
                            if year < began or state not in walk.occupancy[0]:
                                continue
                            if not displaced:
                                self.count(group_id, state, year, moved * present, entering)
                            use = self.units(walk, state, aged, moved, entering, year - began)
                            self.charge(group_id, cohort, state, year, moved * present, use, displaced=displaced)

    # --- kronor ---

    def units(
        self, walk: Walk, state: str, age: int | None, moved: float, entering: float, t: int
    ) -> Callable[[Any, str], float]:
        """Return how many of a flow's unit persons on a walk use in a year of it (section 5, quantity lists)."""

        def use(flow: Any, path: str) -> float:
            quantity = flow.quantity
            since_entry = flow.since == "entry" or (flow.since is None and walk.of_stages)
            if isinstance(quantity, ByYear) and since_entry:
                if flow.per == "entry":
                    return entering * float(quantity.by_year[0])
                return moved * sum(
                    self.listed(quantity, path, year=k, age=None) * walk.time_since_entry(state, t, k)
                    for k in range(t + 1)
                )
            each = self.listed(quantity, f"{path}.quantity", year=t, age=age)
            return each * (entering if flow.per == "entry" else moved * walk.occupancy[t][state])

        return use

    def charge(
        self, group: str, cohort: int, state: str, year: int, present: float, use: Callable[[Any, str], float],
        *, displaced: bool,
    ) -> None:  # fmt: skip
        """Sections 2: what persons in a state set moving in a year."""
        said, path = self.scenario.states[state], f"states.{state}"

        def post(item: str, kind: str, payer: str | None, payee: str | None, amount: float, later: int = 0) -> None:
            self.post(item, kind, "effect", payer, payee, amount, year + later, group, cohort, state, displaced)

        income = 0.0
        has_income = False
        for id_, flow in said.flows.items():
            listed = self.case.prices[flow.price] if flow.price is not None else None
            kind = listed.kind if listed is not None else flow.kind
            payer = flow.payer or (listed.payer if listed is not None else None)
            payee = flow.payee or (listed.payee if listed is not None else None)
            if kind == "production":  # value created: an income of whoever creates it
                payer, payee = None, payer
            units = use(flow, f"{path}.flows.{id_}")
            amount = self.price(flow, f"{path}.flows.{id_}", year) * units
            post(f"{path}.flows.{id_}", str(kind), payer, payee, amount)
            if listed.taxable if listed is not None else flow.taxable:
                income += amount
                has_income = True
        work = said.work
        taxes = self.scenario.taxes
        assert taxes is not None
        tax_year = self.tax_year(work)
        if work is not None:
            monthly = self.unit(work.wage) == "kr/mån"
            full_time = self.price(work.wage, f"{path}.work.wage", year) * (12.0 if monthly else 1.0)
            wage = full_time * self.value(f"{path}.work.hours_share", work.hours_share) * present
            rate = self.rate(taxes.employer_contributions, "taxes.employer_contributions", tax_year)
            post(f"{path}.work.wage", "wage", work.employer, "individ", wage)
            post(f"{path}.work.contributions", "tax", work.employer, "staten", wage * rate)
            made = 1.0 if work.productivity is None else self.value(f"{path}.work.productivity", work.productivity)
            post(f"{path}.work.production", "production", None, work.employer, wage * (1.0 + rate) * made)
            if work.subsidy is not None:
                of = work.subsidy
                if of.share is not None:
                    support = wage * (1.0 + rate) * self.value(f"{path}.work.subsidy.share", of.share)
                else:
                    months = 12.0 if self.unit(of) == "kr/mån" else 1.0
                    support = self.price(of, f"{path}.work.subsidy", year) * months * present
                post(f"{path}.work.subsidy", "transfer", of.payer, work.employer, support)
            income += wage
            has_income = True
        if has_income:
            self.tax(group, state, path, income, tax_year, post)

    def tax(self, group: str, state: str, path: str, income: float, tax_year: int, post: Callable[..., None]) -> None:
        taxes = self.scenario.taxes
        own = self.scenario.states[state].income_tax
        home = self.scenario.groups[group].home
        assert taxes is not None
        for receiver in ("kommun", "region", "staten"):
            shares, where = (own, f"{path}.income_tax") if own else (taxes.income_tax, "taxes.income_tax")
            said, name = getattr(shares, receiver), f"{where}.{receiver}"
            kept, kept_name = getattr(taxes.retention, receiver, None), f"taxes.retention.{receiver}"
            lives = getattr(home, receiver, None) if home else None
            declared = self.scenario.actors.get(lives or "")
            if declared is not None and declared.tax_rate is not None and own is None:
                said, name = declared.tax_rate, f"actors.{lives}.tax_rate"
            if declared is not None and declared.retention is not None:
                kept, kept_name = declared.retention, f"actors.{lives}.retention"
            amount = income * self.rate(said, name, tax_year)
            post(f"{path}.income_tax.{receiver}", "tax", "individ", receiver, amount)
            if kept is not None:
                passed_on = amount * (1.0 - self.rate(kept, kept_name, tax_year))
                lag = taxes.retention.after_years
                post(f"{path}.equalisation.{receiver}", "tax", receiver, "staten", passed_on, lag)

    def tax_year(self, work: Any) -> int:
        if work is None:
            return self.level_year
        if work.tax_year is not None:
            return int(work.tax_year)
        if work.wage.amount is not None:
            return int(work.wage.amount.price_year)
        return nearest(self.case.prices[work.wage.price].values, self.level_year)

    def post(
        self, item: str, kind: str, role: str, payer: str | None, payee: str | None, amount: float, year: int,
        group: str, cohort: int | None, state: str | None, displaced: bool,
    ) -> None:  # fmt: skip
        if year - self.first >= self.years:
            return
        home = self.scenario.groups[group].home

        def account(actor: str | None) -> str | None:
            """Section 2: kommun[.x] becomes kommun.trelleborg[.x] for those who live there."""
            for root in ("kommun", "region"):
                named = getattr(home, root, None) if home else None
                if actor is not None and named and actor.split(".")[0] == root and actor not in self.scenario.actors:
                    return named + actor[len(root) :]
            return actor

        key = (item, kind, role, account(payer), account(payee), group, cohort, state, displaced)
        self.book.setdefault(key, [0.0] * self.years)[year - self.first] += amount

    def pay(self, id_: str) -> None:
        """Section 3: programme costs."""
        programme = self.scenario.programmes[id_]
        group = programme.reaches.group
        for name, cost in programme.costs.items():
            path = f"programmes.{id_}.costs.{name}"
            for year, times in self.occasions(id_, cost):
                units = times * (self.value(f"{path}.quantity", cost.quantity) if cost.quantity is not None else 1.0)
                amount = self.price(cost, path, year) * units

                def post(
                    item: str, kind: str, role: str, payer: str, payee: str | None, amount: float, year: int = year
                ) -> None:
                    self.post(item, kind, role, payer, payee, amount, year, group, None, None, False)

                kind = cost.kind or "service"
                if cost.payer is not None:
                    payers = {cost.payer: 1.0}
                elif cost.funding == "finsam":
                    payers = {"forbund": 1.0}
                    for funder, share in (("fk", 0.5), ("region", 0.25), ("kommun", 0.25)):
                        post(f"{path}.funding", "transfer", "financing", funder, "forbund", amount * share)
                else:
                    assert cost.funding is not None
                    assert not isinstance(cost.funding, str)
                    payers = {who: self.value(f"{path}.funding.{who}", s) for who, s in cost.funding.items()}
                for payer, share in payers.items():
                    if cost.provider is not None:
                        post(f"{path}.provider", "transfer", "programme", payer, cost.provider, amount * share)
                    else:
                        post(path, kind, "programme", payer, cost.payee, amount * share)
                if cost.provider is not None:
                    own = amount
                    if cost.provider_cost is not None:
                        own = self.stated(cost.provider_cost, f"{path}.provider_cost", year) * units
                    post(path, "service", "programme", cost.provider, None, own)

    def occasions(self, id_: str, cost: Any) -> Iterator[tuple[int, float]]:
        reaches = self.scenario.programmes[id_].reaches
        if cost.basis == "once":
            yield cost.year, 1.0
        elif cost.basis == "per_calendar_year":
            yield from ((year, 1.0) for year in range(cost.years.first, cost.years.last + 1))
        else:
            paid_for = 1.0
            if cost.basis == "per_participant":
                paid_for = self.participants(id_)
                if reaches.enrolled is not None:
                    paid_for = self.value(f"programmes.{id_}.reaches.enrolled", reaches.enrolled)
            yield from ((start, paid_for) for start in self.starts(id_).values())


# --- readings of the book -------------------------------------------------------------------------


def total(twin: Twin, perspective: str) -> list[float]:
    """Return what a perspective reads, year by year (design section 5; accounting sections 1, 2 and 4)."""
    public = {id_ for id_, actor in twin.case.actors.items() if actor.public}
    sums = [0.0] * twin.years
    for (item, kind, _, payer, payee, *_, displaced), amounts in twin.book.items():
        times = 0.0
        match perspective:
            case "society":
                times = {"service": 1.0, "production": -1.0}.get(kind, 0.0)
            case "public":
                times = (payer in public) - (payee in public and kind != "production")
            case "see":
                if kind in ("service", "transfer"):
                    times = (payer in public) - (payee in public)
                elif kind == "wage" or item.endswith(".work.contributions"):
                    times = payer in public
                elif kind == "production":
                    times = -1.0
            case "individ":
                times = 0.0 if displaced else (payer == "individ") - (payee == "individ" and kind != "production")
                times -= kind == "production" and payee == "individ" and not displaced
        sums = [had + times * amount for had, amount in zip(sums, amounts, strict=True)]
    return sums


def discount(twin: Twin, said: Discounting, base_year: int) -> list[float]:
    """Section 5: value at 1 January of the base year, year by year; earlier years are compounded."""
    if said.profile is not None:
        profile = twin.case.profiles[said.profile]
        steps, timing = dict(profile.steps), said.timing or profile.timing
    else:
        stated = {"0": said.rate} if said.rate is not None else (said.rates or {})
        steps, timing = {int(since): rate.value for since, rate in stated.items()}, said.timing

    def rate(k: int) -> float:
        return steps[max(since for since in steps if since <= max(k, 0))]

    factors = []
    for year in range(twin.first, twin.first + twin.years):
        k, factor = year - base_year, 1.0
        for j in range(k):
            factor /= 1.0 + rate(j)
        for _ in range(-k):
            factor *= 1.0 + rate(0)
        factors.append(factor / (1.0 + rate(k)) ** {"start": 0.0, "mid": 0.5, "end": 1.0}[str(timing)])
    return factors
