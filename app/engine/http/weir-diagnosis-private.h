/* SPDX-License-Identifier: MIT */
/*
 * WeirDiagnosis: why a body that should be an event stream has no event. Sockets, files and the tap
 * use it, so that the same body gives the same sentence everywhere.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* This much of the start of a body is enough. */
#define WEIR_DIAGNOSIS_BYTES ((gsize) 16 << 10)

typedef enum
{
  WEIR_DIAGNOSIS_TEXT = 0,      /* text of some other kind */
  WEIR_DIAGNOSIS_FIELDS,        /* an event stream, but of comments or fields without data only */
  WEIR_DIAGNOSIS_NO_BLANK_LINE, /* data that no blank line follows */
  WEIR_DIAGNOSIS_LITERAL_LINES, /* the characters "\n" instead of line feeds */
  WEIR_DIAGNOSIS_CHUNK_SIZES,   /* the sizes of HTTP chunks are part of the body */
  WEIR_DIAGNOSIS_TIME_STAMPS,   /* a time stamp before each field name */
  WEIR_DIAGNOSIS_INDENTED,      /* white space before each field name */
  WEIR_DIAGNOSIS_PREFIXED,      /* other text before each field name */
  WEIR_DIAGNOSIS_FIELD_NAMES,   /* field names in capitals or followed by a space */
  WEIR_DIAGNOSIS_JSON,
  WEIR_DIAGNOSIS_NDJSON,
  WEIR_DIAGNOSIS_JSON_SEQ,
  WEIR_DIAGNOSIS_GEMINI_ARRAY, /* Gemini's answer as one JSON array */
  WEIR_DIAGNOSIS_VERCEL,       /* the data stream of the Vercel AI SDK before version 5 */
  WEIR_DIAGNOSIS_BASE64,       /* an event stream in base64 */
  WEIR_DIAGNOSIS_HTML,
  WEIR_DIAGNOSIS_XML,
  WEIR_DIAGNOSIS_UTF_16,
  WEIR_DIAGNOSIS_OTHER_CHARSET,
  WEIR_DIAGNOSIS_AMAZON, /* application/vnd.amazon.eventstream */
  WEIR_DIAGNOSIS_GZIP,
  WEIR_DIAGNOSIS_ZSTD,
  WEIR_DIAGNOSIS_BINARY,
} WeirDiagnosis;

/* Finds what a body is from its first WEIR_DIAGNOSIS_BYTES bytes, or all of a shorter body. It does not
 * check whether the body has an event. */
WeirDiagnosis weir_diagnosis_find (const char *start, gsize length);

/* The cause in a sentence, never NULL. */
const char *weir_diagnosis_get_cause (WeirDiagnosis diagnosis);

/* Whether length bytes begin with a whole prelude of application/vnd.amazon.eventstream whose
 * checksum is right. */
gboolean weir_diagnosis_is_amazon (const char *start, gsize length);

G_END_DECLS
