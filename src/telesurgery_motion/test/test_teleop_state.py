from motion_world import World

from telesurgery_motion.far_side import ArmReport
from telesurgery_motion.pairs import PAIRS, pair_named
from telesurgery_motion.parameters import MotionParameters
from telesurgery_motion.teleop_state import TeleopState, pair_state


def states(world):
    choices, state = world.pipeline.choices, world.pipeline.state(world.now)
    return {pair.name: pair_state(pair, choices.settings(pair), state) for pair in PAIRS}


def current(world, name='MTMR_PSM1'):
    return states(world)[name].current


def test_what_follows_is_enabled_and_the_rest_is_not():
    following = {
        name for name, pair in states(World(MotionParameters()).step(5)).items() if pair.following
    }

    assert following == {'MTMR_PSM1', 'MTML_PSM2'}


def test_a_clutch_leaves_it_enabled_but_nothing_follows():
    pair = states(World(MotionParameters()).step(5, clutch=True))['MTMR_PSM1']

    assert (pair.current, pair.following) == (TeleopState.ENABLED, False)


def test_who_must_do_something_is_aligning():
    world = World(MotionParameters(alignment='absolute')).step(5)

    assert current(world) is TeleopState.ALIGNING_MTM


def test_an_arm_that_is_not_ready_is_being_set():
    world = World(MotionParameters()).step(5)
    world.pipeline.far_side.arm_reported('PSM1', ArmReport('disabled', ''), world.now)

    assert current(world) is TeleopState.SETTING_ARMS_STATE


def test_with_the_camera_pedal_the_cameras_pair_is_enabled_instead():
    world = World(MotionParameters(camera_hands='both')).step(5, camera=True)
    found = {name for name, pair in states(world).items() if pair.current is TeleopState.ENABLED}

    assert found == {'MTML_MTMR_ECM'}


def test_what_is_off_is_disabled_and_so_desired():
    world = World(MotionParameters()).step(5)
    world.pipeline.choices.enable_pair(pair_named('MTMR_PSM1'), on=False)
    world.step()
    pair = states(world)['MTMR_PSM1']
    assert (pair.current, pair.desired) == (TeleopState.DISABLED, TeleopState.DISABLED)

    world.pipeline.choices.enable(on=False)
    world.step()
    assert {pair.desired for pair in states(world).values()} == {TeleopState.DISABLED}
