/* SPDX-License-Identifier: MIT */
/* Which of the closed list of ends an error is. */
#pragma once

#include "weir-connection-info.h"

G_BEGIN_DECLS

/* The reason for error; *evidence gets one sentence with the system's own words. tls_errors are
 * the peer certificate's, 0 where there are none. */
WeirEndReason
weir_end_classify (const GError *error, GTlsCertificateFlags tls_errors, char **evidence);

/* What is wrong with a certificate, for a person. (transfer full) */
char *weir_end_describe_tls_errors (GTlsCertificateFlags errors);

G_END_DECLS
