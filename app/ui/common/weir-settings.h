/* SPDX-License-Identifier: MIT */
/*
 * weir-settings: the GSettings object of the program, and the settings that concern all streams.
 */
#pragma once

#include "app/engine/log/weir-log.h"

G_BEGIN_DECLS

/* The settings, shared by all; owned by this function. Run from the build folder, they take their
 * schema from there. */
GSettings *weir_settings_get (void);

/* The folder of recordings. (transfer full) */
char *weir_settings_get_recordings (void);

/* Has the engine keep to the memory limit. */
void weir_settings_apply_memory_limit (void);

/* Records log, an empty log for url, into the folder of recordings.
 * Returns: (transfer full): the path; NULL with an error, or without one if recording is turned off. */
char *weir_settings_record (WeirLog *log, const char *url, GError **error);

G_END_DECLS
