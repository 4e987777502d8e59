/* SPDX-License-Identifier: MIT */
/* weir-finding-help: what the standards say about a finding, and its usual causes. */
#pragma once

#include <glib.h>

#include "core/weir-parser.h"

G_BEGIN_DECLS

/* One paragraph in the user's language, "" for no finding. Static. */
const char *weir_finding_help_get_text (WeirFindingCode code);

/* The name of the section of the standard, and its address. NULL if the limit is Weir's own.
 * Static strings. */
const char *weir_finding_help_get_section (WeirFindingCode code);
const char *weir_finding_help_get_uri (WeirFindingCode code);

G_END_DECLS
