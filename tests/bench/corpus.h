/* SPDX-License-Identifier: MIT */
/* Streams like those that are met, made from a seed: the same bytes on every machine. */
#pragma once

#include <stddef.h>

typedef struct
{
  const char *name;
  const char *about;
} Corpus;

/* The list of them, ended by a NULL name. */
extern const Corpus corpora[];

/* size bytes or a little less, of whole events; free() them. NULL for a name that is not in the list. */
char *corpus_new (const char *name, size_t size, size_t *length);
