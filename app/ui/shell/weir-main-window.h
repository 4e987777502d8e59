/* SPDX-License-Identifier: MIT */
/*
 * weir-main-window: the main window: streams at the side, the chosen one's page, and the address bar.
 * Its commands are the actions "win.…".
 */
#pragma once

#include <adwaita.h>

#include "streams/weir-stream-list.h"
#include "page/weir-stream-page.h"

G_BEGIN_DECLS

#define WEIR_TYPE_MAIN_WINDOW (weir_main_window_get_type ())
G_DECLARE_FINAL_TYPE (WeirMainWindow, weir_main_window, WEIR, MAIN_WINDOW, AdwApplicationWindow)

/* streams is referenced. */
WeirMainWindow *weir_main_window_new (GtkApplication *application, WeirStreamList *streams);

/* Shows the stream with that address, added if necessary, and connects. */
void weir_main_window_open_address (WeirMainWindow *self, const char *address);

/* Adds a stream, shows it and connects; config is taken over. */
void weir_main_window_open_config (WeirMainWindow *self, WeirStreamConfig *config);

WeirStreamList *weir_main_window_get_streams (WeirMainWindow *self);

/* The stream in front, or NULL. */
WeirStreamItem *weir_main_window_get_item (WeirMainWindow *self);
void weir_main_window_select_item (WeirMainWindow *self, WeirStreamItem *item);

/* toast is taken over. */
void weir_main_window_add_toast (WeirMainWindow *self, AdwToast *toast);

/* Says text for a moment. */
void weir_main_window_show_toast (WeirMainWindow *self, const char *text);

/* The page in front, or NULL. */
WeirStreamPage *weir_main_window_get_page (WeirMainWindow *self);

G_END_DECLS
