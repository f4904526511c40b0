"""The expressions of ``$(eval ...)``: Python's, as far as they only compare and calculate."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from telesurgery_bringup.errors import LaunchFileError

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.Not: operator.not_,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_COMPARISON: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda item, container: item in container,
    ast.NotIn: lambda item, container: item not in container,
}


def evaluate_expression(text: str) -> str:
    """Return what Python's ``str(eval(text))`` would, for literals, comparison and arithmetic.

    Raises LaunchFileError for anything that names, calls or subscripts something.
    """
    try:
        return str(_value(ast.parse(text.strip(), mode='eval').body))
    except (SyntaxError, TypeError, ValueError, ArithmeticError, KeyError) as error:
        raise LaunchFileError(
            f'$(eval) is {text!r} ({error}); allowed: literals compared, joined by and, or, not, '
            'or calculated with + - * / // %; simplify it'
        ) from error


def _value(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.List, ast.Tuple)):
        items = [_value(item) for item in node.elts]
        return items if isinstance(node, ast.List) else tuple(items)
    if isinstance(node, ast.UnaryOp):
        return _UNARY[type(node.op)](_value(node.operand))
    if isinstance(node, ast.BinOp):
        return _BINARY[type(node.op)](_value(node.left), _value(node.right))
    if isinstance(node, ast.IfExp):
        return _value(node.body if _value(node.test) else node.orelse)
    if isinstance(node, ast.BoolOp):
        return _joined(node)
    if isinstance(node, ast.Compare):
        return _compared(node)
    raise ValueError(f'{type(node).__name__} is not among what is allowed')


def _joined(node: ast.BoolOp) -> Any:
    """Return the operand that decides, as Python does."""
    stop_at = isinstance(node.op, ast.Or)
    result: Any = None
    for operand in node.values:
        result = _value(operand)
        if bool(result) is stop_at:
            break
    return result


def _compared(node: ast.Compare) -> bool:
    left = _value(node.left)
    for comparison, right_node in zip(node.ops, node.comparators, strict=True):
        right = _value(right_node)
        if not _COMPARISON[type(comparison)](left, right):
            return False
        left = right
    return True
