import numpy as np

from telesurgery_core.transforms import pose
from telesurgery_core.types import Hand
from telesurgery_motion.masters import Masters, Pedal

LIMIT = 0.1


def at(x):
    return pose(np.eye(3), [x, 0.0, 0.0])


class Console(Masters):
    """Masters that give their sample at once when it is complete."""

    def move(self, hand, stamp_ns, T_view_hand, now):
        return self.sample(now) if super().move(hand, stamp_ns, T_view_hand, now) else None


def masters():
    return Console(silence_limit_s=LIMIT)


def test_hands_stamped_alike_give_one_sample_each_time():
    console, samples = masters(), []
    for k in range(50):
        now = k * 0.005
        samples += [console.move(hand, k, at(k), now) for hand in (Hand.LEFT, Hand.RIGHT)]
    samples = [sample for sample in samples if sample]

    # The very first pose stands alone: nothing is known of the other hand yet.
    assert [sample.stamp_ns for sample in samples] == [0, *range(50)]
    assert all(
        sample.left.T_view_hand[0, 3] == sample.right.T_view_hand[0, 3] == sample.stamp_ns
        for sample in samples[1:]
    )


def test_a_lost_half_delays_the_other_half_by_one_sample_at_most():
    console = masters()
    for hand in (Hand.LEFT, Hand.RIGHT):
        console.move(hand, 0, at(0), 0.0)

    assert console.move(Hand.LEFT, 1, at(1), 0.005) is None
    sample = console.move(Hand.LEFT, 2, at(2), 0.010)  # the right hand's second pose got lost
    assert (sample.left.T_view_hand[0, 3], sample.right.T_view_hand[0, 3]) == (2.0, 0.0)
    assert console.move(Hand.RIGHT, 2, at(2), 0.0101).right.T_view_hand[0, 3] == 2.0
    assert console.move(Hand.LEFT, 3, at(3), 0.015) is None, 'paired again'


def test_hands_stamped_apart_give_a_sample_each_without_waiting():
    console = masters()
    for k in range(20):
        hand = Hand.LEFT if k % 2 else Hand.RIGHT

        assert console.move(hand, k, at(k), k * 0.0025).stamp_ns == k


def test_a_single_hand_does_not_wait_for_one_that_does_not_exist():
    console = masters()
    samples = [console.move(Hand.RIGHT, k, at(k), k * 0.005) for k in range(10)]

    assert all(sample.left is None and sample.right is not None for sample in samples)


def test_a_hand_that_falls_silent_is_missing_from_the_samples():
    console = masters()
    for hand in (Hand.LEFT, Hand.RIGHT):
        console.move(hand, 0, at(0), 0.0)
    samples = [console.move(Hand.RIGHT, k, at(k), k * 0.005) for k in range(1, 40)]
    samples = [sample for sample in samples if sample]

    assert samples[0].left is not None
    assert samples[-1].left is None
    assert console.silent_hands(40 * 0.005) == [Hand.LEFT]


def test_pedals_and_grippers_are_part_of_the_sample():
    console = masters()
    console.press(Pedal.OPERATOR_PRESENT, pressed=True)
    console.press(Pedal.CLUTCH, pressed=True)
    console.open_gripper(Hand.RIGHT, 0.4)
    sample = console.move(Hand.RIGHT, 0, at(0), 0.0)

    assert (sample.operator_present, sample.clutch, sample.camera) == (True, True, False)
    assert sample.right.gripper == 0.4
    assert console.operator_present


def test_a_request_for_the_next_arm_is_in_one_sample():
    console = masters()
    console.ask_swap(Hand.RIGHT)
    first = console.move(Hand.RIGHT, 0, at(0), 0.0)
    second = console.move(Hand.RIGHT, 1, at(1), 0.005)

    assert (first.arm_swap, second.arm_swap) == ((Hand.RIGHT,), ())


def test_the_stop_button_is_part_of_the_sample():
    console = masters()
    console.press(Pedal.STOP, pressed=True)

    assert console.move(Hand.RIGHT, 0, at(0), 0.0).stop


def test_a_pedal_is_named_as_its_topic():
    assert [pedal.value for pedal in Pedal] == ['clutch', 'camera', 'operator_present', 'stop']
