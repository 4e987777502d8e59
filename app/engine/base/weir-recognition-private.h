/* SPDX-License-Identifier: MIT */
/*
 * WeirRecognition: whether bytes are an event stream at all. Nothing in the standard is broken by a
 * file of something else, since lines that are no fields are passed over; so a parser is asked
 * whether it saw a single field or comment, until it did. By chance a line of an image or a program is
 * one, too; but there NUL bytes stand before it.
 */
#pragma once

#include <glib.h>

#include "core/weir-parser.h"

G_BEGIN_DECLS

typedef struct
{
  WeirParser parser;
  gboolean recognised;
  gboolean binary; /* too many NUL bytes came first */
  guint64 taken;   /* bytes */
  guint n_nuls;
  guint64 last_nul; /* where the one is that makes it binary; G_MAXUINT64: it did not come */
} WeirRecognition;

void weir_recognition_init (WeirRecognition *self);
void weir_recognition_clear (WeirRecognition *self);

/* The next bytes. TRUE: they are a stream's, and no more is needed. */
gboolean weir_recognition_take (WeirRecognition *self, const void *bytes, gsize length);

/* All bytes were given: whether they are a stream's. */
gboolean weir_recognition_finish (WeirRecognition *self);

/* Why they are not, for a person. */
const char *weir_recognition_describe (const WeirRecognition *self);

G_END_DECLS
