/* SPDX-License-Identifier: MIT */
/* weir-sse-text: what JavaScript's strings want to know of UTF-8. */
#ifndef WEIR_SSE_TEXT_H
#define WEIR_SSE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether no byte is above 0x7F. */
bool weir_text_is_ascii (const char *text, size_t length);

/* Copies length bytes forwards; up to 15 more may be read and written behind them. */
void weir_text_copy (void *to, const void *text, size_t length);

/* Moves length bytes to a place before text. Up to 16 bytes behind them are read, and stay as they are. */
void weir_text_move_down (void *to, const void *text, size_t length);

/* Writes UTF-8 as UTF-16 and returns the number of code units, at most length, or SIZE_MAX where it is no
 * UTF-8. Up to 16 units more may be written behind them. */
size_t weir_text_widen (uint16_t *to, const char *text, size_t length);

#endif
