# suite: lesson8.pool
# caught by: results
# says: the callbacks got
# args: pool
# Forgets the callback of the last task.
from twins import lesson8 as twin

class Pool(twin.Pool):
    def apply_async(self, function, args, callback=None, error_callback=None):
        self.count = getattr(self, "count", 0) + 1
        return super().apply_async(function, args, callback if self.count != 3 else None, error_callback)  # wrong


twin.Pool = Pool

twin.main()
