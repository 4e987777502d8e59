/* SPDX-License-Identifier: MIT */
/*
 * weir-body: the bytes of a response's body on their way from libsoup to the parser. One read gives one
 * HTTP chunk at the most; what else is there already is added to it, since asking again at once is twice
 * as fast as going through the main loop, and one large feed is cheaper than many small ones.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define WEIR_BODY_BYTES (128 * 1024)

typedef struct
{
  GInputStream *stream; /* NULL: it was not opened, or is closed */
  guint8 *bytes;        /* room for WEIR_BODY_BYTES */
  gboolean ended;       /* the body's end, or error, stands behind the bytes that were read */
  GError *error;
} WeirBody;

/* Takes stream over. */
void weir_body_open (WeirBody *self, GInputStream *stream);
/* Not while a read is under way. */
void weir_body_close (WeirBody *self, GCancellable *cancellable);
/* Gives the memory back, too. */
void weir_body_clear (WeirBody *self);

/* Adds to the first filled bytes what is there already. Returns how many there are then; *more says
 * whether there was still more to have. */
gsize weir_body_fill (WeirBody *self, gsize filled, gboolean *more);

G_END_DECLS
