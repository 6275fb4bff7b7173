#define _GNU_SOURCE
#include "csignals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static int writing_end = -1;

static void handle(int number) {
    int before = errno;
    unsigned char byte = (unsigned char)number;
    // A full pipe has told enough.
    ssize_t written = write(writing_end, &byte, 1);
    (void)written;
    errno = before;
}

int csignals_watch(const int *signals, int count) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    writing_end = ends[1];
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    for (int i = 0; i < count; i++) {
        struct sigaction now;
        // Whoever started us with a signal ignored, as nohup does, means it.
        if (sigaction(signals[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN) sigaction(signals[i], &action, NULL);
    }
    return ends[0];
}
