# suite: lesson7.deadlock
# caught by: cured
# says: did not end in time
# deadline: 2
# The cure is the disease: each thread still takes its own lock first.
import threading

left, right, met = threading.Lock(), threading.Lock(), threading.Barrier(2)


def rounds(first, second):
    for _ in range(100):
        with first:
            met.wait()
            with second:  # wrong: one order for everyone
                pass


for locks in ((left, right), (right, left)):
    threading.Thread(target=rounds, args=locks).start()
