/* SPDX-License-Identifier: MIT */
/* Assembles the answers of a stream, and writes down what they are. */
#pragma once

#include <glib.h>

#include "weir-answer.h"

typedef enum
{
  FORMAT_EVENTS,
  FORMAT_LINES,
  FORMAT_FRAMES,
} Format;

/* The stream comes in two chunks, cut at split. Event n arrives n milliseconds after the start. */
char *assemble (const char *bytes, gsize length, Format format, gsize split);
