/* SPDX-License-Identifier: MIT */
/*
 * weir-curl: reads a pasted command that sends a request, as a browser's tools or a manual give it:
 * curl for bash or cmd.exe, and PowerShell's Invoke-WebRequest.
 */
#pragma once

#include "weir-stream-config.h"

G_BEGIN_DECLS

/* Whether text looks like such a command. */
gboolean weir_curl_is_command (const char *text);

/* The request of the command. Returns NULL with a sentence if the command is incomplete, has several
 * addresses, or uses what Weir does not support. */
WeirStreamConfig *weir_curl_parse (const char *text, GError **error);

G_END_DECLS
