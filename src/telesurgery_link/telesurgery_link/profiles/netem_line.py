"""netem's command line as a profile: what its documentation says, not what its formulas do.

The words are those of tc-netem(8). Figures without a unit are as in tc: times in us, rates in
bit/s. What the kernel makes of them instead is told in docs/link.md, and shown by
bench/impairment.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from telesurgery_core.errors import ParameterError, one_of
from telesurgery_link.impairment.bandwidth import HEADERS_BYTES
from telesurgery_link.impairment.netem_tables import UNIFORM

DEFAULT_LIMIT = 1000
"""netem's own: packets that it holds at once."""

_TIMES_MS = {
    **dict.fromkeys(('s', 'sec', 'secs'), 1e3),
    **dict.fromkeys(('ms', 'msec', 'msecs'), 1.0),
    **dict.fromkeys(('us', 'usec', 'usecs', ''), 1e-3),
    'ns': 1e-6,
}
_PREFIXES = {'': 1e-6, 'k': 1e-3, 'm': 1.0, 'g': 1e3, 't': 1e6}
_BINARY = {'ki': 1024 / 1e6, 'mi': 1024**2 / 1e6, 'gi': 1024**3 / 1e6, 'ti': 1024**4 / 1e6}
_RATES_MBIT = {'': 1e-6} | {
    f'{prefix}{unit}': factor * bits
    for prefix, factor in (_PREFIXES | _BINARY).items()
    for unit, bits in (('bit', 1), ('bps', 8))
}
_NUMBER = re.compile(r'([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(.*)', re.IGNORECASE)

_STATE = {name: name for name in ('p31', 'p32', 'p23', 'p14')}
_GEMODEL = {'r': 'bad_to_good', '1-h': 'loss_in_bad', '1-k': 'loss_in_good'}

UNSUPPORTED = {
    'ecn': 'datagrams of the link carry no ECN bits',
    'slot': 'slots are not emulated; a rate limit bunches frames as well',
    'seed': "the gateway's parameter seed does that",
}
"""netem's words that mean nothing here, and why."""


class _Words:
    """The words of a line, one after another."""

    def __init__(self, line: str) -> None:
        self._words = line.split()
        self._at = 0

    def more(self) -> bool:
        return self._at < len(self._words)

    def next(self, what: str) -> str:
        if not self.more():
            raise ParameterError(
                f'netem line ends where {what} is due; allowed: tc-netem(8); complete it'
            )
        self._at += 1
        return self._words[self._at - 1]

    def next_is_number(self) -> bool:
        return self.more() and _NUMBER.fullmatch(self._words[self._at]) is not None

    def next_if(self, word: str) -> bool:
        found = self.more() and self._words[self._at] == word
        self._at += found
        return found

    def numbers(self, names: tuple[str, ...], parse: Callable[[str, str], float]) -> list[float]:
        """Take as many numbers as there are, at most one for each name."""
        found = []
        for name in names:
            if not self.next_is_number():
                break
            found.append(parse(name, self.next(name)))
        return found


def parse_netem(line: str) -> dict[str, Any]:
    """Return the keys of a direction that a netem line stands for.

    ParameterError names a word that is unknown, has no meaning here, or is out of place.
    """
    words = _Words(line)
    keys: dict[str, Any] = {'limit_frames': DEFAULT_LIMIT}
    seen: set[str] = set()
    while words.more():
        word = words.next('an option')
        if word in UNSUPPORTED:
            raise ParameterError(
                f'netem option is {word!r}; allowed: {", ".join(_OPTIONS)}; remove it: '
                f'{UNSUPPORTED[word]}'
            )
        if word not in _OPTIONS:
            raise ParameterError(one_of('netem option', word, _OPTIONS, 'see tc-netem(8)'))
        option = {'latency': 'delay', 'drop': 'loss'}.get(word, word)
        if option in seen:
            raise ParameterError(
                f'netem option {option!r} stands twice; allowed: once; keep one of them'
            )
        seen.add(option)
        keys.update(_OPTIONS[word](words))
    return _completed(keys)


def _delay(words: _Words) -> dict[str, Any]:
    mean_ms = _time_ms('delay', words.next('the delay'))
    spread = words.numbers(('jitter',), _time_ms)
    correlation = words.numbers(('correlation',), _share)
    distribution = UNIFORM
    if words.next_if('distribution'):
        distribution = words.next('the name of a distribution')
    if not spread or spread[0] == 0.0:
        return {'base_delay_ms': mean_ms}
    jitter = {'netem': {'mean_ms': mean_ms, 'jitter_ms': spread[0], 'distribution': distribution}}
    return {'jitter': {**jitter, 'autocorrelation': correlation[0] if correlation else 0.0}}


