"""Ask every node of the graph for its parameters, once, as it is found."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from rcl_interfaces.msg import ParameterValue
from rcl_interfaces.srv import GetParameters, ListParameters
from rclpy.node import Node
from rclpy.parameter import parameter_value_to_python

Told = Callable[[str, Mapping[str, str]], None]


class NodeParameters:
    """Tells ``told(node, {parameter: value as JSON})`` for every node that answers."""

    def __init__(self, node: Node, told: Told) -> None:
        self._node = node
        self._told = told
        self._asked: dict[str, list[Any]] = {}

    def look(self) -> None:
        """Ask the nodes that have come since the last look; never waits."""
        for name, namespace in self._node.get_node_names_and_namespaces():
            full = f'{namespace.rstrip("/")}/{name}'
            if full not in self._asked and not name.startswith('_'):
                self._ask(full)

    def _ask(self, full: str) -> None:
        lister = self._node.create_client(ListParameters, f'{full}/list_parameters')
        getter = self._node.create_client(GetParameters, f'{full}/get_parameters')
        if not (lister.service_is_ready() and getter.service_is_ready()):
            self._node.destroy_client(lister)
            self._node.destroy_client(getter)
            return  # asked again at the next look
        self._asked[full] = [lister, getter]
        future = lister.call_async(ListParameters.Request())
        future.add_done_callback(lambda done: self._listed(full, done.result()))

    def _listed(self, full: str, answer: Any) -> None:
        names = list(answer.result.names)
        future = self._asked[full][1].call_async(GetParameters.Request(names=names))
        future.add_done_callback(lambda done: self._got(full, names, done.result()))

    def _got(self, full: str, names: list[str], answer: Any) -> None:
        values = {
            name: json.dumps(_plain(value))
            for name, value in zip(names, answer.values, strict=False)
        }
        self._told(full, values)
        for client in self._asked[full]:
            self._node.destroy_client(client)
        self._asked[full] = []


def _plain(value: ParameterValue) -> Any:
    plain = parameter_value_to_python(value)
    return plain if isinstance(plain, (bool, int, float, str, type(None))) else list(plain)
