/* SPDX-License-Identifier: MIT */
/*
 * Story: a sink that writes down what it is told, one line a thing, and a test's means to wait for
 * a line. Lines are:
 *
 *   connecting | open | waiting REASON DELAY_MS | ended REASON | failed REASON: SENTENCE
 *   event TYPE ID DATA | comment TEXT | retry MS | finding NAME
 *   note KIND: SENTENCE
 */
#pragma once

#include "stream/weir-sink.h"
#include "stream/weir-stream.h"

#define WEIR_TYPE_STORY (story_get_type ())
G_DECLARE_FINAL_TYPE (Story, story, WEIR, STORY, GObject)

Story *story_new (void);

/* Ask for no more than n events. */
void story_set_enough (Story *self, guint n);

/* Takes lines until one begins with prefix, and returns that; fails after a minute. The text lives
 * until the next call. */
const char *story_wait (Story *self, const char *prefix);

/* The next line must begin with prefix. */
const char *story_expect (Story *self, const char *prefix);

/* Whether a line that begins with prefix was ever told. */
gboolean story_has (Story *self, const char *prefix);

/* The latest connection's story. */
WeirConnectionInfo *story_get_info (Story *self);
