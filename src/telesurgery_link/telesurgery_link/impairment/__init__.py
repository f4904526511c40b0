"""The emulated WAN: what a path does to frames. Pure processes, driven by seeded streams."""

from telesurgery_link.impairment.fates import Impairment, flip_bit
from telesurgery_link.impairment.outages import Outage
from telesurgery_link.impairment.staged import StagedImpairment
from telesurgery_link.impairment.streams import LINK_CHANNEL, Streams
from telesurgery_link.impairment.treatment import Jitter, Loss, Order, Treatment

__all__ = [
    'LINK_CHANNEL',
    'Impairment',
    'Jitter',
    'Loss',
    'Order',
    'Outage',
    'StagedImpairment',
    'Streams',
    'Treatment',
    'flip_bit',
]
