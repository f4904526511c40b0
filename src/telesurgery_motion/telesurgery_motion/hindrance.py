"""Why a hand does not move its arm, in words that say what to do about it."""

from __future__ import annotations

from enum import Enum


class Hindrance(Enum):
    """What stands in the way; the value is the sentence for the operator."""

    NONE = ''
    DISABLED = 'teleoperation is off; publish true on /console/teleop/enable'
    PAIR_DISABLED = 'the pair {hand}_{arm} is off; send it enable on its state_command'
    FAR_SIDE_SILENT = (
        'nothing comes from the patient side (limit {silence:.0f} ms) and the arms stand; '
        'wait for the link'
    )
    ABSENT = 'the operator is not present; press the presence control of the device'
    NO_ARM = 'the hand drives no arm; select a pair on /console/teleop/select_teleop'
    CLUTCH = 'the clutch is pressed; release it'
    CAMERA = 'the camera pedal is pressed and the instruments rest; release it'
    SILENT = 'the master says nothing; look at the device'
    MUST_RELEASE = '{cause}; press and release the clutch to drive {arm}'
    TIP_UNKNOWN = 'no pose of {arm} comes from the patient side; wait, or set align_mtm to false'
    MISALIGNED = (
        'the hand is turned {angle:.1f} deg away from {arm} (limit {limit:g} deg); turn it'
    )
    NO_GESTURE = 'no fingers felt; open the gripper by {gripper:g} deg or roll it by {roll:g} deg'
    NO_AUTHORITY = '{holder} holds {arm}; ask for it: ./telesurgery authority request {arm}'
    NOT_FOLLOWING = '{arm} is in the state {state} at the patient side{why}'

    @property
    def is_ordinary(self) -> bool:
        """Whether the operator does it on purpose, again and again: nothing to log."""
        return self in (
            Hindrance.NONE,
            Hindrance.ABSENT,
            Hindrance.CLUTCH,
            Hindrance.CAMERA,
            Hindrance.NO_ARM,
        )
