/* SPDX-License-Identifier: MIT */
/* WeirTee: a sink that gives all to two others, to the first one first. Where that is a log that is
 * recorded, what is drained is on disk before the second one drains. */
#pragma once

#include "stream/weir-sink.h"

G_BEGIN_DECLS

#define WEIR_TYPE_TEE (weir_tee_get_type ())
G_DECLARE_FINAL_TYPE (WeirTee, weir_tee, WEIR, TEE, GObject)

/* Keeps a reference of each. It has enough when one of them has. */
WeirTee *weir_tee_new (WeirSink *first, WeirSink *second);

G_END_DECLS
