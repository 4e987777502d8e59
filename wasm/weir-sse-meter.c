/* SPDX-License-Identifier: MIT */
#include "weir-sse-meter.h"

#include <string.h>

#define BOM_PAST 4

void
weir_meter_init (WeirMeter *meter, double max, bool comments)
{
  memset (meter, 0, sizeof *meter);
  meter->limited = max >= 0;
  meter->max = meter->limited ? (uint64_t) max : 0;
  meter->comments = comments;
}

void
weir_meter_reset (WeirMeter *meter)
{
  meter->data = meter->line = meter->data_lines = 0;
  meter->bom = 0;
  meter->after_cr = false;
}

void
weir_meter_dispatch (WeirMeter *meter, bool after_cr)
{
  meter->data = meter->line = meter->data_lines = 0;
  meter->after_cr = after_cr;
  meter->bom = BOM_PAST;
}

bool
weir_meter_is_far (const WeirMeter *meter, size_t n)
{
  return meter->data + meter->line + n <= meter->max;
}

/* The units that text adds: a byte that continues a character adds none, a lead of four adds two. */
static unsigned
units_of (char byte)
{
  uint8_t bits = (uint8_t) byte;

  return (bits & 0xC0) == 0x80 ? 0 : bits >= 0xF0 ? 2 : 1;
}

/* Whether the line so far may become this field. */
static bool
may_be (const WeirMeter *meter, const char *field, size_t length)
{
  size_t known = meter->line < length ? (size_t) meter->line : length;

  return memcmp (meter->prefix, field, known) == 0
         && (meter->line <= length || meter->prefix[length] == ':');
}

/* What the peer keeps of a line that is not complete. */
static uint64_t
pending (const WeirMeter *meter)
{
  bool kept = may_be (meter, "data", 4) || may_be (meter, "event", 5) || may_be (meter, "id", 2)
              || may_be (meter, "retry", 5) || (meter->prefix[0] == ':' && meter->comments);

  return kept ? meter->line : 0;
}

static void
take_data (WeirMeter *meter, bool space)
{
  uint64_t name = meter->line == 4 ? 4 : 5 + space;

  meter->data += meter->line - name + (meter->data_lines > 0);
  meter->data_lines++;
}

/* Ends the line; next is what follows a LF, or -1. Returns whether the limit is passed. */
static bool
end_line (WeirMeter *meter, int next)
{
  bool first = meter->data_lines == 0;
  bool is_data = meter->line >= 4 && may_be (meter, "data", 4);
  bool has_colon = is_data && meter->line > 4;

  if (meter->line == 0)
    {
      meter->data = meter->data_lines = 0;
      return false;
    }
  if (is_data)
    take_data (meter, meter->line > 5 && meter->prefix[5] == ' ');
  meter->line = 0;
  /* An event of one line whose blank line is in the same chunk is never in the peer's buffer. */
  if (has_colon && first && !meter->has_cr && next == '\n')
    return false;
  return meter->data > meter->max;
}

static bool
take_byte (WeirMeter *meter, char byte, int next)
{
  if (meter->after_cr)
    {
      meter->after_cr = false;
      if (byte == '\n')
        return false;
    }
  if (byte == '\r' || byte == '\n')
    {
      meter->after_cr = byte == '\r';
      return end_line (meter, byte == '\n' ? next : -1);
    }
  if (meter->line < sizeof meter->prefix)
    meter->prefix[meter->line] = byte;
  meter->line += units_of (byte);
  return false;
}

/* Whether byte is of the stream's byte order mark. */
static bool
take_bom (WeirMeter *meter, char byte)
{
  if (meter->bom < 3 && byte == "\xEF\xBB\xBF"[meter->bom])
    {
      meter->bom++;
      return true;
    }
  meter->bom = BOM_PAST;
  return false;
}

/* Where the peer starts to read: after the line that it skips, or after an LF that ends the line before. */
static size_t
skipped (const WeirMeter *meter, const char *bytes, size_t length)
{
  size_t i = 0;

  if (meter->after_cr)
    return length > 0 && bytes[0] == '\n';
  if (pending (meter) == meter->line)
    return 0;
  while (i < length && bytes[i] != '\n' && bytes[i] != '\r')
    i++;
  i += i + 1 < length && bytes[i] == '\r' && bytes[i + 1] == '\n';
  return i < length ? i + 1 : length;
}

void
weir_meter_begin (
    WeirMeter *meter, bool first, const char *bytes, size_t length, WeirMeterRest rest)
{
  size_t at;

  if (first)
    meter->asked = false;
  at = skipped (meter, bytes, length);
  if (meter->asked || at == length)
    return;
  meter->asked = true;
  meter->has_cr = rest.cr || memchr (bytes + at, '\r', length - at) != NULL;
}

size_t
weir_meter_count (
    WeirMeter *meter, const char *bytes, size_t length, WeirMeterRest rest, bool *over)
{
  *over = false;
  for (size_t i = 0; i < length; i++)
    {
      int next = i + 1 < length ? (uint8_t) bytes[i + 1] : rest.next;

      if (meter->bom != BOM_PAST && take_bom (meter, bytes[i]))
        continue;
      if (take_byte (meter, bytes[i], next))
        {
          *over = true;
          return i + 1;
        }
    }
  if (rest.next < 0)
    *over = meter->data + pending (meter) > meter->max;
  return length;
}
