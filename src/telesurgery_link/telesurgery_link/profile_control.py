"""Exchanging link profiles while a gateway runs: by its parameter and by a service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rcl_interfaces.msg import SetParametersResult
from rclpy.node import Node
from rclpy.parameter import Parameter

from telesurgery_core.errors import ParameterError, TelesurgeryError, one_of
from telesurgery_link.channels import ChannelTable, Direction
from telesurgery_link.impairment import Impairment
from telesurgery_link.impairment.staged import ScheduledImpairment
from telesurgery_link.impairment.streams import Streams
from telesurgery_link.parameters import GatewayParameters
from telesurgery_link.profiles import load_profile
from telesurgery_link.udp import UdpLink
from telesurgery_msgs.srv import SetLinkProfile
from telesurgery_ros.conversions import to_ns

PARAMETER = 'profile'
LONGEST_AHEAD_NS = 3600 * 10**9
"""Who sets a start further ahead has a wrong clock."""


class ProfileControl:
    """Puts profiles into force on the paths of a running link.

    Attributes:
        names: what is in force, or begins as said, by path.
    """

    def __init__(
        self,
        node: Node,
        link: UdpLink,
        table: ChannelTable,
        direction: Direction,
        parameters: GatewayParameters,
        names: Mapping[str, str],
    ) -> None:
        """Offer ``~/set_link_profile`` and take the parameter ``profile``."""
        self.names = dict(names)
        self._node = node
        self._link = link
        self._table = table
        self._direction = direction
        self._parameters = parameters
        node.create_service(SetLinkProfile, '~/set_link_profile', self._serve)
        node.add_on_set_parameters_callback(self._take_parameters)

    def change(self, profile: str, path: str = '', start_ns: int = 0) -> str:
        """Put a profile into force on a path, or on all; return what happens in words.

        With ``start_ns`` in the future it does so then. ParameterError for an unknown path, or
        for a profile that is wrong; nothing has changed then.
        """
        routes = self._link.session.routes
        if path and path not in routes:
            raise ParameterError(one_of('path', path, list(routes), 'name one, or none for all'))
        now_ns = self._link.now_ns()
        begin_ns = max(start_ns, now_ns)
        if begin_ns > now_ns + LONGEST_AHEAD_NS:
            raise ParameterError(
                f'start is {(begin_ns - now_ns) / 1e9:.0f} s ahead; allowed: up to an hour; '
                "give it by the gateway's wall clock"
            )
        loaded = load_profile(profile, self._parameters.profiles_path)
        chosen = [path] if path else list(routes)
        made = {
            name: loaded.impairment(
                self._direction,
                Streams.seeded(
                    self._parameters.seed, self._direction.index, path=routes[name].index
                ),
                begin_ns,
                self._table.channels,
            )
            for name in chosen
        }
        with self._link.lock:
            for name, impairment in made.items():
                path_of = routes[name].path
                path_of.impairment = (
                    impairment
                    if begin_ns == now_ns
                    else _then(path_of.impairment, now_ns, begin_ns, impairment)
                )
        self.names.update(dict.fromkeys(chosen, profile))
        when = '' if begin_ns == now_ns else f', in {(begin_ns - now_ns) / 1e9:.3f} s'
        said = f'link profile of {", ".join(chosen)}: {profile}{when}'
        self._node.get_logger().info(said)
        return said

    def _serve(self, request: Any, response: Any) -> Any:
        try:
            start_ns = to_ns(request.start)
            response.message = self.change(request.profile, request.path, start_ns)
            response.success = True
        except TelesurgeryError as error:
            response.message = str(error)
            response.success = False
        return response

    def _take_parameters(self, parameters: list[Parameter]) -> SetParametersResult:
        for parameter in parameters:
            if parameter.name == PARAMETER:
                try:
                    self.change(str(parameter.value))
                except TelesurgeryError as error:
                    return SetParametersResult(successful=False, reason=str(error))
        return SetParametersResult(successful=True)


def _then(
    before: Impairment, now_ns: int, begin_ns: int, following: Impairment
) -> ScheduledImpairment:
    if not isinstance(before, ScheduledImpairment):
        before = ScheduledImpairment(((now_ns, before),))
    return before.followed_by(begin_ns, following)
