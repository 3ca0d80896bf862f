"""How fast derivatives run, and how long it takes to make them.

python -m tests.benchmarks                 print the tables
python -m tests.benchmarks --write FILE    and write them to a file
python -m tests.benchmarks rosenbrock      only some of the workloads
"""
