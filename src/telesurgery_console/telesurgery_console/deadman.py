"""When a held button means that the operator is present."""

from __future__ import annotations


class Deadman:
    """Presence: held, on a device that is well, and pressed after it was seen well and released.

    So a button that was held before it all began, or while the device was lost, is no presence.

    Attributes:
        present: what the last step returned.
    """

    def __init__(self) -> None:
        self.present = False
        self._must_release = True

    def step(self, *, held: bool, well: bool) -> bool:
        """Take the button and the device as they are now; return whether the operator is there."""
        if not well:
            self._must_release = True
        elif not held:
            self._must_release = False
        self.present = well and held and not self._must_release
        return self.present

    def revoke(self) -> None:
        """Let the button count only after it has been released."""
        self._must_release = True
