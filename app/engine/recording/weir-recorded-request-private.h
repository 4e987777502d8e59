/* SPDX-License-Identifier: MIT */
/*
 * weir-recorded-request: the request of a connection, in a file of its own in the recording:
 * 000001.request. docs/recording-format.md has the grammar. Secrets were masked before.
 */
#pragma once

#include "http/weir-connection-info.h"

G_BEGIN_DECLS

/* "000001.request". (transfer full) */
char *weir_recorded_request_make_name (guint connection);

/* Returns: (transfer full): the contents of the file for info's request, or NULL if it has none. */
GString *weir_recorded_request_format (const WeirConnectionInfo *info);

/* Returns: (transfer full): method, url, request_headers, request_body and request_bytes of the
 * connection of that number in the recording at path; NULL if its file is missing, not complete or not
 * a regular file. */
WeirConnectionInfo *weir_recorded_request_load (const char *path, guint connection);

/* Returns: how many bytes the requests in the recording at path take. */
guint64 weir_recorded_requests_measure (const char *path);
/* Deletes the requests of the connections before the one of that number. */
void weir_recorded_requests_delete (const char *path, guint before);

G_END_DECLS
