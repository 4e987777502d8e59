/* SPDX-License-Identifier: MIT */
#pragma once

#include <roaring/roaring.h>

#include "weir-rows.h"

/* The names before CRoaring 2. */
#ifdef WEIR_ROARING_OLD_NAMES
#define roaring_iterator_init roaring_init_iterator
#define roaring_iterator_create roaring_create_iterator
#define roaring_uint32_iterator_advance roaring_advance_uint32_iterator
#define roaring_uint32_iterator_free roaring_free_uint32_iterator
#define roaring_uint32_iterator_move_equalorlarger roaring_move_uint32_iterator_equalorlarger
#endif

G_BEGIN_DECLS

struct _WeirRows
{
  roaring_bitmap_t *bitmap;
};

G_END_DECLS
