"""A Dask cluster on loopback."""

import contextlib
import json
import os
import subprocess
import sys
import time

from tests.small_course import PROJECT


class Cluster:
    """A scheduler and workers, each a process of its own; dashboards off, ports chosen by the system."""

    def __init__(self, folder, workers, *options, **environment):
        from distributed import Client  # an extra: only who makes a cluster needs it

        self._environment = {**os.environ, "PYTHONPATH": str(PROJECT), **environment}
        self.address_file = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--port", "0", "--scheduler-file", str(self.address_file))
        self._processes = [self.scheduler]
        self.address = self._wait_for(self._told_address)
        self.workers = [self._start("worker", self.address, "--nthreads", "1", *options) for _ in range(workers)]
        self._processes += self.workers
        if workers:
            with Client(self.address, set_as_default=False) as client:
                client.wait_for_workers(workers, timeout=60)

    def _start(self, kind, *options):
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options, "--host", "127.0.0.1"]
        return subprocess.Popen(
            [*command, "--no-dashboard"],
            env=self._environment,
            cwd=self.address_file.parent,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _told_address(self):
        with contextlib.suppress(OSError, ValueError):
            return json.loads(self.address_file.read_text())["address"]
        return None

    @staticmethod
    def _wait_for(found, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if (value := found()) is not None:
                return value
            time.sleep(0.05)
        raise AssertionError("the scheduler did not start")

    def stop(self):
        for process in reversed(self._processes):
            process.terminate()
        for process in self._processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
