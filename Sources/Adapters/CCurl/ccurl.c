#include "ccurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#define EACH_FUNCTION(X)                                                                                              \
    X(CURLcode, curl_global_init, (long))                                                                             \
    X(CURL *, curl_easy_init, (void))                                                                                 \
    X(void, curl_easy_cleanup, (CURL *))                                                                              \
    X(CURLcode, curl_easy_perform, (CURL *))                                                                          \
    X(const char *, curl_easy_strerror, (CURLcode))                                                                   \
    X(CURLcode, curl_easy_pause, (CURL *, int))                                                                       \
    X(CURLcode, curl_easy_send, (CURL *, const void *, size_t, size_t *))                                             \
    X(CURLcode, curl_easy_recv, (CURL *, void *, size_t, size_t *))                                                   \
    X(CURLcode, curl_easy_setopt, (CURL *, CURLoption, ...))                                                          \
    X(CURLcode, curl_easy_getinfo, (CURL *, CURLINFO, ...))                                                           \
    X(struct curl_slist *, curl_slist_append, (struct curl_slist *, const char *))                                    \
    X(void, curl_slist_free_all, (struct curl_slist *))                                                               \
    X(CURLM *, curl_multi_init, (void))                                                                               \
    X(CURLMcode, curl_multi_cleanup, (CURLM *))                                                                       \
    X(CURLMcode, curl_multi_setopt, (CURLM *, CURLMoption, ...))                                                      \
    X(CURLMcode, curl_multi_add_handle, (CURLM *, CURL *))                                                            \
    X(CURLMcode, curl_multi_remove_handle, (CURLM *, CURL *))                                                         \
    X(CURLMcode, curl_multi_perform, (CURLM *, int *))                                                                \
    X(CURLMcode, curl_multi_poll, (CURLM *, struct curl_waitfd *, unsigned int, int, int *))                          \
    X(CURLMcode, curl_multi_wakeup, (CURLM *))                                                                        \
    X(CURLMsg *, curl_multi_info_read, (CURLM *, int *))

#define DECLARE(result, name, arguments) static result(*name##_) arguments;
EACH_FUNCTION(DECLARE)

static char failure[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        snprintf(failure, sizeof failure, "%s", dlerror());
        return;
    }
#define RESOLVE(result, name, arguments)                                                                              \
    if (!(name##_ = (result(*) arguments)dlsym(library, #name))) {                                                    \
        snprintf(failure, sizeof failure, "libcurl.so.4 lacks %s", #name);                                            \
        return;                                                                                                       \
    }
    EACH_FUNCTION(RESOLVE)
    if (curl_global_init_(CURL_GLOBAL_DEFAULT) != CURLE_OK) snprintf(failure, sizeof failure, "curl_global_init failed");
}

const char *ccurl_load(void) {
    pthread_once(&once, load);
    return failure[0] ? failure : NULL;
}

CURL *ccurl_easy_init(void) { return curl_easy_init_(); }
void ccurl_easy_cleanup(CURL *easy) { curl_easy_cleanup_(easy); }
CURLcode ccurl_easy_perform(CURL *easy) { return curl_easy_perform_(easy); }
const char *ccurl_easy_strerror(CURLcode code) { return curl_easy_strerror_(code); }
CURLcode ccurl_easy_pause(CURL *easy, int bitmask) { return curl_easy_pause_(easy, bitmask); }
CURLcode ccurl_easy_send(CURL *easy, const void *bytes, size_t length, size_t *sent) {
    return curl_easy_send_(easy, bytes, length, sent);
}
CURLcode ccurl_easy_recv(CURL *easy, void *buffer, size_t length, size_t *received) {
    return curl_easy_recv_(easy, buffer, length, received);
}

CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) { return curl_easy_setopt_(easy, option, value); }
CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt_(easy, option, value);
}
CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt_(easy, option, value);
}
CURLcode ccurl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t length) {
    struct curl_blob blob = {.data = (void *)bytes, .len = length, .flags = CURL_BLOB_COPY};
    return curl_easy_setopt_(easy, option, &blob);
}
CURLcode ccurl_set_body(CURL *easy, const void *bytes, size_t length) {
    curl_easy_setopt_(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
    return curl_easy_setopt_(easy, CURLOPT_COPYPOSTFIELDS, length ? bytes : "");
}
CURLcode ccurl_set_error_buffer(CURL *easy, char *buffer) {
    return curl_easy_setopt_(easy, CURLOPT_ERRORBUFFER, buffer);
}
CURLcode ccurl_set_callbacks(CURL *easy, ccurl_data_function header, ccurl_data_function body, void *context) {
    curl_easy_setopt_(easy, CURLOPT_HEADERFUNCTION, header);
    curl_easy_setopt_(easy, CURLOPT_HEADERDATA, context);
    curl_easy_setopt_(easy, CURLOPT_WRITEFUNCTION, body);
    curl_easy_setopt_(easy, CURLOPT_WRITEDATA, context);
    return curl_easy_setopt_(easy, CURLOPT_PRIVATE, context);
}

long ccurl_os_error(CURL *easy) {
    long code = 0;
    curl_easy_getinfo_(easy, CURLINFO_OS_ERRNO, &code);
    return code;
}
int ccurl_socket(CURL *easy) {
    curl_socket_t socket = CURL_SOCKET_BAD;
    curl_easy_getinfo_(easy, CURLINFO_ACTIVESOCKET, &socket);
    return socket;
}

struct curl_slist *ccurl_list_append(struct curl_slist *list, const char *text) {
    return curl_slist_append_(list, text);
}
void ccurl_list_free(struct curl_slist *list) { curl_slist_free_all_(list); }

CURLM *ccurl_multi_init(void) { return curl_multi_init_(); }
void ccurl_multi_cleanup(CURLM *multi) { curl_multi_cleanup_(multi); }
void ccurl_multi_limit_cached(CURLM *multi, long connections) {
    curl_multi_setopt_(multi, CURLMOPT_MAXCONNECTS, connections);
}
int ccurl_multi_add(CURLM *multi, CURL *easy) { return curl_multi_add_handle_(multi, easy); }
int ccurl_multi_remove(CURLM *multi, CURL *easy) { return curl_multi_remove_handle_(multi, easy); }
int ccurl_multi_perform(CURLM *multi, int *running) { return curl_multi_perform_(multi, running); }
int ccurl_multi_poll(CURLM *multi, int timeout_ms) { return curl_multi_poll_(multi, NULL, 0, timeout_ms, NULL); }
int ccurl_multi_wakeup(CURLM *multi) { return curl_multi_wakeup_(multi); }
CURL *ccurl_multi_next_ended(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read_(multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        *result = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}
