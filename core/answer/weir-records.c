/* SPDX-License-Identifier: MIT */
#include "weir-records.h"

#include <string.h>

#define PRELUDE_BYTES 12
#define LEAST_FRAME_BYTES 16
#define ENVELOPE_HEAD_BYTES 5
#define ENVELOPE_COMPRESSED 0x01
#define ENVELOPE_END_STREAM 0x02
#define RECORD_SEPARATOR 0x1E

void
weir_records_init (WeirRecords *self, WeirRecordsFormat format, const WeirAllocator *allocator)
{
  memset (self, 0, sizeof *self);
  self->format = format;
  self->allocator = *allocator;
}

void
weir_records_clear (WeirRecords *self)
{
  if (self->bytes != NULL)
    self->allocator.resize (self->allocator.user_data, self->bytes, self->room, 0);
  self->bytes = NULL;
  self->length = self->room = self->position = self->seen = 0;
}

void
weir_records_feed (WeirRecords *self, const char *bytes, size_t length)
{
  size_t room = self->room != 0 ? self->room : 4096;
  char *moved;

  if (self->is_invalid || self->is_out_of_memory || length == 0)
    return;
  if (self->position > 0)
    {
      memmove (self->bytes, self->bytes + self->position, self->length - self->position);
      self->begin += self->position;
      self->length -= self->position;
      self->seen -= self->seen < self->position ? self->seen : self->position;
      self->position = 0;
    }
  while (room < self->length + length)
    room *= 2;
  if (room != self->room)
    {
      moved = self->allocator.resize (self->allocator.user_data, self->bytes, self->room, room);
      self->is_out_of_memory = moved == NULL;
      if (moved == NULL)
        return;
      self->bytes = moved;
      self->room = room;
    }
  memcpy (self->bytes + self->length, bytes, length);
  self->length += length;
}

void
weir_records_end (WeirRecords *self)
{
  self->has_ended = true;
}

/* --- Lines ------------------------------------------------------------------------------- */

static bool
is_space (char byte)
{
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n' || byte == RECORD_SEPARATOR;
}

static WeirRecordsStatus
take_line (WeirRecords *self, WeirRecord *record, size_t end, size_t after)
{
  size_t begin = self->position;

  record->begin = self->begin + begin;
  record->end = self->begin + after;
  while (begin < end && is_space (self->bytes[begin]))
    begin++;
  while (begin < end && is_space (self->bytes[end - 1]))
    end--;
  record->data = (WeirSpan){ self->bytes + begin, end - begin };
  self->position = self->seen = after;
  return record->data.length > 0 ? WEIR_RECORDS_RECORD : WEIR_RECORDS_NEED_INPUT;
}

static WeirRecordsStatus
next_line (WeirRecords *self, WeirRecord *record)
{
  while (self->position < self->length)
    {
      const char *found = memchr (self->bytes + self->seen, '\n', self->length - self->seen);
      const size_t end = found != NULL ? (size_t) (found - self->bytes) : self->length;

      self->seen = self->length;
      if (found == NULL && self->length - self->position > WEIR_RECORDS_MAX_BYTES)
        {
          self->is_invalid = true;
          return WEIR_RECORDS_INVALID;
        }
      if (found == NULL && !self->has_ended)
        return WEIR_RECORDS_NEED_INPUT;
      if (take_line (self, record, end, found != NULL ? end + 1 : end) == WEIR_RECORDS_RECORD)
        return WEIR_RECORDS_RECORD;
    }
  return WEIR_RECORDS_NEED_INPUT;
}

/* --- JSON text sequences ----------------------------------------------------------------- */

/* Follows the JSON text by one byte. */
static void
follow_text (WeirRecords *self, char byte)
{
  if (self->in_string)
    {
      self->in_string = byte != '"' || self->is_escaped;
      self->is_escaped = byte == '\\' && !self->is_escaped;
      return;
    }
  self->has_text |= !is_space (byte);
  if (byte == '"')
    self->in_string = true;
  else if (byte == '{' || byte == '[')
    self->depth++;
  else if ((byte == '}' || byte == ']') && self->depth > 0)
    self->depth--;
}

