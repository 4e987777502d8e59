/* SPDX-License-Identifier: MIT */
/* UTF-8 by the Encoding Standard's rules ("UTF-8 decoder"). */
#ifndef WEIR_UTF8_PRIVATE_H
#define WEIR_UTF8_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

/* U+FFFD, which stands for each maximal bad part. */
#define WEIR_REPLACEMENT "\xEF\xBF\xBD"
#define WEIR_REPLACEMENT_LENGTH 3

/* How many bytes at the start of text are whole, valid characters. */
size_t weir_utf8_valid_length (const char *text, size_t length);

/* The length of the maximal bad part that text (not empty) starts with. cut says that it is the
 * whole text and might become a character if more followed. */
size_t weir_utf8_bad_length (const char *text, size_t length, bool *cut);

#endif
