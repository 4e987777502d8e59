/* SPDX-License-Identifier: MIT */
#include "weir-address-field.h"

#include "app/engine/base/weir-secrets.h"

#define ADDRESS "weir-address"

static const char *
get_text (GtkEntry *entry)
{
  return gtk_editable_get_text (GTK_EDITABLE (entry));
}

static void
set_text (GtkEntry *entry, const char *text)
{
  if (!g_str_equal (get_text (entry), text))
    gtk_editable_set_text (GTK_EDITABLE (entry), text);
}

/* What is there to be seen is not what was typed last. */
static gboolean
is_masked (GtkEntry *entry)
{
  const char *address = g_object_get_data (G_OBJECT (entry), ADDRESS);
  g_autofree char *masked = address != NULL ? weir_secrets_mask_url (address) : NULL;

  return masked != NULL && g_str_equal (masked, get_text (entry));
}

char *
weir_address_field_get (GtkEntry *entry)
{
  return g_strdup (is_masked (entry) ? g_object_get_data (G_OBJECT (entry), ADDRESS)
                                     : get_text (entry));
}

static void
unmask (GtkEntry *entry)
{
  g_autofree char *address = weir_address_field_get (entry);

  set_text (entry, address);
}

static void
set_masked (GtkEntry *entry, const char *address)
{
  g_autofree char *masked = weir_secrets_mask_url (address);

  g_object_set_data_full (G_OBJECT (entry), ADDRESS, g_strdup (address), g_free);
  set_text (entry, masked);
}

static void
mask (GtkEntry *entry)
{
  g_autofree char *address = weir_address_field_get (entry);

  set_masked (entry, address);
}

void
weir_address_field_set (GtkEntry *entry, const char *address)
{
  set_masked (entry, address);
  if ((gtk_widget_get_state_flags (GTK_WIDGET (entry)) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0)
    unmask (entry);
}

void
weir_address_field_init (GtkEntry *entry)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_signal_connect_object (focus, "enter", G_CALLBACK (unmask), entry, G_CONNECT_SWAPPED);
  g_signal_connect_object (focus, "leave", G_CALLBACK (mask), entry, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (entry), focus);
}