/* An RS begins the next text, even in the middle of one that was cut off. An LF ends a text whose
 * brackets are closed, so that it need not wait for the next one. */
static bool
find_text_end (WeirRecords *self, size_t *end)
{
  for (size_t i = self->seen; i < self->length; i++)
    {
      const char byte = self->bytes[i];

      self->seen = i;
      if (byte == RECORD_SEPARATOR && self->has_text)
        {
          *end = i;
          return true;
        }
      if (byte == '\n' && self->has_text && self->depth == 0 && !self->in_string)
        {
          *end = i + 1;
          return true;
        }
      follow_text (self, byte);
      self->seen = i + 1;
    }
  *end = self->length;
  return self->has_ended && self->length > self->position;
}

static WeirRecordsStatus
next_text (WeirRecords *self, WeirRecord *record)
{
  size_t end;

  while (find_text_end (self, &end))
    {
      self->depth = 0;
      self->in_string = self->is_escaped = self->has_text = false;
      if (take_line (self, record, end, end) == WEIR_RECORDS_RECORD)
        return WEIR_RECORDS_RECORD;
    }
  self->is_invalid = self->length - self->position > WEIR_RECORDS_MAX_BYTES;
  return self->is_invalid ? WEIR_RECORDS_INVALID : WEIR_RECORDS_NEED_INPUT;
}

/* --- Frames -------------------------------------------------------------------------------- */

/* CRC-32 as in zlib, four bits at a time. */
static uint32_t
checksum (const char *bytes, size_t length)
{
  static const uint32_t table[16] = { 0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC,
                                      0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
                                      0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
                                      0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C };
  uint32_t sum = 0xFFFFFFFF;

  for (size_t i = 0; i < length; i++)
    {
      sum ^= (unsigned char) bytes[i];
      sum = table[sum & 15] ^ sum >> 4;
      sum = table[sum & 15] ^ sum >> 4;
    }
  return ~sum;
}

static uint32_t
read_number (const char *bytes, unsigned n_bytes)
{
  uint32_t number = 0;

  for (unsigned i = 0; i < n_bytes; i++)
    number = number << 8 | (unsigned char) bytes[i];
  return number;
}

bool
weir_records_is_frame (const char *bytes, size_t length)
{
  return length >= PRELUDE_BYTES && read_number (bytes, 4) >= LEAST_FRAME_BYTES
         && read_number (bytes, 4) <= WEIR_RECORDS_MAX_BYTES
         && read_number (bytes + 4, 4) <= read_number (bytes, 4) - LEAST_FRAME_BYTES
         && read_number (bytes + 8, 4) == checksum (bytes, 8);
}

/* The length of a header value of that type at bytes, and where its bytes begin; 0: there is none. */
static size_t
value_length (const char *bytes, size_t length, unsigned type, size_t *skip)
{
  static const unsigned char fixed[] = { 0, 0, 1, 2, 4, 8, 0, 0, 8, 16 };

  *skip = 0;
  if (type == 6 || type == 7)
    {
      *skip = 2;
      return length < 2 ? length : read_number (bytes, 2);
    }
  return type < sizeof fixed ? fixed[type] : length;
}

static bool
is_named (const char *name, size_t length, const char *wanted)
{
  return length == strlen (wanted) && memcmp (name, wanted, length) == 0;
}

static void
take_header (WeirRecord *record, const WeirSpan *name, const WeirSpan *value)
{
  if (is_named (name->text, name->length, ":message-type"))
    record->is_exception = is_named (value->text, value->length, "exception")
                           || is_named (value->text, value->length, "error");
  else if (is_named (name->text, name->length, ":event-type")
           || is_named (name->text, name->length, ":exception-type")
           || is_named (name->text, name->length, ":error-code"))
    record->type = *value;
}

