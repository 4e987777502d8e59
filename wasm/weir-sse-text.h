/* SPDX-License-Identifier: MIT */
/* weir-sse-text: what JavaScript needs to know of UTF-8. */
#ifndef WEIR_SSE_TEXT_H
#define WEIR_SSE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Copies length bytes forwards; up to 15 more may be read and written after them. */
void weir_text_copy (void *to, const void *text, size_t length);

/* How many bytes more the text has than code units in UTF-16. Behind it stands a byte that is no
 * continuation; up to 18 bytes after it are read. What is not UTF-8 counts for no more units than a decoder
 * makes of it: so where the units of a text, counted this way, are as many as those that were decoded, each
 * place next to an ASCII byte is right as well. */
uint32_t weir_text_surplus (const uint8_t *text, uint32_t length);

#endif
