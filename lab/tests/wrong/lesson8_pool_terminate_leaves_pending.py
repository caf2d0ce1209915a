# suite: lesson8.pool
# caught by: endings
# says: all ten are
# args: pool
# terminate leaves results that never come.
from twins import lesson8 as twin

def terminate(self):
    for worker in self.workers:
        worker.process.kill()
        worker.process.join()
        worker.result = None
    self.queue.clear()  # wrong: who waits for these waits for ever


twin.Pool.terminate = terminate

twin.main()
