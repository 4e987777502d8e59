/* SPDX-License-Identifier: MIT */
/* The scanner: where the line ends are, and the bytes above 0x7F. */
#ifndef WEIR_SCAN_PRIVATE_H
#define WEIR_SCAN_PRIVATE_H

#include "weir-parser.h"

#define WEIR_BLOCK 64
#define WEIR_WINDOW (WEIR_BLOCK * WEIR_WINDOW_BLOCKS)

/* Fills in what window says of length bytes, at most WEIR_WINDOW; bits past the length are 0. */
void weir_scan (const char *bytes, size_t length, WeirWindow *window);

#endif
