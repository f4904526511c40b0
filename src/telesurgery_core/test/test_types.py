import pytest

from telesurgery_core.types import ConsoleSample, Hand, HandCommand, HandSample, TeleopCommand


def test_a_command_finds_the_hand_that_drives_an_arm() -> None:
    right = HandCommand(arm='PSM1', engaged=True, epoch=3)
    command = TeleopCommand(stamp_ns=1, sequence=1, left=HandCommand(), right=right)
    assert command.hand_for('PSM1') is right
    assert command.hand_for('PSM2') is None


def test_a_console_sample_knows_its_hands() -> None:
    left = HandSample(gripper=0.1)
    sample = ConsoleSample(stamp_ns=0, left=left, right=None)
    assert sample.hand(Hand.LEFT) is left
    assert sample.hand(Hand.RIGHT) is None


def test_values_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match='read-only'):
        HandSample().T_view_hand[0, 3] = 1.0
