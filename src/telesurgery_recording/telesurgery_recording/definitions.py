"""Message definitions: from where packages are installed, else the standard ones.

A recording carries the definition of every type in it, so that it can be read anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rosbags.typesys import Stores, TypesysError, get_types_from_msg, get_typestore

from telesurgery_recording.errors import RecordingError


class Definitions:
    """A store of types that grows as types are asked for.

    ``prefixes`` are the folders below which packages are installed (the entries of
    ``AMENT_PREFIX_PATH``): definitions are in ``<prefix>/share/<package>/msg/<Type>.msg``. A
    folder of package sources serves as well: ``<folder>/<package>/msg/<Type>.msg``.
    """

    def __init__(self, prefixes: Sequence[Path] = ()) -> None:
        self.store = get_typestore(Stores.LATEST)
        self._prefixes = tuple(prefixes)

    def require(self, type_name: str) -> None:
        """Make ``package/msg/Type`` and what it consists of known; RecordingError if it is not."""
        if type_name in self.store.fielddefs:
            return
        text = self._installed(type_name)
        try:
            found = get_types_from_msg(text, type_name)
        except TypesysError as error:
            raise RecordingError(
                f'definition of {type_name!r} cannot be understood ({error}); '
                'allowed: a ROS 2 message definition; reinstall its package'
            ) from error
        for _, fields in found.values():
            for part in _types_in(fields):
                self.require(part)
        self.store.register(found)

    def _installed(self, type_name: str) -> str:
        package, separator, name = type_name.partition('/msg/')
        for prefix in self._prefixes if separator else ():
            for folder in (prefix / 'share', prefix):
                path = folder / package / 'msg' / f'{name}.msg'
                if path.is_file():
                    return path.read_text(encoding='utf-8')
        raise RecordingError(
            f'message type {type_name!r} is not known; allowed: a standard type or one of an '
            'installed package, as package/msg/Type; correct it, or build and source the workspace'
        )


def _types_in(fields: object) -> list[str]:
    """Return the names of messages that the fields of a definition consist of.

    rosbags describes a field as (name, (kind, detail)) and nests kinds; a message is
    (Nodetype.NAME, name), and a name is the only text with slashes in it.
    """
    if isinstance(fields, (list, tuple)):
        return [name for part in fields for name in _types_in(part)]
    return [fields] if isinstance(fields, str) and '/msg/' in fields else []
