"""Has frames announce other lengths than they have."""

import struct
import sys

WHEN, INSIDE, EXPECT = "import", True, {"*": "unreadable"}


class Lengths:
    size = 8

    def pack(self, head, body):
        return struct.pack("<II", 2**32 - 1, 2**32 - 1)

    def unpack(self, prefix):
        return struct.unpack("<II", prefix)


def attack():
    wire = sys.modules.get("grader.wire")
    if wire is None:
        return True
    wire.LENGTHS = Lengths()
    return wire.LENGTHS.size == 8
