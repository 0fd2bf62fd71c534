"""Makes shared memory that other processes find by its name, and takes it away again."""

from multiprocessing import shared_memory


def attack():
    memory = shared_memory.SharedMemory(create=True, size=4096)
    memory.unlink()
    memory.close()
    return True
