"""The one batch runner: many members of one job, the same numbers wherever they are computed.

A job (``job.BatchJob``) is a small object that pickles: what every worker is given, a function that makes the worker's
state of it, once, and a function from the state and a run of member numbers to arrays with a row for each member. What
a member draws depends on a seed and its own number alone (``default_rng([seed, member])``), and a batch is a fixed run
of members; so it does not matter who computes which batch, in what order, or how often. ``compute.compute`` runs a job
in this process, in processes of this machine or on a Dask cluster, keeps finished batches in a folder, and takes up a
run that was stopped.

State that does not pickle (a loaded HiGHS with its basis, an open file) is made by ``start`` in the worker and never
leaves it; ``given`` holds what it is made of, as numbers where that is possible. So draws of a plan are given
(``planning.exploring.trials``):

    @dataclass(frozen=True, eq=False)
    class TrialTask:                  # pickles: records and numbers, the programme and its basis among them
        stage: SecondStage
        plans: np.ndarray
        seed: int
        draws: range

    def start(task: TrialTask) -> AtHand:  # once a worker: HiGHS is made here
        return AtHand(task, task.stage.solver())

    def run(state: AtHand, members: range) -> Arrays:
        decisions = [decided(state, k) for k in members]
        return {"missed": np.stack([d.missed for d in decisions]), "goal": np.array([d.goal for d in decisions])}

    runner = Runner(workers=4, folder="runs/robust")
    runner.compute(BatchJob(task, start, run, count=200, batch=1, fingerprint=runner.fingerprint(task)))

``start`` and ``run`` are functions of a module, found by name in the workers. A process that has such a state already
hands it over (``compute(..., state=ready)``): it then serves the members that are computed in this process. ``run``
must leave the state as it took it, at least as far as numbers go: every member starts from the same basis.
A run over things that are no draws (``study.ends``: both ends of every range; each case left out in turn) is a job
whose ``given`` lists them: member k is the k-th. A verb takes ``workers``, ``address`` and ``run``
(``verb_options.RUNNER``), makes a ``compute.Runner`` of them first of all, and hands that on.

A script that starts workers needs ``if __name__ == "__main__":`` around it.
"""
