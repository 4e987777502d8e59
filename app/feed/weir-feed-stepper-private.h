/* SPDX-License-Identifier: MIT */
/*
 * WeirFeedStepper: a recording event by event. It knows no socket and no clock.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct WeirFeedStepper WeirFeedStepper;

/* path: of a recording, or of an event stream's file; NULL where it cannot be read. */
WeirFeedStepper *weir_feed_stepper_new (const char *path);
void weir_feed_stepper_free (WeirFeedStepper *self);

/* Appends the bytes up to the end of the next event, with what stands before it, or else all that is
 * left. FALSE: nothing is left. */
gboolean weir_feed_stepper_next (WeirFeedStepper *self, GString *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirFeedStepper, weir_feed_stepper_free)

G_END_DECLS
