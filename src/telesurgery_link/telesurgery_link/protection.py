"""How frames are protected on their way: the face that ``sealed.py`` and insecurity share."""

from __future__ import annotations

from collections import defaultdict
from typing import Protocol

from telesurgery_link import datagrams
from telesurgery_link.channels import Side
from telesurgery_link.datagrams import Datagram, Kind, Label
from telesurgery_link.errors import Refusal, RefusedFrameError


class Protection(Protocol):
    """Makes datagrams of frames, and frames of datagrams.

    Attributes:
        is_sealed: whether what it makes is encrypted and authenticated.
        exchanges: how often a key has been put into use.
    """

    is_sealed: bool

    @property
    def exchanges(self) -> int:
        """How often a key has been put into use."""
        ...

    def protect(self, path: int, frame: bytes, now_ns: int) -> bytes | None:
        """Return the datagram of a frame for one path; None: nobody is known to send it to."""
        ...

    def open(self, datagram: Datagram, now_ns: int) -> tuple[Label, bytes] | None:
        """Return the frame of a datagram and its label; None: it was not for the session.

        RefusedFrameError when it is nothing that the peer has sent.
        """
        ...

    def datagrams_to_send(self, now_ns: int) -> list[bytes]:
        """Return what the protection itself has to say now, on every path."""
        ...

    def next_deadline_ns(self) -> int | None:
        """Return when ``datagrams_to_send`` has something [ns], or None."""
        ...


class Unprotected:
    """Insecure: everybody on the way can read and forge; a checksum finds what is damaged."""

    is_sealed = False
    exchanges = 0

    def __init__(self, side: Side | None = None) -> None:
        """Protect nothing; who says on which side it stands notices a peer on the same one."""
        self._mark = 0 if side is None else list(Side).index(side) + 1
        self._numbers: defaultdict[int, int] = defaultdict(int)

    def protect(self, path: int, frame: bytes, now_ns: int) -> bytes:
        """Return the frame with its checksum."""
        self._numbers[path] += 1
        covered = datagrams.associated(Kind.OPEN, Label(path, self._mark, self._numbers[path]))
        return datagrams.labelled(Kind.OPEN, covered, frame + datagrams.checksum(covered, frame))

    def open(self, datagram: Datagram, now_ns: int) -> tuple[Label, bytes]:
        """Return the frame of an unsealed datagram whose checksum is right."""
        if datagram.kind is not Kind.OPEN:
            raise RefusedFrameError(Refusal.SEALED)
        label, covered, content = datagrams.split(datagram)
        frame = datagrams.without_checksum(covered, content)
        if self._mark and label.key == self._mark:
            raise RefusedFrameError(Refusal.SAME_SIDE)
        return label, frame

    def datagrams_to_send(self, now_ns: int) -> list[bytes]:
        """Return nothing: there is nothing to agree on."""
        return []

    def next_deadline_ns(self) -> None:
        """Return None."""
        return
