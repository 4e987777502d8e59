/* SPDX-License-Identifier: MIT */
/*
 * WeirRecognition: whether bytes are an event stream. The standard accepts any file and ignores lines that are
 * not fields, so this looks for the first field or comment. Binary files can contain one by chance, but have
 * NUL bytes before it.
 */
#pragma once

#include <glib.h>

#include "core/weir-parser.h"

G_BEGIN_DECLS

typedef struct
{
  WeirParser parser;
  gboolean recognised;
  gboolean binary; /* there were too many NUL bytes before */
  guint64 taken;   /* bytes */
  guint n_nuls;
  guint64 last_nul; /* the offset of the one that makes it binary; G_MAXUINT64: none yet */
} WeirRecognition;

void weir_recognition_init (WeirRecognition *self);
void weir_recognition_clear (WeirRecognition *self);

/* Takes the next bytes. Returns TRUE once they are an event stream. */
gboolean weir_recognition_take (WeirRecognition *self, const void *bytes, gsize length);

/* At the end of the bytes: whether they were an event stream. */
gboolean weir_recognition_finish (WeirRecognition *self);

/* Why they are not, for the user. */
const char *weir_recognition_describe (const WeirRecognition *self);

G_END_DECLS
