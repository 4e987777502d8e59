/* SPDX-License-Identifier: MIT */
/*
 * weir-address-field: an entry for a stream's address that shows what is secret in it only while it is
 * edited: who looks over a shoulder, or at a picture of the window, sees "***".
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Makes entry such a field, for as long as it lives. */
void weir_address_field_init (GtkEntry *entry);

void weir_address_field_set (GtkEntry *entry, const char *address);
/* The address itself. (transfer full) */
char *weir_address_field_get (GtkEntry *entry);

G_END_DECLS
