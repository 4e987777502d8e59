/* SPDX-License-Identifier: MIT */
/* Maps errors to the closed list of ends. */
#pragma once

#include "weir-connection-info.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Returns: the reason for error; sets *evidence to a sentence with the system's message. tls_errors are
 * the peer certificate's; 0: none. */
WeirEndReason
weir_end_classify (const GError *error, GTlsCertificateFlags tls_errors, char **evidence);

/* What is wrong with a certificate, a sentence for each error. (transfer full) */
char *weir_end_describe_tls_errors (GTlsCertificateFlags errors);

/* evidence of a TLS handshake that failed, with what to try: no error proves that a peer does not
 * speak TLS. Takes evidence. (transfer full) */
char *weir_end_advise_http (char *evidence);

/* Why a body of HTTP/1 ended, by its framing, whether the server has closed the connection, and
 * whether an event is unfinished. *evidence gets a sentence. (transfer full) */
WeirEndReason
weir_end_of_body (SoupEncoding framing, gboolean closed, gboolean unfinished, char **evidence);

/* Whether the host was not found or not reached; with a proxy, that host is the proxy. */
gboolean weir_end_is_on_the_way (WeirEndReason reason);

/* The evidence for a proxy that was not found or not reached. Takes evidence. (transfer full) */
char *weir_end_blame_proxy (WeirEndReason reason, const char *proxy, char *evidence);

G_END_DECLS
