"""Picture of what the supervisor said of every arm."""

from __future__ import annotations

from telesurgery_report.review.picture import WIDTH_IN, Picture
from telesurgery_report.review.review import Review
from telesurgery_report.session import NS_PER_S
from telesurgery_report.style import new_figure, plain

STATE_COLOURS = {
    'following': '#009E73',
    'clutched': '#56B4E9',
    'ready': '#d1d5db',
    'local': '#1B2A41',
    'aligning': '#a7d8c9',
    'operator absent': '#c4b5fd',
    'manual': '#f0abfc',
    'hold': '#D55E00',
    'homing': '#E69F00',
    'disabled': '#9ca3af',
    'fault': '#991b1b',
    'emergency stop': '#450a0a',
}
OTHER_STATE = '#e5e7eb'


def states(review: Review) -> Picture | None:
    """Draw what every arm was doing. None: nothing to show."""
    arms = review.evidence.arms
    if not arms:
        return None
    start = review.evidence.session.start_ns
    figure = new_figure(WIDTH_IN, 0.95 + 0.34 * len(arms))
    axes = plain(figure.add_subplot())
    shown: set[str] = set()
    for row, states in enumerate(arms.values()):
        t = (states.stamp_ns - start) / NS_PER_S
        edges = [0, *(k for k in range(1, len(t)) if states.state[k] != states.state[k - 1])]
        ends = [*edges[1:], len(t) - 1]
        for a, b in zip(edges, ends, strict=True):
            state = states.state[a]
            axes.barh(
                row,
                max(t[b] - t[a], 0.02),
                left=t[a],
                height=0.66,
                color=STATE_COLOURS.get(state, OTHER_STATE),
                label=state if state not in shown else None,
            )
            shown.add(state)
    axes.set_yticks(range(len(arms)), list(arms))
    axes.invert_yaxis()
    axes.grid(axis='y', visible=False)
    axes.set_xlabel('time in the session [s]')
    axes.legend(loc='lower left', bbox_to_anchor=(0.0, 1.0), ncols=8, frameon=False, fontsize=8.5)
    rows = sum(len(states.stamp_ns) for states in arms.values())
    return Picture(
        'What the arms did',
        f"The supervisor's state of every arm (n = {rows} rows of /safety/state); "
        'orange is on hold.',
        figure,
    )
