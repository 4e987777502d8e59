/* SPDX-License-Identifier: MIT */
/* weir-sse-text: converts lengths in UTF-8 to lengths in UTF-16. */
#ifndef WEIR_SSE_TEXT_H
#define WEIR_SSE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Copies length bytes forwards; up to 15 more may be read and written after them. */
void weir_text_copy (void *to, const void *text, size_t length);

/* Returns: the number of bytes of the text minus its number of UTF-16 code units. The byte after the text
 * must not be a continuation; up to 18 bytes after it are read. Invalid UTF-8 counts for at most as many
 * units as a decoder makes of it. Therefore, if the decoded string has as many units as were counted, every
 * offset next to an ASCII byte is right too. */
uint32_t weir_text_surplus (const uint8_t *text, uint32_t length);

#endif
