"""``python -m benchmarks [WORD ...]``: run the benches whose key holds one of the words."""

from __future__ import annotations

import sys

from benchmarks.registry import all_benches, measure


def main(words: list[str]) -> None:
    """Print one line per bench."""
    print(f"{'bench':48} {'seconds':>10} {'limit':>8} {'ratio':>8} {'limit':>6}  yardstick")
    for bench in all_benches():
        if words and not any(word in bench.key for word in words):
            continue
        timing = measure(bench)
        limit = "" if bench.limit is None else f"{bench.limit:g}"
        ratio = "" if timing.ratio is None else f"{timing.ratio:.3f}"
        ratio_limit = "" if bench.ratio_limit is None else f"{bench.ratio_limit:g}"
        print(
            f"{bench.key:48} {timing.seconds:10.5f} {limit:>8} {ratio:>8} {ratio_limit:>6}  "
            f"{bench.yardstick_name} {bench.note}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
