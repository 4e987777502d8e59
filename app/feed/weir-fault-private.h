/* SPDX-License-Identifier: MIT */
/*
 * A fault on purpose: what networks, proxies and servers do to a stream, to test a client.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  WEIR_FAULT_NONE,
  WEIR_FAULT_CUT_MID_EVENT, /* after number events, half of one, and the end of the connection */
  WEIR_FAULT_CUT_MID_CHAR,  /* the same in the middle of a character */
  WEIR_FAULT_STALL,         /* after number events, nothing: the connection stays open */
  WEIR_FAULT_RST,           /* after number events, a reset */
  WEIR_FAULT_NO_LENGTH,     /* neither length nor chunks; after number events, the end */
  WEIR_FAULT_SLOW_DRIP,     /* a byte every number milliseconds */
  WEIR_FAULT_BAD_GZIP,      /* gzip that is damaged after number events */
  WEIR_FAULT_BAD_CHUNK,     /* after number events, a chunk without a size */
  WEIR_FAULT_STATUS,        /* number instead of 200 */
  WEIR_FAULT_TYPE,          /* text instead of text/event-stream */
  WEIR_FAULT_REDIRECT_LOOP, /* a redirect to the same address */
  WEIR_FAULT_204_AFTER,     /* streams end after three events; after number requests, 204 */
  WEIR_FAULT_FLAP,          /* every stream ends after number events */
} WeirFaultKind;

typedef struct
{
  WeirFaultKind kind;
  guint64 number;
  char text[128];
} WeirFault;

/* Parses "NAME" or "NAME=VALUE". Returns FALSE and a sentence for the user (transfer full) if there is no such
 * fault, or its value is invalid. */
gboolean weir_fault_parse (const char *text, WeirFault *fault, char **problem);

/* Whether it ends the stream after fault->number events. */
gboolean weir_fault_counts_events (const WeirFault *fault);

/* Where to cut the bytes of an event; 0 if it cannot be cut. */
gsize weir_fault_find_cut (const WeirFault *fault, const char *bytes, gsize length);

/* Appends text as gzip without its end, and bytes that no gzip reader accepts. */
void weir_fault_append_bad_gzip (GString *out, const char *text, gsize length);

G_END_DECLS
