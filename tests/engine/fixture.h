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
