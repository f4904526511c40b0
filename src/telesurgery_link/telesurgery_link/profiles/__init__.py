"""Link profiles: the WANs that ``config/link`` names, each with its source, and their language."""

from telesurgery_link.profiles.direction import DirectionProfile
from telesurgery_link.profiles.link import LinkProfile
from telesurgery_link.profiles.loading import load_profile, profile_names

__all__ = ['DirectionProfile', 'LinkProfile', 'load_profile', 'profile_names']
