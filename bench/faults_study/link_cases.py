"""Cases of the link, and of a stranger on its wire."""

from __future__ import annotations

from faults_study.case import Case, Expected
from faults_study.injuries import Nothing, Wan
from faults_study.real_fault import RealFault, What
from faults_study.strangers import Wire
from telesurgery_link.channels import Side
from telesurgery_link.impairment import Jitter, Loss, Order
from telesurgery_link.impairment.chance import Chance
from telesurgery_link.impairment.losses import GilbertElliott
from telesurgery_link.impairment.marginals import Uniform

SURGEON, PATIENT = Side.SURGEON, Side.PATIENT
LOST = Loss(random=Chance(1.0))
GO, STOP, EITHER = Expected.GOES_ON, Expected.STOPS, Expected.EITHER


def _link(netem: str, side: Side | None = None) -> RealFault:
    return RealFault(What.LINK, 'both' if side is None else side.value, f'netem: {netem}')


LINK_CASES = (
    Case(
        'nothing',
        'Nothing fails: what the measures make of a session.',
        Nothing(),
        GO,
        RealFault(What.NOTHING),
    ),
    # The link.
    Case(
        'link cut',
        'Nothing passes in either direction.',
        Wan({'loss': LOST}),
        STOP,
        _link('loss 100%'),
    ),
    Case(
        'commands cut',
        'Nothing passes to the patient; states and pictures come.',
        Wan({'loss': LOST}, (SURGEON,)),
        STOP,
        _link('loss 100%', SURGEON),
    ),
    Case(
        'states cut',
        'Nothing passes to the surgeon, who is blind; commands pass.',
        Wan({'loss': LOST}, (PATIENT,)),
        STOP,
        _link('loss 100%', PATIENT),
    ),
    Case(
        'outage 2 s',
        'Nothing passes for two seconds, then all does.',
        Wan({'loss': LOST}),
        STOP,
        _link('loss 100%'),
        lasts_s=2.0,
    ),
    Case(
        'loss 30 %',
        'Three of ten datagrams are lost, at random.',
        Wan({'loss': Loss(random=Chance(0.3))}),
        GO,
        _link('delay 67.5ms loss 30%'),
    ),
    Case(
        'loss in bursts',
        'Bursts of 10 datagrams in the mean, 30 % of all.',
        Wan({'loss': Loss(gilbert_elliott=GilbertElliott(0.043, 0.1))}),
        EITHER,
        _link('delay 67.5ms loss gemodel 4.3% 10%'),
    ),
    Case(
        'delay step 500 ms',
        'Every datagram takes half a second from now on.',
        Wan({'base_delay_ms': 500.0}),
        STOP,
        _link('delay 500ms'),
    ),
    Case(
        'delay step 150 ms',
        'Every datagram takes 150 ms: still what surgeons judge safe.',
        Wan({'base_delay_ms': 150.0}),
        EITHER,
        _link('delay 150ms'),
        longest_delay_s=0.1,
    ),
    Case(
        'reordering',
        'Datagrams take up to 40 ms more and overtake each other.',
        Wan({'jitter': Jitter(uniform=Uniform(0.0, 40.0)), 'order': Order.FREE}),
        GO,
        _link('delay 87.5ms 20ms'),
        longest_delay_s=0.04,
    ),
    Case(
        'duplication',
        'Every datagram comes twice.',
        Wan({'duplication': Chance(1.0)}),
        GO,
        _link('delay 67.5ms duplicate 100%'),
    ),
    Case(
        'corruption',
        'One bit of three in ten datagrams is flipped: they must be dropped, no others.',
        Wan({'corruption': Chance(0.3)}),
        GO,
        _link('delay 67.5ms corrupt 30%'),
    ),
    Case(
        'corruption of all',
        'One bit of every datagram is flipped.',
        Wan({'corruption': Chance(1.0)}),
        STOP,
        _link('delay 67.5ms corrupt 100%'),
    ),
    # A stranger on the wire.
    Case(
        'replayed',
        'Five old datagrams of this session come beside each new one.',
        Wire('replay'),
        GO,
    ),
    Case(
        'replayed alone',
        'The new ones are held back and old ones come in their place.',
        Wire('replay_alone'),
        STOP,
    ),
    Case(
        'forged',
        'Beside each datagram comes its like with other bytes, and one of pure chance.',
        Wire('forge'),
        GO,
        RealFault(What.DATAGRAMS),
    ),
    Case('stale', 'Every command comes half a second late.', Wire('hold_back'), STOP),
)
