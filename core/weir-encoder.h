/* SPDX-License-Identifier: MIT */
/*
 * weir-encoder: writes event streams. Any parser that follows the standard reads back the same texts.
 * Texts that the format cannot represent are rejected.
 *
 *   WeirMessage message = { .data = { "hello", 5 }, .has_data = true };
 *   char bytes[64];
 *   size_t length;
 *
 *   if (weir_encode (&message, bytes, sizeof bytes, &length) == WEIR_ENCODE_DONE)
 *     write (fd, bytes, length);
 */
#ifndef WEIR_ENCODER_H
#define WEIR_ENCODER_H

#include "weir-parser.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * One block of lines, in UTF-8. A member is written if its has_… is true, and the type if it is not
 * empty, in the order comment, event, id, retry, data, blank line. Without data there is no event. A
 * message with only a comment (a heartbeat) has no blank line. If all members are zero, nothing is
 * written.
 */
typedef struct
{
  WeirSpan comment;  /* may have several lines, separated by LF */
  WeirSpan type;     /* empty: no event field is written, and the type is "message" */
  WeirSpan id;       /* may be empty, which resets the last event ID */
  WeirSpan data;     /* may have several lines, separated by LF */
  uint64_t retry_ms; /* in milliseconds, at most WEIR_MAX_RETRY_MS */
  bool has_comment, has_id, has_retry, has_data;
} WeirMessage;

typedef enum
{
  WEIR_ENCODE_DONE = 0,
  WEIR_ENCODE_SPACE, /* capacity is too small; *length is the required size, and bytes is undefined */
  WEIR_ENCODE_TYPE_LINE,  /* the type contains CR or LF */
  WEIR_ENCODE_ID_LINE,    /* the id contains CR or LF */
  WEIR_ENCODE_ID_NUL,     /* the id contains U+0000, so parsers would ignore it */
  WEIR_ENCODE_DATA_CR,    /* the data contains CR, which parsers would read as LF */
  WEIR_ENCODE_COMMENT_CR, /* the comment contains CR, which parsers would read as LF */
  WEIR_ENCODE_NOT_UTF8,   /* a text is not UTF-8 */
  WEIR_ENCODE_RETRY,      /* retry_ms is above WEIR_MAX_RETRY_MS */
} WeirEncodeStatus;

/* Writes message to bytes, a buffer of capacity bytes (NULL is allowed if capacity is 0). *length is the
 * number of bytes written, with WEIR_ENCODE_SPACE the number required, and 0 after any other error. */
WeirEncodeStatus
weir_encode (const WeirMessage *message, char *bytes, size_t capacity, size_t *length);

/* Returns an English sentence that explains status. Static, never NULL. */
const char *weir_encode_status_sentence (WeirEncodeStatus status);

#ifdef __cplusplus
}
#endif

#endif
