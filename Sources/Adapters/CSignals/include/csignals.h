// Signals as bytes: what a handler may do in C is more than Swift can promise.
#pragma once

#pragma clang assume_nonnull begin

// From its return on, each of `signals` that arrives puts its number as one byte into a pipe instead of ending the
// program. Signals that are ignored already stay ignored. Returns the pipe's reading end, or -1 with errno set.
// Called once in a process.
int csignals_watch(const int *signals, int count);

#pragma clang assume_nonnull end
