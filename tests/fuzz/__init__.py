"""Damaged files for every reader: valid ones are written, damaged in ways that a format invites, and read.

    python -m tests.fuzz --minutes 60          # all readers in turn, until the time is over
    python -m tests.fuzz --mutations 5000      # so many of each reader
    python -m tests.fuzz parquet run-record --mutations 500 --seed 3

What is read must be read, or refused with an error of ours: no other exception, no end of the process, at
most five seconds and a gigabyte. `samples` writes the files, `readers` says who reads them, `mutations`
damages them by their format, and `work` lets a process with limits do it.
"""
