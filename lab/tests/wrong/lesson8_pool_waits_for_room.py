# suite: lesson8.pool
# caught by: end-first
# says: apply_async does not wait
# args: pool
# Hands a task over when a worker is free, and waits until then.
from twins import lesson8 as twin

class Pool(twin.Pool):
    def apply_async(self, function, *args, **options):
        while function is twin.foo and all(worker.result for worker in self.workers):
            self.turn(None)  # wrong
        return super().apply_async(function, *args, **options)


twin.Pool = Pool

twin.main()
