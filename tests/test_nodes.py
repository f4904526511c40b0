"""No node puts a thing of its own where ROS keeps one: it would die at the next parameter call."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.ros
rclpy = pytest.importorskip('rclpy')

ROOT = Path(__file__).resolve().parents[1]


def nodes() -> Iterator[tuple[str, ast.ClassDef]]:
    for path in sorted(ROOT.glob('src/telesurgery_*/telesurgery_*/**/*.py')):
        for found in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
            if isinstance(found, ast.ClassDef) and any(
                isinstance(base, ast.Name) and base.id == 'Node' for base in found.bases
            ):
                yield f'{path.relative_to(ROOT)}: {found.name}', found


def stored(node: ast.ClassDef) -> set[str]:
    return {
        part.attr
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute)
        and isinstance(part.ctx, ast.Store)
        and isinstance(part.value, ast.Name)
        and part.value.id == 'self'
    }


def test_no_node_overwrites_what_ros_keeps_in_it(domain_id: int) -> None:
    rclpy.init(domain_id=domain_id)
    try:
        kept = vars(rclpy.create_node('kept')).keys()
    finally:
        rclpy.shutdown()
    assert '_parameters' in kept
    found = {name: sorted(stored(node) & kept) for name, node in nodes()}
    assert len(found) >= 7
    assert not {name: clash for name, clash in found.items() if clash}
