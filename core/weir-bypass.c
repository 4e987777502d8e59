/* SPDX-License-Identifier: MIT */
#include "weir-bypass.h"

#include "weir-parser-state-private.h"

void
weir_bypass_scan (const char *bytes, size_t at, size_t length, bool utf8, WeirWindow *window)
{
  size_t rest = length - at;
  uint32_t before = 0;

  for (size_t i = 1; at > 0 && i <= 4; i++)
    before |= (uint32_t) (uint8_t) bytes[at - i] << (32 - 8 * i);
  weir_path_functions ()->scan (bytes + at, rest < WEIR_WINDOW ? rest : WEIR_WINDOW, before, utf8,
                                window);
}

size_t
weir_bypass_valid_length (const char *text, size_t length)
{
  return weir_path_functions ()->utf8_valid_length (text, length);
}

WeirBypass
weir_bypass_state (const WeirParser *self)
{
  if (!self->drained || self->due != 0 || self->block_has != 0 || self->carried || self->after_cr
      || self->skipping || self->finished || self->bom != BOM_PAST
      || self->line_begin != self->offset + self->length)
    return WEIR_BYPASS_NO;
  if (self->line_ends == SEEN_LF)
    return WEIR_BYPASS_LF;
  return self->line_ends == SEEN_CRLF ? WEIR_BYPASS_CRLF : WEIR_BYPASS_NO;
}

void
weir_bypass_bytes (WeirParser *self, size_t n)
{
  self->offset += n;
  self->line_begin += n;
}

void
weir_bypass_trim (WeirParser *self)
{
  if (weir_bypass_state (self) == WEIR_BYPASS_NO)
    return;
  weir_text_free_retired (&self->retired, &self->options.allocator);
  weir_text_clear (&self->line, &self->options.allocator);
  weir_text_clear (&self->data.text, &self->options.allocator);
}
