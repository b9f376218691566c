"""A mutation fuzzer of the readers: good files of every format are damaged, and must end in articles or rejects."""
