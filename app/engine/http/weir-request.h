/* SPDX-License-Identifier: MIT */
/*
 * WeirRequest: what to request, and the timeouts. It belongs to one thread, and does not change after a
 * stream has it. Setters that take user input check it; their errors are one sentence.
 */
#pragma once

#include <gio/gio.h>

#include "base/weir-reader.h"
#include "core/weir-parser.h"

G_BEGIN_DECLS

#define WEIR_REQUEST_ERROR (weir_request_error_quark ())
GQuark weir_request_error_quark (void);

typedef enum
{
  WEIR_REQUEST_ERROR_ADDRESS, /* not an http(s) address, nor a file */
  WEIR_REQUEST_ERROR_METHOD,
  WEIR_REQUEST_ERROR_HEADER, /* a header that HTTP does not allow, or a line break in it */
  WEIR_REQUEST_ERROR_ID,     /* a last event ID with U+0000, CR or LF in it */
  WEIR_REQUEST_ERROR_FILE,   /* a certificate or such that cannot be read */
  WEIR_REQUEST_ERROR_PROXY,
} WeirRequestError;

/* What a body is read as. Records are events of type "message", except that Amazon's frames have a
 * type. */
typedef enum
{
  WEIR_READ_BY_TYPE = 0, /* an event stream, or the records that the content type names */
  WEIR_READ_AS_FORMAT,   /* read as read_as, whatever the content type is */
} WeirReadAs;

/* Choices; zero and FALSE are the defaults. */
typedef struct
{
  guint retry_ms;            /* reconnection time until the server sets another; 0: 3000 */
  guint max_retry_ms;        /* the longest backoff; 0: 30000 */
  guint max_server_retry_ms; /* the longest reconnection time that a server may set; 0: an hour */
  guint connect_timeout_ms;  /* name, TCP, TLS and proxy; 0: 30000 */
  guint head_timeout_ms;     /* from the request sent to the response head; 0: 300000 */
  guint idle_timeout_ms;     /* end a connection without data for this long; 0: never */
  guint max_attempts;        /* failures in a row after which to stop; 0: never */
  gboolean no_reconnect;     /* one connection only */
  gboolean repeat_body;      /* a request with a body may be sent again */
  gboolean insecure;         /* do not check certificates; reported for each connection */
  gboolean accept_any;       /* read responses of any 2xx status and any content type */
  WeirReadAs read_as;
  WeirBodyFormat format; /* for WEIR_READ_AS_FORMAT */
  gboolean flush;        /* an unfinished event at the end is dispatched, not dropped */
  gboolean http1;        /* do not offer HTTP/2 */
  gsize chunk_bytes;     /* feed the parser this many bytes at a time; 0: each read at once */
  gsize max_line_bytes;  /* 0: WEIR_DEFAULT_MAX_LINE_BYTES; so the others */
  gsize max_event_bytes;
  gsize max_id_bytes;
  WeirOnLimit on_limit;
} WeirRequestOptions;

#define WEIR_TYPE_REQUEST (weir_request_get_type ())
G_DECLARE_FINAL_TYPE (WeirRequest, weir_request, WEIR, REQUEST, GObject)

/* address is an http or https URL, a file: URL, a path, or "-" for standard input. A name without
 * scheme that is no file but looks like a host ("localhost:3000/x") is taken as http. */
WeirRequest *weir_request_new (const char *address, GError **error);

/* The address with user info and token-like query values masked: what may be shown. */
const char *weir_request_get_display_url (WeirRequest *self);
/* The address as given, secrets and all; NULL for a file. */
const char *weir_request_get_url (WeirRequest *self);
/* The file's path, "-" for standard input; NULL for a URL. */
const char *weir_request_get_path (WeirRequest *self);

/* "GET" unless set; with a body and no method set, "POST". */
gboolean weir_request_set_method (WeirRequest *self, const char *method, GError **error);
const char *weir_request_get_method (WeirRequest *self);

/* Adds a header; "Name: value" as one line, or apart. Last-Event-ID sets the last event ID. */
gboolean weir_request_add_header_line (WeirRequest *self, const char *line, GError **error);
gboolean
weir_request_add_header (WeirRequest *self, const char *name, const char *value, GError **error);

/* The i-th header's name and value, or FALSE beyond the last. */
gboolean
weir_request_get_header (WeirRequest *self, guint i, const char **name, const char **value);

/* Credentials; sent to the address's own origin only. Refused where they hold a line break or
 * another control character, and a user name with a colon (RFC 7617, 2). */
gboolean weir_request_set_bearer (WeirRequest *self, const char *token, GError **error);
gboolean
weir_request_set_basic (WeirRequest *self, const char *user, const char *password, GError **error);

/* The body of the request; NULL: none. */
void weir_request_set_body (WeirRequest *self, GBytes *body);
GBytes *weir_request_get_body (WeirRequest *self);

/* The first Last-Event-ID; NULL: none. */
gboolean weir_request_set_last_event_id (WeirRequest *self, const char *id, GError **error);
const char *weir_request_get_last_event_id (WeirRequest *self);

/* "http://host:port", "socks5://…"; "" for no proxy at all; NULL: the system's. */
gboolean weir_request_set_proxy (WeirRequest *self, const char *url, GError **error);
const char *weir_request_get_proxy (WeirRequest *self);

/* A PEM file of authorities to trust instead of the system's. */
gboolean weir_request_set_ca_file (WeirRequest *self, const char *path, GError **error);
const char *weir_request_get_ca_file (WeirRequest *self);
GTlsDatabase *weir_request_get_tls_database (WeirRequest *self);

/* PEM files of our own certificate and its key (key_path NULL: in the same file). */
gboolean weir_request_set_client_certificate (WeirRequest *self,
                                              const char *path,
                                              const char *key_path,
                                              GError **error);
GTlsCertificate *weir_request_get_client_certificate (WeirRequest *self);
/* Its path; NULL: none. */
const char *weir_request_get_client_certificate_file (WeirRequest *self);

/* The plain choices, to read, and to change before a stream has the request. */
WeirRequestOptions *weir_request_get_options (WeirRequest *self);

/* A curl command that asks the same, for a shell; a secret is "***" unless with_secrets. (transfer
 * full) */
char *weir_request_to_curl (WeirRequest *self, gboolean with_secrets);

G_END_DECLS
