# suite: lesson8.join
# caught by: one-after-the-other
# says: they overlap
# args: join
# Joins behind the loop, twice.
import time

from twins import lesson8 as twin

def join(args):
    for where in ("in the loop", "after the loop"):
        begun = time.perf_counter()
        twin.join_all([twin.start(twin.short_hi, number, args.sleep) for number in range(args.count)])  # wrong
        twin.say(f"join {where} {time.perf_counter() - begun:.2f} s")


twin.join = join

twin.main()
