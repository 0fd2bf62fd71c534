"""`python -m tests.rewrites --seeds 200`."""

import argparse
from concurrent.futures import ProcessPoolExecutor

from tests.rewrites.measure import ASSIGNMENTS, losses
from tests.rewrites.modules import distinct, rewrites


def main() -> int:
    parser = argparse.ArgumentParser(description="Count the points that correct rewrites lose.")
    parser.add_argument("--seeds", type=int, default=10, metavar="N")
    parser.add_argument("--first", type=int, default=1000, metavar="S")
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    options = parser.parse_args()
    for name, assignment in ASSIGNMENTS.items():
        counts = distinct(assignment)
        print(f"{name}: {sum(1 for _ in rewrites(assignment))} modules; different rewrites of each function:")
        print("\n".join(f"  {function:<28}{count:>4}" for function, count in counts.items()))
    tasks = [(name, seed) for seed in range(options.first, options.first + options.seeds) for name in ASSIGNMENTS]
    lost = 0
    with ProcessPoolExecutor(options.jobs) as pool:
        for found in pool.map(losses, *zip(*tasks, strict=True)):
            lost += len(found)
            for loss in found:
                print(loss, flush=True)
    print(f"{options.seeds} seeds: {lost} exercises lost points")
    return 1 if lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
