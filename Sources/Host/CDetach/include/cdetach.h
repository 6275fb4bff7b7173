// Starting a process that outlives its parent, which takes GNU extensions that Swift's Glibc module leaves out.
#pragma once

#pragma clang assume_nonnull begin

// Starts the program at `path` in a session of its own, its standard streams on /dev/null, no other file open and all
// signals at their defaults. Both lists end with NULL. Returns 0 or an errno value.
int cdetach_spawn(const char *path, char *_Nullable const *_Nonnull arguments, char *_Nullable const *_Nonnull environment);

#pragma clang assume_nonnull end
