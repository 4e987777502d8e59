/* SPDX-License-Identifier: MIT */
#include "weir-window-private.h"

#include "weir-line-private.h"

/* From this length on, the start of a line has left the processor's caches before the line is complete. */
#define FAR ((size_t) 1 << 20)

/* Returns: the last four bytes before the window, the very last one in the highest bits, to decode a
 * character that the start of the window cuts. */
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

/* Continues a carried line: checks and copies the plain blocks (ASCII without a line end) of the next
 * window in one pass. Returns: whether all of it was plain, so that the line continues after it. */
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

  /* If the line continues from the last window, remember whether it is suspect. Copy its bytes now, while
   * they are in the cache, if they must be copied anyway. If there is no memory, weir_line_drain() tries
   * again. */
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