def _loss(words: _Words) -> dict[str, Any]:
    if words.next_if('state'):
        p13 = _share('p13', words.next('p13'))
        return {'loss': {'four_state': {'p13': p13, 'p31': 1.0 - p13, **_named(words, _STATE)}}}
    if words.next_if('gemodel'):
        p = _share('p', words.next('p'))
        chain = {'good_to_bad': p, 'bad_to_good': 1.0 - p, **_named(words, _GEMODEL)}
        return {'loss': {'gilbert_elliott': chain}}
    words.next_if('random')
    return {'loss': {'random': _chance(words)}}


def _reorder(words: _Words) -> dict[str, Any]:
    choice = _chance(words)
    gap = int(_count('gap', words.next('the gap'))) if words.next_if('gap') else 1
    return {'reordering': {**choice, 'gap': gap}}


def _gap(words: _Words) -> dict[str, Any]:
    gap = int(_count('gap', words.next('the gap')))
    return {'reordering': {'probability': 1.0, 'gap': gap}}


def _rate(words: _Words) -> dict[str, Any]:
    rate = _rate_mbit('rate', words.next('the rate'))
    rest = words.numbers(('packetoverhead', 'cellsize', 'celloverhead'), _count)
    overhead, cell, cell_overhead = (*map(int, rest), *(0,) * (3 - len(rest)))
    return {
        'bandwidth': {
            'rate_mbit_per_s': rate,
            'queue_ms': None,
            'overhead_bytes': HEADERS_BYTES + overhead,
            'cell_bytes': cell,
            'cell_overhead_bytes': cell_overhead,
            'priorities': {},
        },
    }


def _named(words: _Words, names: Mapping[str, str]) -> dict[str, float]:
    """Return the percentages that follow under the names that they have here."""
    return dict(zip(names.values(), words.numbers(tuple(names), _share), strict=False))


def _chance(words: _Words) -> dict[str, float]:
    probability = _share('probability', words.next('a probability'))
    correlation = words.numbers(('correlation',), _share)
    return {'probability': probability, 'autocorrelation': correlation[0] if correlation else 0.0}


_OPTIONS: Mapping[str, Callable[[_Words], dict[str, Any]]] = {
    'limit': lambda words: {'limit_frames': int(_count('limit', words.next('the limit')))},
    'delay': _delay,
    'latency': _delay,
    'loss': _loss,
    'drop': _loss,
    'corrupt': lambda words: {'corruption': _chance(words)},
    'duplicate': lambda words: {'duplication': _chance(words)},
    'reorder': _reorder,
    'gap': _gap,
    'rate': _rate,
}


def _completed(keys: dict[str, Any]) -> dict[str, Any]:
    delayed = keys.get('base_delay_ms', 0.0) > 0.0 or 'jitter' in keys
    if 'reordering' in keys and not delayed:
        raise ParameterError(
            'netem line has reorder without delay; allowed: with a delay, which the frames that '
            'are chosen do not take; add one'
        )
    # A rate makes netem's queue one in which nobody overtakes; without it frames may.
    return {**keys, 'order': 'kept' if 'bandwidth' in keys or 'jitter' not in keys else 'free'}


def _figure(what: str, text: str, units: Mapping[str, float], allowed: str) -> float:
    match = _NUMBER.fullmatch(text)
    factor = units.get(match[2].lower()) if match else None
    if match is None or factor is None or float(match[1]) < 0.0:
        raise ParameterError(f'netem {what} is {text!r}; allowed: {allowed}; correct it')
    return float(match[1]) * factor


def _time_ms(what: str, text: str) -> float:
    return _figure(what, text, _TIMES_MS, 'a time such as 100ms, 0.1s or, in us, 100000')


def _rate_mbit(what: str, text: str) -> float:
    return _figure(what, text, _RATES_MBIT, 'a rate such as 10mbit, 500kbit or, in bit/s, 1000000')


def _count(what: str, text: str) -> float:
    try:
        return int(text)
    except ValueError:
        raise ParameterError(
            f'netem {what} is {text!r}; allowed: a whole number; correct it'
        ) from None


def _share(what: str, text: str) -> float:
    share = _figure(what, text, {'%': 1.0, '': 1.0}, 'a percentage such as 1%') / 100.0
    if share > 1.0:
        raise ParameterError(f'netem {what} is {text!r}; allowed: 0% .. 100%; correct it')
    return share
