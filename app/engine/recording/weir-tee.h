/* SPDX-License-Identifier: MIT */
/* WeirTee: a sink that passes everything to two others, to the first one first. If that is a log that is
 * recorded, its bytes are on disk before the second one is drained. */
#pragma once

#include "stream/weir-sink.h"

G_BEGIN_DECLS

#define WEIR_TYPE_TEE (weir_tee_get_type ())
G_DECLARE_FINAL_TYPE (WeirTee, weir_tee, WEIR, TEE, GObject)

/* References both. It takes items until one of them needs no more. */
WeirTee *weir_tee_new (WeirSink *first, WeirSink *second);

G_END_DECLS
