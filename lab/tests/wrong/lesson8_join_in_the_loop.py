# suite: lesson8.join
# caught by: together
# says: one after
# args: join
# Joins in the loop, twice.
import time

from twins import lesson8 as twin

def join(args):
    for where in ("in the loop", "after the loop"):
        begun = time.perf_counter()
        for number in range(args.count):
            twin.start(twin.short_hi, number, args.sleep).join()  # wrong, the second time
        twin.say(f"join {where} {time.perf_counter() - begun:.2f} s")


twin.join = join

twin.main()
