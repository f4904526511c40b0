"""The recorder's tables hold what the report reads."""

from pathlib import Path

from telesurgery_arm.description import RobotDescription
from telesurgery_recording.topic_table import TopicTables
from telesurgery_report import load


def test_every_topic_that_the_report_needs_is_recorded_on_the_patients_side(
    workspace: Path,
) -> None:
    recorded = {
        line.topic
        for line in TopicTables.load(workspace / 'config' / 'recorder.yaml').named('patient')
    }
    arms = RobotDescription.load(workspace / 'config' / 'arms.yaml').arms
    assert recorded >= {
        load.COMMAND_TRACE,
        load.TARGET_TRACE,
        load.LINK_TRACE,
        load.RELAY_TRACE,
        load.LINK_STATUS,
        load.SAFETY_STATE,
        load.SIMULATOR_STATE,
        load.LINK_POSES,
        *load.CAMERAS.values(),
        *(f'/{arm}/local/setpoint_cp' for arm in arms),
    }
