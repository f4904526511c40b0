"""Who may drive one arm, as a table.

``TENURES`` is total: every pair of a state and an event has its one next state. An event that
leaves the state as it is was refused, or concerns nobody. From every state the bedside's take-over
leads to ``LOCAL`` in one step, without asking anybody. The diagram in ``docs/authority.md`` is
drawn from this file (``telesurgery_safety.authority_document``).
"""

from __future__ import annotations

from enum import Enum


class Tenure(Enum):
    """How one arm is held."""

    FREE = 'free'
    """Nobody holds it."""
    LOCAL = 'local'
    """The bedside holds it."""
    LOCAL_ASKED = 'local_asked'
    """The bedside holds it, and a console asks for it."""
    REMOTE = 'remote'
    """A console holds it."""
    REMOTE_ASKED = 'remote_asked'
    """A console holds it, and another one asks for it."""
    REMOTE_OFFERED = 'remote_offered'
    """A console holds it and offers it to another one; it drives until that one accepts."""
    CUT = 'cut'
    """A console holds it, but the link to that console is dead: the arm stands."""


class TenureEvent(Enum):
    """What can happen to the authority over one arm."""

    REQUESTED = 'requested'
    """A console asks for it that neither holds it nor was offered it."""
    ACCEPTED = 'accepted'
    """The console asks for it that it was offered to."""
    AGREED = 'agreed'
    """The holder gives it to the console that asks for it."""
    OFFERED = 'offered'
    """The holder offers it to a console that has not asked."""
    REFUSED = 'refused'
    """The holder refuses who asks, or takes its offer back."""
    WITHDRAWN = 'withdrawn'
    """Who asks does so no more, who was offered it declines, or the link to that console died."""
    EXPIRED = 'expired'
    """Nobody has answered the question or the offer in time."""
    RELEASED = 'released'
    """The holder gives it up."""
    TAKEN = 'taken'
    """The bedside takes it over."""
    GIVEN = 'given'
    """The bedside gives it to a console."""
    LINK_LOST = 'link_lost'
    """The link to the console that holds it died."""
    LINK_BACK = 'link_back'
    """The link to the console that holds it is alive again."""
    LAPSED = 'lapsed'
    """The link to the console that holds it has been dead for too long."""


