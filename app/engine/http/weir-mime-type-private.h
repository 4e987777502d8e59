/* SPDX-License-Identifier: MIT */
/* WeirMimeType: what a response's Content-Type headers mean, by Fetch's "extract a MIME type". */
#pragma once

#include <glib.h>

#include "base/weir-reader.h"

G_BEGIN_DECLS

typedef struct
{
  char *essence; /* lower case, "text/event-stream"; NULL if the type is invalid */
  char *charset; /* as sent; NULL: none */
} WeirMimeType;

/* values is all Content-Type values joined by commas, or NULL. The last valid type counts. Fetch,
 * 3.1 (https://fetch.spec.whatwg.org/#concept-header-extract-mime-type). */
void weir_mime_type_extract (WeirMimeType *self, const char *values);
void weir_mime_type_clear (WeirMimeType *self);

gboolean weir_mime_type_is_event_stream (const WeirMimeType *self);
/* Returns: FALSE if it is not the type of a format of records. */
gboolean weir_mime_type_get_records (const WeirMimeType *self, WeirBodyFormat *format);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WeirMimeType, weir_mime_type_clear)

G_END_DECLS
