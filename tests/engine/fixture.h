/* SPDX-License-Identifier: MIT */
/* A stream with a server of its own, whose story is written down. */
#pragma once

#include "raw-server.h"
#include "story.h"

typedef struct
{
  RawServer *server;
  WeirRequest *request; /* of one millisecond between connections, until the test says otherwise */
  Story *story;
  WeirStream *stream;
} Fixture;

void fixture_prepare (Fixture *self, RawHandler handler, gpointer data, const char *path);
/* The request is as it should be. */
void fixture_go (Fixture *self);
/* Both, for a request that needs nothing more. */
void fixture_start (Fixture *self, RawHandler handler, gpointer data);
void fixture_finish (Fixture *self);

/* A RawHandler: an event for each request, with its number as id and the last event ID it came with as
 * data, and then the end. */
void one_event_each (int fd, guint n, const char *request, gpointer data);
/* A RawHandler: nothing; or, where data is not NULL, one event and nothing more. */
void stay_silent (int fd, guint n, const char *request, gpointer data);
