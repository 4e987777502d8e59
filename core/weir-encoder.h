/* SPDX-License-Identifier: MIT */
/*
 * weir-encoder: writes event streams that weir-parser, and every browser, read
 * back as what was meant. What the format cannot say is refused, not bent.
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

/* One block of lines: what is asked for by has_…, in the order comment, event, id, retry, data,
 * and a blank line. The texts are UTF-8. Without data there is no event; a message of nothing but
 * a comment is a heartbeat, and has no blank line. All zero is nothing at all. */
typedef struct
{
  WeirSpan comment; /* may have several lines, parted by LF */
  WeirSpan type;    /* empty: "message", and no event field is written */
  WeirSpan id;      /* may be empty, which resets the reader's last event ID */
  WeirSpan data;    /* may have several lines, parted by LF */
  uint64_t retry_ms;
  bool has_comment, has_id, has_retry, has_data;
} WeirMessage;

typedef enum
{
  WEIR_ENCODE_DONE = 0,
  WEIR_ENCODE_SPACE, /* more than capacity is needed; length says how much, nothing is of use in bytes */
  WEIR_ENCODE_TYPE_LINE,  /* the type holds CR or LF */
  WEIR_ENCODE_ID_LINE,    /* the id holds CR or LF */
  WEIR_ENCODE_ID_NUL,     /* the id holds U+0000: readers would ignore it */
  WEIR_ENCODE_DATA_CR,    /* the data holds CR, which would be read as LF */
  WEIR_ENCODE_COMMENT_CR, /* the comment holds CR, which would be read as LF */
  WEIR_ENCODE_NOT_UTF8,   /* a text is not UTF-8 */
  WEIR_ENCODE_RETRY,      /* retry_ms is above WEIR_MAX_RETRY_MS */
} WeirEncodeStatus;

/* Writes message to bytes. length gets the bytes written, or, with WEIR_ENCODE_SPACE, needed;
 * bytes may be NULL where capacity is 0. Otherwise length is 0 and nothing is written. */
WeirEncodeStatus
weir_encode (const WeirMessage *message, char *bytes, size_t capacity, size_t *length);

/* An English sentence. A static string, never NULL. */
const char *weir_encode_status_sentence (WeirEncodeStatus status);

#ifdef __cplusplus
}
#endif

#endif
