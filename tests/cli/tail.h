/* SPDX-License-Identifier: MIT */
/* weir-tail as its users run it: a process with a standard input, output and error. */
#pragma once

#include <gio/gio.h>

/* Where it is. */
extern const char *tail_program;

typedef struct
{
  int status; /* exit status; -1: it was killed by a signal */
  char *out;
  gsize out_length;
  char *err;
} Result;

void result_clear (Result *result);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Result, result_clear)

#define ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

GSubprocess *spawn (GSubprocessFlags flags, const char *const *arguments);
/* With length bytes of input, all of it where length is below 0; until it has ended. */
Result run (const char *const *arguments, const char *input, gssize length);

void expect_out (const char *const *arguments, const char *input, const char *expected);
/* One line on standard error that says expected, and nothing else. */
void expect_failure (const char *const *arguments, int status, const char *expected);
/* What the program prints on a terminal, given these arguments and that input. */
GString *run_on_terminal (const char *const *arguments, GBytes *input);
