"""Limits of the supervisor for tests that share their machine with others."""

from __future__ import annotations

LENIENT: dict[str, object] = {
    'command_gap_limit_s': 2.0,
    'command_age_limit_s': 5.0,
    'command_age_excess_limit_s': 5.0,
    'joint_state_wait_s': 5.0,
    'joint_state_gap_limit_s': 5.0,
    'joint_state_timeout_s': 5.0,
    'tick_limit_s': 5.0,
    'tracking_time_s': 5.0,
    'real_time_factor_limit': 0.0,
}
"""Limits that a busy machine does not pass by itself."""
