# suite: lesson8.pool
# caught by: errors
# says: the error is swallowed
# args: pool
# Nobody asks for the result of a task that fails.
from twins import lesson8 as twin

class Pool(twin.Pool):
    def apply_async(self, function, args, callback=None, error_callback=None):
        return super().apply_async(function, args, callback)  # wrong


twin.Pool = Pool

twin.main()
