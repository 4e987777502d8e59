/* SPDX-License-Identifier: MIT */
#pragma once

#include <roaring/roaring.h>

#include "weir-rows.h"

G_BEGIN_DECLS

struct _WeirRows
{
  roaring_bitmap_t *bitmap;
};

G_END_DECLS
