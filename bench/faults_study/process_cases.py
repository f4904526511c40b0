"""Cases that only real processes can have: stopped, slowed, killed; disk and network."""

from __future__ import annotations

from faults_study.case import Case, Expected
from faults_study.real_fault import RealFault, What

GO, STOP, EITHER = Expected.GOES_ON, Expected.STOPS, Expected.EITHER


def _process(
    what: What,
    name: str,
    expected: Expected,
    *,
    longest_delay_s: float = 0.0,
    body_is_slow: bool = False,
) -> Case:
    how = {What.KILL: 'gone', What.FREEZE: 'frozen', What.SLOW: 'slow'}[what]
    means = {
        What.KILL: 'It ends and is started again.',
        What.FREEZE: 'It is stopped (SIGSTOP), and continued.',
        What.SLOW: 'It gets a fifth of its time, in turns of 50 ms.',
    }[what]
    return Case(
        f'{name} {how}',
        means,
        None,
        expected,
        RealFault(what, name),
        longest_delay_s=longest_delay_s,
        body_is_slow=body_is_slow,
    )


PROCESS_CASES = (
    # Real processes alone.
    *(
        _process(what, name, expected)
        for what in (What.FREEZE, What.SLOW)
        for name, expected in (
            ('console', STOP if what is What.FREEZE else EITHER),
            ('motion', STOP if what is What.FREEZE else EITHER),
            ('gateway of surgeon', STOP if what is What.FREEZE else EITHER),
            ('gateway of patient', STOP if what is What.FREEZE else EITHER),
            ('recorder', GO),
        )
    ),
    *(
        # A body that is asked in bursts, at a joint's full speed, is behind, too.
        _process(what, name, EITHER, longest_delay_s=0.7, body_is_slow=True)
        for what in (What.FREEZE, What.SLOW)
        for name in ('arms', 'simulator', 'gzserver')
    ),
    _process(What.KILL, 'recorder', GO),
    _process(What.KILL, 'gzserver', STOP),
    Case(
        'disk full',
        "The patient's recorder can write no more.",
        None,
        GO,
        RealFault(What.DISK),
    ),
    Case(
        'domain flooded',
        "A stranger publishes 10 MB a second in the patient's domain.",
        None,
        EITHER,
        RealFault(What.FLOOD),
    ),
)
