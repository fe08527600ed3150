"""Documents into the index: as a whole or not at all.

- ``ingest``: a run over origins, fetched first and written in one step; ``loader``: that step
- ``similar``: notices what is said twice; ``reports``: what a run did
- ``refreshing`` with its child process ``refresh_worker``: reads again what lies elsewhere, in time
- ``errands`` with its child process ``errand_worker``: changes the index on somebody's behalf
- ``stopping``: what a signal to stop does to each of them
- ``sample``: the articles of the demo
"""
