/* SPDX-License-Identifier: MIT */
/* Which of the closed list of ends an error is. */
#pragma once

#include "weir-connection-info.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The reason for error; *evidence gets one sentence with the system's own words. tls_errors are
 * the peer certificate's, 0 where there are none. */
WeirEndReason
weir_end_classify (const GError *error, GTlsCertificateFlags tls_errors, char **evidence);

/* What is wrong with a certificate, for a person. (transfer full) */
char *weir_end_describe_tls_errors (GTlsCertificateFlags errors);

/* evidence of a TLS handshake that failed, with what to try: no error tells for sure that a peer
 * speaks no TLS at all. Takes evidence. (transfer full) */
char *weir_end_advise_http (char *evidence);

/* What it means that a body of HTTP/1 ended, by how its length was told, whether the server has closed the
 * connection, and whether an event is unfinished. *evidence: a sentence. (transfer full) */
WeirEndReason
weir_end_of_body (SoupEncoding framing, gboolean closed, gboolean unfinished, char **evidence);

/* Whether it was not found or not reached: which, by way of a proxy, is the proxy. */
gboolean weir_end_is_on_the_way (WeirEndReason reason);

/* evidence of a proxy that was not found or not reached. Takes evidence. (transfer full) */
char *weir_end_blame_proxy (WeirEndReason reason, const char *proxy, char *evidence);

G_END_DECLS
