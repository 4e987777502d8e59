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

/* Has the engine keep to the memory limit. */
void weir_settings_apply_memory_limit (void);

/* Records log, which is empty and what url gives, into the folder of recordings. The path (transfer
 * full); NULL where that failed, or, without an error, is not wished. */
char *weir_settings_record (WeirLog *log, const char *url, GError **error);

G_END_DECLS
