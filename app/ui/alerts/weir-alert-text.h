/* SPDX-License-Identifier: MIT */
/*
 * weir-alert-text: the words of alerts. All of it is plain text on one line, without control characters
 * and without what turns the direction of writing, whatever the stream or the person said.
 */
#pragma once

#include "app/engine/log/weir-row.h"

G_BEGIN_DECLS

/* “12 events matched “type:alarm” in localhost/events”. of_events: FALSE where other rows may be meant;
 * stream: NULL where it is clear which. (transfer full) */
char *weir_alert_text_describe_matches (guint64 n,
                                        gboolean of_events,
                                        const char *filter,
                                        const char *stream);

/* “No event for 60 seconds in localhost/events”; stream as above. (transfer full) */
char *weir_alert_text_describe_silence (guint seconds, const char *stream);

/* A row's type and the beginning of what it says. Some desktops take the text of a notification for
 * markup: there is nothing in it that could be. (transfer full) */
char *weir_alert_text_describe_row (WeirRow *row);

/* text, as the text of a notification. (transfer full) */
char *weir_alert_text_make_body (const char *text);

G_END_DECLS
