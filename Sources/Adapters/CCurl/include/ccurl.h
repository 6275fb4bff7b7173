// The part of libcurl that APIClient uses, found at run time.
//
// Debian's libcurl brings some thirty shared objects; linking it would cost every run of the
// program several milliseconds, a trigger for another scheduler included. So it is opened on
// the first request. libcurl's variadic functions are invisible to Swift: each has typed
// stand-ins here.
#pragma once

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <stddef.h>

#pragma clang assume_nonnull begin

typedef size_t (*ccurl_data_function)(char *_Nullable data, size_t size, size_t count, void *_Nullable context);

// Opens libcurl once; later calls answer at once. NULL when it is there, else why it is not.
const char *_Nullable ccurl_load(void);

CURL *_Nullable ccurl_easy_init(void);
void ccurl_easy_cleanup(CURL *easy);
CURLcode ccurl_easy_perform(CURL *easy);
const char *ccurl_easy_strerror(CURLcode code);
CURLcode ccurl_easy_pause(CURL *easy, int bitmask);
CURLcode ccurl_easy_send(CURL *easy, const void *bytes, size_t length, size_t *sent);
CURLcode ccurl_easy_recv(CURL *easy, void *buffer, size_t length, size_t *received);

CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value);
CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *_Nullable value);
CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *_Nullable value);
CURLcode ccurl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t length);
CURLcode ccurl_set_body(CURL *easy, const void *_Nullable bytes, size_t length);
CURLcode ccurl_set_error_buffer(CURL *easy, char *buffer);
CURLcode ccurl_set_callbacks(CURL *easy, ccurl_data_function header, ccurl_data_function body, void *context);

long ccurl_os_error(CURL *easy);
int ccurl_socket(CURL *easy);

struct curl_slist *_Nullable ccurl_list_append(struct curl_slist *_Nullable list, const char *text);
void ccurl_list_free(struct curl_slist *_Nullable list);

CURLM *_Nullable ccurl_multi_init(void);
void ccurl_multi_cleanup(CURLM *multi);
void ccurl_multi_limit_cached(CURLM *multi, long connections);
int ccurl_multi_add(CURLM *multi, CURL *easy);
int ccurl_multi_remove(CURLM *multi, CURL *easy);
int ccurl_multi_perform(CURLM *multi, int *running);
int ccurl_multi_poll(CURLM *multi, int timeout_ms);
int ccurl_multi_wakeup(CURLM *multi);
// The next transfer that has ended, with its result; NULL when there is none.
CURL *_Nullable ccurl_multi_next_ended(CURLM *multi, CURLcode *result);

#pragma clang assume_nonnull end
