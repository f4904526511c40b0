"""What a decision about authority says to people."""

from __future__ import annotations

from telesurgery_safety.authority_holding import Holding
from telesurgery_safety.authority_parameters import LOCAL
from telesurgery_safety.authority_states import Tenure, TenureEvent


def name_of(site: str) -> str:
    """Return how a site is called in a sentence."""
    return site or 'nobody'


def granted(arm: str, event: TenureEvent, before: Holding, after: Holding) -> str:
    """Say what happened to the authority over an arm."""
    holder, other = before.holder, before.other
    if event is TenureEvent.REQUESTED:
        if before.tenure is Tenure.FREE:
            return f'{after.holder} asked for {arm}, which was free, and holds it'
        return f'{after.other} asks {holder} for {arm}'
    if event is TenureEvent.WITHDRAWN and before.tenure is Tenure.REMOTE_OFFERED:
        return f'{other} declines {arm}; {holder} keeps it'
    if event is TenureEvent.REFUSED and before.tenure is Tenure.REMOTE_OFFERED:
        return f'{holder} takes its offer of {arm} to {other} back'
    if event is TenureEvent.RELEASED and after.holder:
        return f'{holder} gives {arm} up, and {after.holder}, who asked for it, holds it'
    return {
        TenureEvent.ACCEPTED: f'{after.holder} accepts {arm} from {holder}',
        TenureEvent.AGREED: f'{holder} gives {arm} to {after.holder}, who asked for it',
        TenureEvent.OFFERED: f'{holder} offers {arm} to {after.other}',
        TenureEvent.REFUSED: f'{holder} refuses {arm} to {other}',
        TenureEvent.WITHDRAWN: f'{other} asks for {arm} no more',
        TenureEvent.EXPIRED: f'no answer in time: {holder} keeps {arm}, {other} must ask anew',
        TenureEvent.RELEASED: f'{holder} gives {arm} up; nobody holds it',
        TenureEvent.TAKEN: f'{LOCAL} takes {arm} over from {name_of(holder)}',
        TenureEvent.GIVEN: f'{LOCAL} gives {arm} to {after.holder}; {name_of(holder)} had it',
        TenureEvent.LINK_LOST: f'the link to {holder} died: {arm} stands',
        TenureEvent.LINK_BACK: f'the link to {holder} is back: {holder} holds {arm}, engage again',
        TenureEvent.LAPSED: f'the link to {holder} stayed dead: {arm} falls to {LOCAL}',
    }[event]


def nothing_to_do(arm: str, holding: Holding) -> str:
    """Say why an act changes nothing."""
    return {
        Tenure.FREE: f'nobody holds {arm}',
        Tenure.LOCAL: f'{LOCAL} holds {arm}, and nobody asks for it',
        Tenure.LOCAL_ASKED: f'{holding.other} asks for {arm} already',
        Tenure.REMOTE: f'{holding.holder} holds {arm}, and nobody asks for it',
        Tenure.REMOTE_ASKED: f'{holding.other} asks for {arm} already',
        Tenure.REMOTE_OFFERED: f'{arm} is offered to {holding.other} already',
        Tenure.CUT: f'{holding.holder} holds {arm} and cannot be reached; the bedside decides',
    }[holding.tenure]
