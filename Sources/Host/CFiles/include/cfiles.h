// Exchanging files, which takes a GNU extension that Swift's Glibc module leaves out.
#pragma once

#pragma clang assume_nonnull begin

// Makes two files or folders change places at once. Returns 0, or -1 with errno: EINVAL where the file system cannot.
int cfiles_exchange(const char *first, const char *second);

#pragma clang assume_nonnull end
