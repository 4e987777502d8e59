/* SPDX-License-Identifier: MIT */
/*
 * weir-stream-list: all streams that the user added, in the user's order; a GListModel of
 * WeirStreamItem that keeps itself in the session file, and secrets in the keyring.
 */
#pragma once

#include "weir-stream-item.h"

G_BEGIN_DECLS

#define WEIR_TYPE_STREAM_LIST (weir_stream_list_get_type ())
G_DECLARE_FINAL_TYPE (WeirStreamList, weir_stream_list, WEIR, STREAM_LIST, GObject)

/* path: the session file, which need not exist. An unreadable one is set aside, not overwritten. */
WeirStreamList *weir_stream_list_new (const char *path);

/* Reads the session file. What was open is opened again when resume is TRUE and asking twice
 * does no harm. FALSE with one sentence where the file is damaged. */
gboolean weir_stream_list_load (WeirStreamList *self, gboolean resume, GError **error);

/* Appends item. */
void weir_stream_list_add (WeirStreamList *self, WeirStreamItem *item);
void weir_stream_list_insert (WeirStreamList *self, guint position, WeirStreamItem *item);
void weir_stream_list_remove (WeirStreamList *self, guint position);
void weir_stream_list_move (WeirStreamList *self, guint from, guint to);

/* Position of item, or G_MAXUINT. */
guint weir_stream_list_find (WeirStreamList *self, WeirStreamItem *item);
WeirStreamItem *weir_stream_list_find_address (WeirStreamList *self, const char *address);

/* Saves at once what would be saved in a moment. */
void weir_stream_list_flush (WeirStreamList *self);

/* To be called when an item's config changed. */
void weir_stream_list_changed (WeirStreamList *self);

/* Why secrets are not saved, as one sentence; NULL if they are, or if there are none. */
const char *weir_stream_list_get_keyring_error (WeirStreamList *self);

/* Whether the keyring has not answered for a while, as when it waits for its password. */
gboolean weir_stream_list_get_keyring_waiting (WeirStreamList *self);

/* The recording at from has another path now. */
void weir_stream_list_rename_recording (WeirStreamList *self, const char *from, const char *to);

G_END_DECLS
