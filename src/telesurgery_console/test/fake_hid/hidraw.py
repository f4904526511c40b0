"""Stands for hidapi's module in a process that a test starts: SpaceMice that a named pipe moves.

The pipe in the environment's FAKE_HID has a line for each report, ``PATH BYTES``; a path is there
from the start if FAKE_HID_PATHS names it, and goes with ``PATH gone``.
"""

import os
import threading
from collections import defaultdict, deque

PATHS = os.environ['FAKE_HID_PATHS'].split(',')
reports = defaultdict(deque)


def follow():
    with open(os.environ['FAKE_HID'], encoding='utf-8') as pipe:  # noqa: PTH123
        for line in pipe:
            path, *words = line.split()
            if words == ['gone']:
                PATHS.remove(path)
            elif path in PATHS:
                reports[path].append(bytes.fromhex(''.join(words)))
            else:
                PATHS.append(path)


def enumerate():  # noqa: A001  (its name in hidapi)
    return [
        {'path': path.encode(), 'vendor_id': 0x256F, 'product_id': 0xC635, 'serial_number': '',
         'usage_page': 1, 'usage': 8}
        for path in PATHS
    ]  # fmt: skip


class device:  # noqa: N801  (its name in hidapi)
    def open_path(self, path):
        self.path = path.decode()

    def set_nonblocking(self, _on):
        return 0

    def read(self, _length):
        if self.path not in PATHS:
            raise OSError('read error')
        return list(reports[self.path].popleft()) if reports[self.path] else []

    def close(self):
        pass


threading.Thread(target=follow, daemon=True).start()
