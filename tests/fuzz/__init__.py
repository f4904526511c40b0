"""Every parser of the link as a function of bytes, for property tests and a guided fuzzer."""
