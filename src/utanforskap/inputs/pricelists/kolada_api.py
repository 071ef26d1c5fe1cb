"""How Kolada is asked: one question at a time, not too often, again when it is busy, page by page.

Written with the standard library: the operating system's own certificates and proxy settings are used, which is what
works behind the firewalls of kommuner.
"""

import email.utils
import http.client
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, build_opener

from utanforskap.errors import UtanforskapError

PER_PAGE = 5000
"""The most rows that Kolada gives on a page."""
PAUSE = 0.2
"""Time between two questions [seconds]: five a second."""
WAITS = (0.5, 1.0, 2.0)
"""Time before asking again [seconds], where Kolada does not say how long; one attempt more than there are waits."""
LONGEST_WAIT = 60.0
"""The longest wait that Kolada may ask for [seconds] before it is told instead of waited for."""
LARGEST_ANSWER = 50_000_000
"""More bytes than this are no answer."""
_BUSY = (429, 500, 502, 503, 504)
_SHOWN = 60


class KoladaError(UtanforskapError):
    """Kolada could not be asked, or what it answered cannot be used."""


class NotThereError(KoladaError):
    """Kolada does not have what was asked for."""


class Kolada:
    """Kolada at an address.

    Parameters
    ----------
    base : str
        The address that questions are put to, ``https://api.kolada.se/v3``.
    timeout : float
        How long one attempt may take [seconds].

    Attributes
    ----------
    asked : list of (str, int)
        Each page that was fetched: its address and its number of rows.
    """

    def __init__(self, base: str, *, timeout: float) -> None:
        self.base = base.rstrip("/")
        self.timeout = timeout
        self.asked: list[tuple[str, int]] = []
        self._last = -PAUSE
        self._opener = build_opener()

    def rows(self, question: str) -> list[Any]:
        """Return the rows of all pages of an answer.

        Parameters
        ----------
        question : str
            What follows the base: ``municipality/1287``.

        Raises
        ------
        NotThereError
            If Kolada has no such thing.
        KoladaError
            If it does not answer, or not in its own shape.
        """
        rows: list[Any] = []
        address = f"{self.base}/{question}"
        query, queries = f"per_page={PER_PAGE}", set[str]()
        while query not in queries:
            queries.add(query)
            url = f"{address}?{query}"
            answer = self._page(url)
            self.asked.append((url, len(answer["values"])))
            rows += answer["values"]
            # Version 3 says next_url, version 2 next_page. What they ask for is taken over, not where they lead.
            following = answer.get("next_url") or answer.get("next_page")
            if not following:
                return rows
            query = urlsplit(str(following)).query
        raise KoladaError(f"Kolada's pages do not end: the next page of {url} is one already read.")

    def _page(self, url: str) -> Mapping[str, Any]:
        text = self._text(url)
        try:
            answer = json.loads(text, parse_constant=_no_number)
        except ValueError:
            raise KoladaError(
                f"The answer is not JSON: {url}\nIt begins: {_begin(text)}\nIs the base address right?"
            ) from None
        if not isinstance(answer, dict) or not isinstance(answer.get("values"), list):
            raise KoladaError(f"The answer is not in Kolada's shape: {url}\nIt begins: {_begin(text)}")
        return answer

    def _text(self, url: str) -> str:
        for wait in (*WAITS, None):
            self._keep_pace()
            try:
                return self._read(url)
            except HTTPError as error:
                with error:
                    why = f"HTTP {error.code} ({error.reason})"
                    if error.code == http.client.NOT_FOUND:
                        raise NotThereError(f"Kolada has nothing at {url}.") from None
                    if error.code not in _BUSY:
                        raise KoladaError(f"Kolada refuses the question: {url}\n{why}") from None
                    asked_for = _retry_after(error.headers.get("Retry-After"))
            except (OSError, http.client.HTTPException) as error:
                reason = error.reason if isinstance(error, URLError) else error
                why = "It took too long." if isinstance(reason, TimeoutError) else str(reason) or type(reason).__name__
                asked_for = None
            if asked_for is not None and asked_for > LONGEST_WAIT:
                raise KoladaError(f"Kolada is busy and asks to be left alone for {asked_for:.0f} seconds: {url}")
            if wait is not None:
                time.sleep(wait if asked_for is None else asked_for)
        raise KoladaError(f"Kolada did not answer: {url}\n{why}\nIt was asked {len(WAITS) + 1} times. Try again later.")

    def _keep_pace(self) -> None:
        time.sleep(max(0.0, self._last + PAUSE - time.monotonic()))
        self._last = time.monotonic()

    def _read(self, url: str) -> str:
        request = Request(url, headers={"Accept": "application/json", "User-Agent": "utanforskap"})
        end = time.monotonic() + self.timeout
        with self._opener.open(request, timeout=self.timeout) as response:
            data = bytearray()
            while piece := response.read1(65536):
                data += piece
                if time.monotonic() > end:
                    # The socket's own limit is between two pieces; a trickle would never pass it.
                    raise TimeoutError
                if len(data) > LARGEST_ANSWER:
                    raise KoladaError(f"The answer is too large: {url}")
            if response.length:
                raise http.client.IncompleteRead(bytes(data), response.length)
        return data.decode("utf-8", errors="replace")


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _begin(text: str) -> str:
    begun = " ".join(text[: 2 * _SHOWN].split())
    return begun if len(begun) <= _SHOWN else begun[: _SHOWN - 1] + "…"


def _retry_after(text: str | None) -> float | None:
    """Return for how many seconds a header asks to be left alone; None where it does not say."""
    if text is None:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        return max(0.0, (email.utils.parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
