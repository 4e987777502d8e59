/* SPDX-License-Identifier: MIT */
/*
 * weir-frame-meter: measures frame times while rows arrive, for `--report=FILE`. Main thread only;
 * does nothing unless it is enabled.
 */
#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

void weir_frame_meter_enable (void);

/* A frame began at time_us. */
void weir_frame_meter_add_frame (gint64 time_us);

/* Frames stop for a while. The time until the next one is not measured. */
void weir_frame_meter_pause (void);

/* The list was scrolled to another place: the jump lasts until that is painted. */
void weir_frame_meter_jump (GdkFrameClock *clock);

/* Writes what was measured as JSON. took_us: from the beginning to the last event. */
gboolean weir_frame_meter_write (
    const char *path, guint64 events, guint64 rows_shown, gint64 took_us, GError **error);

G_END_DECLS
