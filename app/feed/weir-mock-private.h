/* SPDX-License-Identifier: MIT */
/*
 * WeirMock: the recorded requests of a recording, to answer the same requests with what was answered
 * then. Requests are compared as they were recorded: with their secrets masked.
 */
#pragma once

#include "app/engine/base/weir-reader.h"

G_BEGIN_DECLS

/* A connection that was recorded with its request. */
typedef struct
{
  char *method;
  char *target; /* path and query, masked */
  char *body;   /* a checksum of the masked body */
  guint connection;
  guint status; /* of its response */
  WeirBodyFormat format;
  guint64 n_served;
} WeirMockEntry;

typedef struct _WeirMock WeirMock;

/* Returns: (transfer full): NULL with error set if the recording at path cannot be read. */
WeirMock *weir_mock_new (const char *path, GError **error);
void weir_mock_free (WeirMock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirMock, weir_mock_free)

typedef struct
{
  const char *method;
  const char *target;
  const char *body; /* NULL: any body matches */
  gsize length;
} WeirMockRequest;

/* Finds what to answer: of several recorded connections that match, each in turn, and then the last one
 * again. Returns: (transfer none): NULL if none matches. */
const WeirMockEntry *weir_mock_find (WeirMock *self, const WeirMockRequest *request);

/* Returns: (transfer full): a line "METHOD target" for each different request, in plain text. */
char *weir_mock_list (WeirMock *self);

G_END_DECLS
