/* SPDX-License-Identifier: MIT */
/*
 * weir-curl: reads a curl command, as a browser's tools or a manual give it.
 */
#pragma once

#include "weir-stream-config.h"

G_BEGIN_DECLS

/* TRUE where text looks like a curl command at all. */
gboolean weir_curl_is_command (const char *text);

/* What the command asks for; NULL with one clear sentence where that cannot be told. */
WeirStreamConfig *weir_curl_parse (const char *text, GError **error);

G_END_DECLS
