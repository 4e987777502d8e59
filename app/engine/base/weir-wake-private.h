/* SPDX-License-Identifier: MIT */
/* WeirWake reports that the machine was suspended, without polling. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WeirWake WeirWake;

typedef void (*WeirWakeFunc) (gint64 slept_us, gpointer data);

/* Calls function in the I/O thread after each suspend. Returns NULL if the system does not support it. */
WeirWake *weir_wake_new (WeirWakeFunc function, gpointer data);
void weir_wake_free (WeirWake *self);

G_END_DECLS
