"""Errors of the arms."""

from __future__ import annotations

from telesurgery_core.errors import TelesurgeryError


class KinematicsError(TelesurgeryError):
    """An arm's chain is not one that the closed-form solutions are made for."""


class CommandRefusedError(TelesurgeryError):
    """A command is invalid or not allowed now; it has changed nothing."""
