"""``config/gazebo.yaml``: how the joints are controlled in Gazebo, and where its cameras are."""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_core.parameters import parameter


@dataclass(frozen=True)
class Response:
    """How a joint answers: as a mass on a spring with a damper."""

    natural_frequency: float = parameter(
        doc='Of the joint with the inertia that it has at home.', unit='rad/s', low=1.0, high=500.0
    )
    damping_ratio: float = parameter(1.0, doc='1 is critical.', low=0.1, high=5.0)


@dataclass(frozen=True)
class Control:
    """Responses of all joints."""

    default: Response = parameter(doc='Of a joint that is not named.')
    joints: dict[str, Response] = parameter(doc='By name within the arm, e.g. wrist_yaw.')

    def of(self, joint: str) -> Response:
        """Return the response of a joint by its full name, e.g. ``PSM1_wrist_yaw``."""
        return self.joints.get(joint.partition('_')[2], self.default)


@dataclass(frozen=True)
class Camera:
    """A camera in the world."""

    sensor: str = parameter(doc='model/link/sensor; fixed links count as the link they hang on.')
    frame: str = parameter(doc='Frame of the images: X right, Y down, Z away.')

    def classic_topic(self, world: str) -> str:
        """Return on which topic Gazebo 11 publishes its images in the named world."""
        return f'/{world}/{self.sensor}/image'

    def gz_topic(self, world: str) -> str:
        """Return on which topic gz-sim publishes its images in the named world."""
        model, link, sensor = self.sensor.split('/')
        return f'/world/{world}/model/{model}/link/{link}/sensor/{sensor}/image'


@dataclass(frozen=True)
class GazeboSettings:
    """All settings of Gazebo."""

    control: Control = parameter(doc='How joints follow their targets.')
    cameras: dict[str, Camera] = parameter(doc='By name.')