TENURES = {
    (Tenure.FREE, TenureEvent.REQUESTED): Tenure.REMOTE,
    (Tenure.FREE, TenureEvent.ACCEPTED): Tenure.FREE,
    (Tenure.FREE, TenureEvent.AGREED): Tenure.FREE,
    (Tenure.FREE, TenureEvent.OFFERED): Tenure.FREE,
    (Tenure.FREE, TenureEvent.REFUSED): Tenure.FREE,
    (Tenure.FREE, TenureEvent.WITHDRAWN): Tenure.FREE,
    (Tenure.FREE, TenureEvent.EXPIRED): Tenure.FREE,
    (Tenure.FREE, TenureEvent.RELEASED): Tenure.FREE,
    (Tenure.FREE, TenureEvent.TAKEN): Tenure.LOCAL,
    (Tenure.FREE, TenureEvent.GIVEN): Tenure.REMOTE,
    (Tenure.FREE, TenureEvent.LINK_LOST): Tenure.FREE,
    (Tenure.FREE, TenureEvent.LINK_BACK): Tenure.FREE,
    (Tenure.FREE, TenureEvent.LAPSED): Tenure.FREE,
    (Tenure.LOCAL, TenureEvent.REQUESTED): Tenure.LOCAL_ASKED,
    (Tenure.LOCAL, TenureEvent.ACCEPTED): Tenure.LOCAL,
    (Tenure.LOCAL, TenureEvent.AGREED): Tenure.LOCAL,
    (Tenure.LOCAL, TenureEvent.OFFERED): Tenure.LOCAL,
    (Tenure.LOCAL, TenureEvent.REFUSED): Tenure.LOCAL,
    (Tenure.LOCAL, TenureEvent.WITHDRAWN): Tenure.LOCAL,
    (Tenure.LOCAL, TenureEvent.EXPIRED): Tenure.LOCAL,
    (Tenure.LOCAL, TenureEvent.RELEASED): Tenure.FREE,
    (Tenure.LOCAL, TenureEvent.TAKEN): Tenure.LOCAL,
    (Tenure.LOCAL, TenureEvent.GIVEN): Tenure.REMOTE,
    (Tenure.LOCAL, TenureEvent.LINK_LOST): Tenure.LOCAL,
    (Tenure.LOCAL, TenureEvent.LINK_BACK): Tenure.LOCAL,
    (Tenure.LOCAL, TenureEvent.LAPSED): Tenure.LOCAL,
    (Tenure.LOCAL_ASKED, TenureEvent.REQUESTED): Tenure.LOCAL_ASKED,
    (Tenure.LOCAL_ASKED, TenureEvent.ACCEPTED): Tenure.LOCAL_ASKED,
    (Tenure.LOCAL_ASKED, TenureEvent.AGREED): Tenure.REMOTE,
    (Tenure.LOCAL_ASKED, TenureEvent.OFFERED): Tenure.LOCAL_ASKED,
    (Tenure.LOCAL_ASKED, TenureEvent.REFUSED): Tenure.LOCAL,
    (Tenure.LOCAL_ASKED, TenureEvent.WITHDRAWN): Tenure.LOCAL,
    (Tenure.LOCAL_ASKED, TenureEvent.EXPIRED): Tenure.LOCAL,
    (Tenure.LOCAL_ASKED, TenureEvent.RELEASED): Tenure.REMOTE,
    (Tenure.LOCAL_ASKED, TenureEvent.TAKEN): Tenure.LOCAL_ASKED,
    (Tenure.LOCAL_ASKED, TenureEvent.GIVEN): Tenure.REMOTE,
    (Tenure.LOCAL_ASKED, TenureEvent.LINK_LOST): Tenure.LOCAL_ASKED,
    (Tenure.LOCAL_ASKED, TenureEvent.LINK_BACK): Tenure.LOCAL_ASKED,
    (Tenure.LOCAL_ASKED, TenureEvent.LAPSED): Tenure.LOCAL_ASKED,
    (Tenure.REMOTE, TenureEvent.REQUESTED): Tenure.REMOTE_ASKED,
    (Tenure.REMOTE, TenureEvent.ACCEPTED): Tenure.REMOTE,
    (Tenure.REMOTE, TenureEvent.AGREED): Tenure.REMOTE,
    (Tenure.REMOTE, TenureEvent.OFFERED): Tenure.REMOTE_OFFERED,
    (Tenure.REMOTE, TenureEvent.REFUSED): Tenure.REMOTE,
    (Tenure.REMOTE, TenureEvent.WITHDRAWN): Tenure.REMOTE,
    (Tenure.REMOTE, TenureEvent.EXPIRED): Tenure.REMOTE,
    (Tenure.REMOTE, TenureEvent.RELEASED): Tenure.FREE,
    (Tenure.REMOTE, TenureEvent.TAKEN): Tenure.LOCAL,
    (Tenure.REMOTE, TenureEvent.GIVEN): Tenure.REMOTE,
    (Tenure.REMOTE, TenureEvent.LINK_LOST): Tenure.CUT,
    (Tenure.REMOTE, TenureEvent.LINK_BACK): Tenure.REMOTE,
    (Tenure.REMOTE, TenureEvent.LAPSED): Tenure.REMOTE,
    (Tenure.REMOTE_ASKED, TenureEvent.REQUESTED): Tenure.REMOTE_ASKED,
    (Tenure.REMOTE_ASKED, TenureEvent.ACCEPTED): Tenure.REMOTE_ASKED,
    (Tenure.REMOTE_ASKED, TenureEvent.AGREED): Tenure.REMOTE,
    (Tenure.REMOTE_ASKED, TenureEvent.OFFERED): Tenure.REMOTE_ASKED,
    (Tenure.REMOTE_ASKED, TenureEvent.REFUSED): Tenure.REMOTE,
    (Tenure.REMOTE_ASKED, TenureEvent.WITHDRAWN): Tenure.REMOTE,
    (Tenure.REMOTE_ASKED, TenureEvent.EXPIRED): Tenure.REMOTE,
    (Tenure.REMOTE_ASKED, TenureEvent.RELEASED): Tenure.REMOTE,
    (Tenure.REMOTE_ASKED, TenureEvent.TAKEN): Tenure.LOCAL,
    (Tenure.REMOTE_ASKED, TenureEvent.GIVEN): Tenure.REMOTE,
    (Tenure.REMOTE_ASKED, TenureEvent.LINK_LOST): Tenure.CUT,
    (Tenure.REMOTE_ASKED, TenureEvent.LINK_BACK): Tenure.REMOTE_ASKED,
    (Tenure.REMOTE_ASKED, TenureEvent.LAPSED): Tenure.REMOTE_ASKED,
    (Tenure.REMOTE_OFFERED, TenureEvent.REQUESTED): Tenure.REMOTE_OFFERED,
    (Tenure.REMOTE_OFFERED, TenureEvent.ACCEPTED): Tenure.REMOTE,
    (Tenure.REMOTE_OFFERED, TenureEvent.AGREED): Tenure.REMOTE_OFFERED,
    (Tenure.REMOTE_OFFERED, TenureEvent.OFFERED): Tenure.REMOTE_OFFERED,
    (Tenure.REMOTE_OFFERED, TenureEvent.REFUSED): Tenure.REMOTE,
    (Tenure.REMOTE_OFFERED, TenureEvent.WITHDRAWN): Tenure.REMOTE,
    (Tenure.REMOTE_OFFERED, TenureEvent.EXPIRED): Tenure.REMOTE,
    (Tenure.REMOTE_OFFERED, TenureEvent.RELEASED): Tenure.FREE,
    (Tenure.REMOTE_OFFERED, TenureEvent.TAKEN): Tenure.LOCAL,
    (Tenure.REMOTE_OFFERED, TenureEvent.GIVEN): Tenure.REMOTE,
    (Tenure.REMOTE_OFFERED, TenureEvent.LINK_LOST): Tenure.CUT,
    (Tenure.REMOTE_OFFERED, TenureEvent.LINK_BACK): Tenure.REMOTE_OFFERED,
    (Tenure.REMOTE_OFFERED, TenureEvent.LAPSED): Tenure.REMOTE_OFFERED,
    (Tenure.CUT, TenureEvent.REQUESTED): Tenure.CUT,
    (Tenure.CUT, TenureEvent.ACCEPTED): Tenure.CUT,
    (Tenure.CUT, TenureEvent.AGREED): Tenure.CUT,
    (Tenure.CUT, TenureEvent.OFFERED): Tenure.CUT,
    (Tenure.CUT, TenureEvent.REFUSED): Tenure.CUT,
    (Tenure.CUT, TenureEvent.WITHDRAWN): Tenure.CUT,
    (Tenure.CUT, TenureEvent.EXPIRED): Tenure.CUT,
    (Tenure.CUT, TenureEvent.RELEASED): Tenure.FREE,
    (Tenure.CUT, TenureEvent.TAKEN): Tenure.LOCAL,
    (Tenure.CUT, TenureEvent.GIVEN): Tenure.REMOTE,
    (Tenure.CUT, TenureEvent.LINK_LOST): Tenure.CUT,
    (Tenure.CUT, TenureEvent.LINK_BACK): Tenure.REMOTE,
    (Tenure.CUT, TenureEvent.LAPSED): Tenure.LOCAL,
}
