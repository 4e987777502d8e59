/* SPDX-License-Identifier: MIT */
/*
 * weir-feed-files: the files of a folder, as a static web server gives them.
 */
#pragma once

#include "weir-feed-exchange-private.h"

G_BEGIN_DECLS

/* Answers with the file in folder that the request's path names, and 404 where there is none, where it
 * leads out of the folder, or where it has more than 256 MiB. */
void weir_feed_files_answer (const char *folder, WeirFeedExchange *exchange);

G_END_DECLS
