# suite: lesson8.pool
# caught by: apply
# says: apply waits each time
# args: pool
# apply that comes back before the task is done.
from twins import lesson8 as twin

class Pool(twin.Pool):
    def apply(self, function, args):
        if args[0] == 1 and not hasattr(self, "asked"):
            self.asked = True
            return super().apply(function, args)
        self.apply_async(function, args)  # wrong
        return None


twin.Pool = Pool

twin.main()
