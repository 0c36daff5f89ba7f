"""How many cores this process may use, which joblib would tell too, but takes long to import."""

import os
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")
LIMIT = "LOKY_MAX_CPU_COUNT"  # joblib's, so that one setting holds for both


def usable_cores(cgroup: Path = _CGROUP) -> int:
    """Return how many cores this process may use: those of the machine, no more than it may run on,
    its container has time for, and ``LOKY_MAX_CPU_COUNT`` says.

    Parameters
    ----------
    cgroup : Path, optional
        Where Linux shows the limits of a container.

    Returns
    -------
    int
        At least 1.
    """
    cores = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = min(cores, len(os.sched_getaffinity(0)))
    wanted = os.environ.get(LIMIT, "")
    if wanted.isdecimal():
        cores = min(cores, int(wanted))
    quota, period = _time_share(cgroup)
    if quota > 0 and period > 0:  # negative ones are no limit
        cores = min(cores, -(-quota // period))
    return max(cores, 1)


def _time_share(cgroup: Path) -> tuple[int, int]:
    """Return for how long a container may compute in how long a period, in microseconds; zeros
    where there is no limit.
    """
    old = cgroup / "cpu"
    for files in ([cgroup / "cpu.max"], [old / "cpu.cfs_quota_us", old / "cpu.cfs_period_us"]):
        try:
            quota, period = " ".join(file.read_text("ascii") for file in files).split()
            return int(quota), int(period)
        except (OSError, ValueError):  # not there, or "max"
            continue
    return 0, 0
