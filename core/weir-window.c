/* SPDX-License-Identifier: MIT */
#include "weir-window-private.h"

#include "weir-line-private.h"

/* A line of this length is not in the caches any more when it is whole. */
#define FAR ((size_t) 1 << 20)

/* The four bytes before the window, for characters that its begin cuts. */
static uint32_t
bytes_before_window (const WeirParser *self)
{
  const char *end = self->chunk + self->window_begin;
  size_t length = self->window_begin;
  uint32_t bytes = 0;

  if (length == 0 && self->carried)
    {
      end = self->line.bytes + self->line.end;
      length = self->line.end - self->line.begin;
    }
  for (size_t i = 1; i <= length && i <= 4; i++)
    bytes |= (uint32_t) (uint8_t) * (end - i) << (32 - 8 * i);
  return bytes;
}

/* A line that is carried goes on: what is plain of the next window is put aside at the first look.
 * True if that is all of it, and the line goes on. */
static bool
carry_plain (WeirParser *self)
{
  const WeirPathFunctions *path = self->path;
  const char *from = self->chunk + self->scanned;
  WeirText *line = &self->line;
  bool far = line->end - line->begin >= FAR;
  size_t rest = self->length - self->scanned,
         length = far || rest < WEIR_WINDOW ? rest : WEIR_WINDOW;
  size_t copied, skew;
  char *to;

  length -= length % WEIR_BLOCK;
  if (self->suspect || self->line_valid < line->end - line->begin || length == 0
      || !weir_parser_reserve (self, line, length + LOOKAHEAD))
    return false;

  to = line->bytes + line->end;
  skew = (size_t) (-(uintptr_t) to % WEIR_BLOCK);
  if (!far)
    copied = path->copy_plain (to, from, length);
  else if (skew == 0)
    copied = path->copy_plain_far (to, from, length);
  else
    copied = length = path->copy_plain (to, from, WEIR_BLOCK) > 0 ? skew : 0;
  line->end += copied;
  self->line_valid += copied;
  self->at = self->scanned = self->scanned + copied;
  return copied > 0 && copied == length;
}

static void
scan_window (WeirParser *self)
{
  size_t rest;

  /* A line that the last window leaves unfinished takes what is known of it along; and its bytes,
   * while they are near, where they must be copied anyway. Without memory, weir_line_drain() tries again. */
  if (self->at < self->scanned && self->window.suspect)
    self->suspect = true;
  if (self->at < self->scanned && self->carried && !self->skipping)
    weir_line_carry (self, self->scanned);
  while (self->at == self->scanned && self->carried && !self->skipping && carry_plain (self))
    continue;
  rest = self->length - self->scanned;
  self->window_begin = self->scanned;
  self->scanned += rest < WEIR_WINDOW ? rest : WEIR_WINDOW;
  self->path->scan (self->chunk + self->window_begin, self->scanned - self->window_begin,
                    bytes_before_window (self), true, &self->window);
}

bool
weir_window_scan (WeirParser *self)
{
  while (self->window.blocks == 0)
    {
      if (self->scanned == self->length)
        return false;
      scan_window (self);
    }
  return true;
}