static void
take_headers (WeirRecord *record, const char *bytes, size_t length)
{
  size_t at = 0;

  while (at + 2 < length)
    {
      const size_t name_length = (unsigned char) bytes[at];
      WeirSpan name = { bytes + at + 1, name_length };
      WeirSpan value;
      size_t skip;

      at += 1 + name_length;
      if (at >= length)
        return;
      value.length =
          value_length (bytes + at + 1, length - at - 1, (unsigned char) bytes[at], &skip);
      value.text = bytes + at + 1 + skip;
      at += 1 + skip + value.length;
      if (at > length)
        return;
      take_header (record, &name, &value);
    }
}

static WeirRecordsStatus
next_frame (WeirRecords *self, WeirRecord *record)
{
  const char *bytes = self->bytes + self->position;
  const size_t length = self->length - self->position;
  size_t total, headers;

  if (length >= PRELUDE_BYTES && !weir_records_is_frame (bytes, length))
    {
      self->is_invalid = true;
      return WEIR_RECORDS_INVALID;
    }
  total = length >= PRELUDE_BYTES ? read_number (bytes, 4) : SIZE_MAX;
  if (length < total)
    {
      if (!self->has_ended || length == 0)
        return WEIR_RECORDS_NEED_INPUT;
      self->position = self->length;
      return WEIR_RECORDS_UNFINISHED;
    }
  if (read_number (bytes + total - 4, 4) != checksum (bytes, total - 4))
    {
      self->is_invalid = true;
      return WEIR_RECORDS_INVALID;
    }
  headers = read_number (bytes + 4, 4);
  record->begin = self->begin + self->position;
  record->end = record->begin + total;
  take_headers (record, bytes + PRELUDE_BYTES, headers);
  record->data = (WeirSpan){ bytes + PRELUDE_BYTES + headers, total - LEAST_FRAME_BYTES - headers };
  self->position += total;
  return WEIR_RECORDS_RECORD;
}

/* --- Envelopes ----------------------------------------------------------------------------- */

static WeirRecordsStatus
next_envelope (WeirRecords *self, WeirRecord *record)
{
  static const char end_stream[] = "end-stream";
  const char *bytes = self->bytes + self->position;
  const size_t length = self->length - self->position;
  const size_t payload =
      length >= ENVELOPE_HEAD_BYTES ? read_number (bytes + 1, 4) : WEIR_RECORDS_MAX_BYTES;

  if (payload > WEIR_RECORDS_MAX_BYTES)
    {
      self->is_invalid = true;
      return WEIR_RECORDS_INVALID;
    }
  if (length < ENVELOPE_HEAD_BYTES + payload)
    {
      if (!self->has_ended || length == 0)
        return WEIR_RECORDS_NEED_INPUT;
      self->position = self->length;
      return WEIR_RECORDS_UNFINISHED;
    }
  record->begin = self->begin + self->position;
  record->end = record->begin + ENVELOPE_HEAD_BYTES + payload;
  record->is_compressed = (bytes[0] & ENVELOPE_COMPRESSED) != 0;
  if ((bytes[0] & ENVELOPE_END_STREAM) != 0)
    record->type = (WeirSpan){ end_stream, sizeof end_stream - 1 };
  record->data = (WeirSpan){ bytes + ENVELOPE_HEAD_BYTES, payload };
  self->position += ENVELOPE_HEAD_BYTES + payload;
  return WEIR_RECORDS_RECORD;
}

WeirRecordsStatus
weir_records_next (WeirRecords *self, WeirRecord *record)
{
  memset (record, 0, sizeof *record);
  if (self->is_out_of_memory)
    return WEIR_RECORDS_NO_MEMORY;
  if (self->is_invalid)
    return WEIR_RECORDS_INVALID;
  if (self->bytes == NULL)
    return WEIR_RECORDS_NEED_INPUT;
  switch (self->format)
    {
    case WEIR_RECORDS_FRAMES:
      return next_frame (self, record);
    case WEIR_RECORDS_SEQUENCE:
      return next_text (self, record);
    case WEIR_RECORDS_ENVELOPES:
      return next_envelope (self, record);
    case WEIR_RECORDS_LINES:
    default:
      return next_line (self, record);
    }
}
