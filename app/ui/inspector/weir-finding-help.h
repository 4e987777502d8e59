/* SPDX-License-Identifier: MIT */
/* weir-finding-help: what the standards say about a finding, and what usually brings it about. */
#pragma once

#include <glib.h>

#include "core/weir-parser.h"

G_BEGIN_DECLS

/* One paragraph in the user's language, "" for no finding. Static. */
const char *weir_finding_help_get_text (WeirFindingCode code);

/* The section that says so, by name, and its address; NULL where a limit is ours and no standard's.
 * Static. */
const char *weir_finding_help_get_section (WeirFindingCode code);
const char *weir_finding_help_get_uri (WeirFindingCode code);

G_END_DECLS
