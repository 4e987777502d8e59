/* SPDX-License-Identifier: MIT */
#include "weir-feed-exchange-private.h"

#include <string.h>

void
weir_feed_exchange_respond (
    WeirFeedExchange *self, guint status, const char *type, const char *bytes, gssize length)
{
  weir_feed_connection_respond (self->connection, status, self->fields->str, type, bytes,
                                length < 0 ? strlen (bytes) : (gsize) length);
}

void
weir_feed_exchange_say (WeirFeedExchange *self, guint status, const char *sentence)
{
  g_autofree char *line = g_strconcat (sentence, "\n", NULL);

  weir_feed_exchange_respond (self, status, WEIR_FEED_TEXT, line, -1);
}

void
weir_feed_exchange_say_nothing (WeirFeedExchange *self)
{
  weir_feed_connection_respond (self->connection, 204, self->fields->str, NULL, NULL, 0);
}

gboolean
weir_feed_exchange_has_method (WeirFeedExchange *self, const char *methods)
{
  g_auto (GStrv) allowed = g_strsplit (methods, ", ", -1);

  if (g_strv_contains ((const char *const *) allowed, self->request->method))
    return TRUE;
  g_string_append_printf (self->fields, "Allow: %s\r\n", methods);
  weir_feed_exchange_say (self, 405, "This path does not take that method.");
  return FALSE;
}
