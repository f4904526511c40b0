"""Who may hold an arm, and how long a question stays open (``config/authority.yaml``)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.parameters import parameter

LOCAL = 'local'
"""The site name of the bedside."""
NOBODY = ''
"""What stands for a site where there is none."""


@dataclass(frozen=True)
class AuthorityParameters:
    """The consoles that may hold an arm, and the times of the protocol.

    No slots: a node's parameter set inherits from this one beside others.
    """

    consoles: tuple[str, ...] = parameter(
        ('A',),
        doc='Site names of the remote consoles that may ask for an arm; the first one speaks on '
        'the plain topics (/teleop/command), every other one below /site/NAME.',
    )
    initial_holder: str = parameter(
        'A',
        doc='Who holds all arms at the start: a console, local, or nobody (empty).',
    )
    authority_link_timeout_s: float = parameter(
        10.0,
        unit='s',
        low=1.0,
        high=600.0,
        doc='Time after which an arm whose holder cannot be reached falls to the bedside. Until '
        'then it stands and stays theirs; afterwards it must be asked for anew.',
    )
    link_silence_limit_s: float = parameter(
        2.0,
        unit='s',
        low=0.2,
        high=30.0,
        doc='Time without a report of the gateway that its link is alive, both ways, after which '
        'the console behind it cannot be reached. Its arms stand long before, by the gap of '
        'commands.',
    )
    answer_timeout_s: float = parameter(
        30.0,
        unit='s',
        low=1.0,
        high=600.0,
        doc='Time after which a question or an offer that nobody has answered is void.',
    )

    def __post_init__(self) -> None:
        for name in self.consoles:
            if not re.fullmatch(r'[A-Za-z][A-Za-z0-9_]*', name) or name == LOCAL:
                raise ParameterError(
                    f'a name in consoles is {name!r}; allowed: a letter, then letters, digits and '
                    f'_, but not {LOCAL}; rename the console'
                )
        if len(set(self.consoles)) != len(self.consoles):
            raise ParameterError(
                f'consoles is {", ".join(self.consoles)}; allowed: names that differ; rename one'
            )
        sites = (NOBODY, LOCAL, *self.consoles)
        if self.initial_holder not in sites:
            raise ParameterError(
                one_of('initial_holder', self.initial_holder, sites, 'choose one of them')
            )

    def prefix(self, site: str) -> str:
        """Return what stands before the names of the topics on which a site speaks."""
        return '' if self.consoles[:1] == (site,) else f'/site/{site}'
