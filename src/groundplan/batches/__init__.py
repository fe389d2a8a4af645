"""The one batch runner: many members of one job, the same numbers wherever they are computed.

A job (``job.Job``) is a small object that pickles: what every worker is given, a function that makes the worker's state
of it, once, and a function from the state and a run of member numbers to arrays with a row for each member. What a
member draws depends on a seed and its own number alone (``default_rng([seed, member])``), and a batch is a fixed run of
members; so it does not matter who computes which batch, in what order, or how often. ``compute.compute`` runs a job in
this process, in processes of this machine or on a Dask cluster, keeps finished batches in a folder, and takes up a run
that was stopped.

State that does not pickle (a loaded HiGHS with its basis, an open file) is made by ``start`` in the worker and never
leaves it; ``given`` holds what it is made of. A run that asks a plan again in every draw is given as

    @dataclass(frozen=True)
    class Given:                      # pickles: records and numbers
        study: Study
        economy: Economy | None
        held: np.ndarray

    def start(given: Given) -> Recourse:              # seconds, once a worker: HiGHS is loaded here
        made = given.study.made(given.economy)
        return recourse(made, made.policy.uncertain)

    def run(ready: Recourse, members: range) -> Arrays:
        decisions = [ready.decide(ready.figures.drawn(seed, k), held) for k in members]
        return {"missed": np.stack([d.missed for d in decisions]), "goal": np.array([d.goal for d in decisions])}

    compute(Job(given, start, run, count=200, batch=8), workers=4)

``start`` and ``run`` are functions of a module, found by name in the workers. A process that has such a state already
hands it over (``compute(..., state=ready)``): it then serves the members that are computed in this process. ``run``
must leave the state as it took it, at least as far as numbers go: every member starts from the same basis.
A run over things that are no draws (both ends of every range, each case left out in turn) is a job whose ``given``
lists them: member k is the k-th.

A script that starts workers needs ``if __name__ == "__main__":`` around it.
"""
