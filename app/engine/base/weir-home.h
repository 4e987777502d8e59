/* SPDX-License-Identifier: MIT */
/*
 * weir-home: where a program of Weir's runs from, and so where its translations are.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TRUE where the program was started from the folder it was built in. */
gboolean weir_is_uninstalled (void);

/* Takes the user's language, with the installed translations or those just built. First thing in
 * main: it calls setlocale. */
void weir_speak_the_users_language (void);

G_END_DECLS
