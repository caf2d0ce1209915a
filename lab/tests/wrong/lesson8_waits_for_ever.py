# suite: lesson8.pool
# caught by: killed-worker
# says: no line `3 tasks …`
# deadline: 10
# args: pool
# The library's pool: the task of a worker that was killed never comes back.
from twins import lesson8 as twin

class Pool:
    def __init__(self, workers):
        self.pool = twin.FORK.Pool(workers)

    def __getattr__(self, name):
        return getattr(self.pool, name)

    def apply_async(self, function, args, callback=None, error_callback=None):
        return self.pool.apply_async(function, args, {}, callback, error_callback)


twin.Pool = Pool  # wrong

twin.main()
