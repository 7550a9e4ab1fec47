"""The native kernel: an epoch of a group of perceptrons in vector code, in the place of XLA's program.

`library` finds and loads it, `support` says what it can do, `worth` where it is quicker, `call` hands it what
it needs. It stands in `kernel/`, in C++.
"""
