/* SPDX-License-Identifier: MIT */
/*
 * weir-address: what a person's address means: a file, standard input, or an http or https URL.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Gives either the path ("-": standard input) or the URI. FALSE with a sentence that says what is
 * wrong with the address; of domain WEIR_REQUEST_ERROR. (transfer full) */
gboolean weir_address_parse (const char *address, char **path, GUri **uri, GError **error);

/* A person's text for a sentence: masked, printable, and not endless. (transfer full) */
char *weir_address_quote (const char *text);

gboolean weir_address_has_control (const char *text);

G_END_DECLS
