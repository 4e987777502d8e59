/* SPDX-License-Identifier: MIT */
/*
 * weir-stream-text: what a stream's page says of it in words.
 */
#pragma once

#include "weir-stream-item.h"

G_BEGIN_DECLS

/* What its state is called where it has no rows to show. */
const char *weir_stream_text_get_title (WeirStreamItem *item);

/* What a person can do about the state; NULL: nothing. (transfer full) */
char *weir_stream_text_get_remedy (WeirStreamItem *item);

/* How much of it is on disk, and how much of this and older recordings was deleted to make room, in a
 * few words; NULL where it is not recorded. (transfer full) */
char *weir_stream_text_describe_disk (WeirStreamItem *item);

G_END_DECLS
