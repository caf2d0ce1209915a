# suite: lesson8.array
# caught by: ending
# says: no line `ending [100, 101, 33, 44]`
# args: array
# A plain list where shared memory is needed.
from twins import lesson8 as twin

class Context:
    Array = staticmethod(lambda code, values: list(values))  # wrong

    def __getattr__(self, name):
        return getattr(real, name)


real, twin.FORK = twin.FORK, Context()

twin.main()
