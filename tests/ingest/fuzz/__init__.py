"""A mutation fuzzer of the readers: good files of every format are damaged, and each must end in articles or rejects."""
