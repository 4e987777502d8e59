/* SPDX-License-Identifier: MIT */
#include "weir-answer-private.h"

#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD"

/* --- Memory ------------------------------------------------------------------------- */

static void *
resize (WeirAnswer *self, void *block, size_t old_size, size_t new_size)
{
  void *moved = self->allocator.resize (self->allocator.user_data, block, old_size, new_size);

  if (moved == NULL && new_size != 0)
    self->is_out_of_memory = true;
  return moved;
}

static void
text_free (WeirAnswer *self, WeirAnswerText *text)
{
  if (text->text != NULL)
    resize (self, text->text, text->room, 0);
  *text = (WeirAnswerText){ 0 };
}

bool
weir_answer_reserve (WeirAnswer *self, WeirAnswerText *text, size_t length)
{
  const size_t needed = text->length + length + 1;
  size_t room = text->room != 0 ? text->room : 32;
  char *moved;

  if (needed <= text->room)
    return true;
  while (room < needed)
    room *= 2;
  moved = resize (self, text->text, text->room, room);
  if (moved == NULL)
    return false;
  text->text = moved;
  text->room = room;
  text->text[text->length] = '\0';
  return true;
}

static void
text_append (WeirAnswer *self, WeirAnswerText *text, const char *bytes, size_t length)
{
  if (!weir_answer_reserve (self, text, length))
    return;
  if (length > 0)
    memcpy (text->text + text->length, bytes, length);
  text->length += length;
  text->text[text->length] = '\0';
}

/* Makes room for one more element in an array. */
static bool
grow (WeirAnswer *self, void *array, size_t n, size_t *room, size_t size)
{
  void **block = array;
  const size_t wider = *room == 0 ? 8 : *room * 2;
  void *moved;

  if (n < *room)
    return true;
  moved = resize (self, *block, *room * size, wider * size);
  if (moved == NULL)
    return false;
  *block = moved;
  *room = wider;
  return true;
}

WeirAnswer *
weir_answer_new (const WeirAllocator *allocator)
{
  WeirAnswer *self = allocator->resize (allocator->user_data, NULL, 0, sizeof *self);

  if (self == NULL)
    return NULL;
  memset (self, 0, sizeof *self);
  self->allocator = *allocator;
  self->usage = (WeirAnswerUsage){ -1, -1, -1, -1, -1, -1 };
  self->current = WEIR_ANSWER_NO_INDEX;
  return self;
}

static void
item_free (WeirAnswer *self, WeirAnswerItem *item)
{
  text_free (self, &item->id);
  text_free (self, &item->name);
  text_free (self, &item->text);
  text_free (self, &item->source);
  resize (self, item, sizeof *item, 0);
}

void
weir_answer_free (WeirAnswer *self)
{
  WeirAnswerText *const texts[] = { &self->id,         &self->model,      &self->error,
                                    &self->error_code, &self->blocked,    &self->detail,
                                    &self->scratch,    &self->current_id, &self->unwrapped,
                                    &self->invalid };

  for (size_t i = 0; i < self->n_items; i++)
    item_free (self, self->items[i]);
  for (size_t i = 0; i < self->n_choices; i++)
    text_free (self, &self->choices[i].reason);
  for (size_t i = 0; i < self->n_unknown; i++)
    text_free (self, &self->unknown[i].name);
  for (size_t i = 0; i < WEIR_ANSWER_N (texts); i++)
    text_free (self, texts[i]);
  if (self->items != NULL)
    resize (self, self->items, self->items_room * sizeof *self->items, 0);
  if (self->choices != NULL)
    resize (self, self->choices, self->choices_room * sizeof *self->choices, 0);
  if (self->unknown != NULL)
    resize (self, self->unknown, self->unknown_room * sizeof *self->unknown, 0);
  self->allocator.resize (self->allocator.user_data, self, sizeof *self, 0);
}

/* --- Strings ---------------------------------------------------------------------------- */

static int
hex_value (char digit)
{
  if (digit >= '0' && digit <= '9')
    return digit - '0';
  digit = (char) (digit | 0x20);
  return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* Returns: the code unit of the \u escape at text, or 0. */
static unsigned
unit_at (const char *text, size_t length)
{
  unsigned unit = 0;

  if (length < 6 || text[0] != '\\' || text[1] != 'u')
    return 0;
  for (size_t i = 2; i < 6; i++)
    unit = unit << 4 | (unsigned) hex_value (text[i]);
  return unit;
}

/* Returns: the high surrogate at the end of the string, or 0. */
static unsigned
high_at_end (const char *text, size_t length)
{
  const unsigned unit = length >= 6 ? unit_at (text + length - 6, 6) : 0;
  size_t n_backslashes = 1;

  if (unit < 0xD800 || unit > 0xDBFF)
    return 0;
  while (n_backslashes + 6 <= length && text[length - 6 - n_backslashes] == '\\')
    n_backslashes++;
  return n_backslashes % 2 == 1 ? unit : 0;
}

static void
append_pair (WeirAnswer *self, WeirAnswerText *text, unsigned high, unsigned low)
{
  const unsigned point = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
  const char bytes[4] = { (char) (0xF0 | point >> 18), (char) (0x80 | (point >> 12 & 0x3F)),
                          (char) (0x80 | (point >> 6 & 0x3F)), (char) (0x80 | (point & 0x3F)) };

  text_append (self, text, bytes, sizeof bytes);
}

/* Appends bytes, each NUL among them as U+FFFD. */
static void
append_clean (WeirAnswer *self, WeirAnswerText *text, const char *bytes, size_t length)
{
  while (length > 0)
    {
      const char *nul = memchr (bytes, '\0', length);
      const size_t plain = nul != NULL ? (size_t) (nul - bytes) : length;

      text_append (self, text, bytes, plain);
      if (nul == NULL)
        return;
      text_append (self, text, REPLACEMENT, sizeof REPLACEMENT - 1);
      bytes += plain + 1;
      length -= plain + 1;
    }
}

/* Appends a part of a string with escapes. The byte before it is part of the string too. */
static void
append_escaped (WeirAnswer *self, WeirAnswerText *text, const char *bytes, size_t length)
{
  /* The tokenizer's function skips the quotes. */
  const WeirJsonToken token = { .kind = WEIR_JSON_STRING, .begin = 0, .end = length + 2 };
  size_t written;

  self->scratch.length = 0;
  if (!weir_answer_reserve (self, &self->scratch, length))
    return;
  written = weir_json_unescape (bytes - 1, &token, self->scratch.text);
  append_clean (self, text, self->scratch.text, written);
}

/* high: the first half of a surrogate pair at the end of the text before; set to that of this one. */
static void
append_string (WeirAnswer *self,
               WeirAnswerText *text,
               const WeirAnswerPicked *picked,
               const WeirJsonToken *token,
               uint16_t *high)
{
  const char *bytes = picked->text + token->begin + 1;
  size_t length = token->end - token->begin - 2;

  if (length == 0)
    return;
  if (*high != 0)
    {
      const unsigned low = unit_at (bytes, length);

      if (low >= 0xDC00 && low <= 0xDFFF)
        {
          append_pair (self, text, *high, low);
          bytes += 6;
          length -= 6;
        }
      else
        text_append (self, text, REPLACEMENT, sizeof REPLACEMENT - 1);
      *high = 0;
    }
  if (!token->escaped)
    {
      text_append (self, text, bytes, length);
      return;
    }
  *high = (uint16_t) high_at_end (bytes, length);
  append_escaped (self, text, bytes, *high != 0 ? length - 6 : length);
}

void
weir_answer_set_bytes (WeirAnswer *self, WeirAnswerText *text, const char *bytes, size_t length)
{
  text->length = 0;
  append_clean (self, text, bytes, length);
}

void
weir_answer_set (WeirAnswer *self,
                 WeirAnswerText *text,
                 const WeirAnswerPicked *picked,
                 unsigned slot)
{
  uint16_t high = 0;

  if (!weir_answer_has_string (picked, slot))
    return;
  text->length = 0;
  append_string (self, text, picked, &picked->slots[slot], &high);
  if (high != 0)
    text_append (self, text, REPLACEMENT, sizeof REPLACEMENT - 1);
}

/* Longer strings with escapes are treated as different. */
#define MAX_COMPARED_BYTES 1024

bool
weir_answer_text_is (const WeirAnswerText *text, const WeirAnswerPicked *picked, unsigned slot)
{
  const WeirJsonToken *token = &picked->slots[slot];
  const char *string = picked->text + token->begin + 1;
  size_t length = token->end - token->begin - 2;
  char unescaped[MAX_COMPARED_BYTES];

  if (token->kind != WEIR_JSON_STRING || text->length > length)
    return false;
  if (token->escaped)
    {
      if (length > sizeof unescaped)
        return false;
      length = weir_json_unescape (picked->text, token, unescaped);
      string = unescaped;
    }
  return text->length == length && (length == 0 || memcmp (text->text, string, length) == 0);
}

/* --- Items ----------------------------------------------------------------------------- */

WeirAnswerItem *
weir_answer_find_item (WeirAnswer *self, const WeirAnswerKey *key)
{
  for (size_t i = self->n_items; i-- > 0;)
    {
      WeirAnswerItem *item = self->items[i];

      if (item->kind == key->kind && item->index == key->index && item->part == key->part
          && item->choice == key->choice)
        return item;
    }
  return NULL;
}

WeirAnswerItem *
weir_answer_last_item (WeirAnswer *self, const WeirAnswerKey *key)
{
  for (size_t i = self->n_items; i-- > 0;)
    {
      WeirAnswerItem *item = self->items[i];

      if (item->kind == key->kind && item->choice == key->choice
          && (key->index == WEIR_ANSWER_NO_INDEX || item->index == key->index))
        return item;
    }
  return NULL;
}

WeirAnswerItem *
weir_answer_item_by_id (WeirAnswer *self,
                        WeirAnswerItemKind kind,
                        const WeirAnswerPicked *picked,
                        unsigned slot)
{
  if (!weir_answer_has_string (picked, slot))
    return NULL;
  for (size_t i = self->n_items; i-- > 0;)
    if (self->items[i]->kind == kind && weir_answer_text_is (&self->items[i]->id, picked, slot))
      return self->items[i];
  return NULL;
}

/* Returns: whether new text begins a paragraph, because a tool or an image is between it and the text before, or
 * it belongs to another message. */
static bool
begins_paragraph (const WeirAnswer *self, const WeirAnswerKey *key)
{
  for (size_t i = self->n_items; i-- > 0;)
    {
      const WeirAnswerItem *item = self->items[i];

      if (item->choice != key->choice || item->kind == WEIR_ANSWER_THINKING
          || item->kind == WEIR_ANSWER_CITATION)
        continue;
      return item->kind != WEIR_ANSWER_TEXT || item->index != key->index;
    }
  return false;
}

WeirAnswerItem *
weir_answer_add_item (WeirAnswer *self, const WeirAnswerKey *key)
{
  WeirAnswerItem *item;

  if (self->n_items == WEIR_ANSWER_MAX_ITEMS)
    {
      self->is_too_large = true;
      return NULL;
    }
  if (!grow (self, &self->items, self->n_items, &self->items_room, sizeof *self->items))
    return NULL;
  item = resize (self, NULL, 0, sizeof *item);
  if (item == NULL)
    return NULL;
  memset (item, 0, sizeof *item);
  item->kind = key->kind;
  item->choice = key->choice;
  item->index = key->index;
  item->part = key->part;
  item->begins_paragraph = key->kind == WEIR_ANSWER_TEXT && begins_paragraph (self, key);
  item->is_json = key->kind == WEIR_ANSWER_TOOL_CALL;
  self->items[self->n_items++] = item;
  return item;
}

WeirAnswerItem *
weir_answer_get_item (WeirAnswer *self, const WeirAnswerKey *key)
{
  WeirAnswerItem *item = weir_answer_find_item (self, key);

  return item != NULL ? item : weir_answer_add_item (self, key);
}

WeirAnswerItem *
weir_answer_flowing_text (WeirAnswer *self, uint32_t choice)
{
  const WeirAnswerKey key = { WEIR_ANSWER_TEXT, choice, 0, (uint32_t) self->n_items };

  for (size_t i = self->n_items; i-- > 0;)
    {
      WeirAnswerItem *item = self->items[i];

      if (item->choice == choice && item->kind == WEIR_ANSWER_TEXT)
        return item;
      if (item->choice == choice && (item->kind == WEIR_ANSWER_IMAGE || item->is_server_side))
        {
          const WeirAnswerKey last = { WEIR_ANSWER_TEXT, choice, WEIR_ANSWER_NO_INDEX, 0 };

          weir_answer_close_item (self, weir_answer_last_item (self, &last));
          break;
        }
    }
  return weir_answer_add_item (self, &key);
}

/* Returns: whether length more bytes are within the limit. */
static bool
has_room (WeirAnswer *self, size_t length)
{
  if (self->n_bytes + length <= WEIR_ANSWER_MAX_BYTES)
    return true;
  self->is_too_large = true;
  return false;
}

void
weir_answer_append_bytes (WeirAnswer *self, WeirAnswerItem *item, const char *bytes, size_t length)
{
  if (length == 0)
    return;
  self->brought_content = true;
  if (item == NULL || !has_room (self, length))
    return;
  append_clean (self, &item->text, bytes, length);
  self->n_bytes += length;
}

void
weir_answer_append (WeirAnswer *self,
                    WeirAnswerItem *item,
                    const WeirAnswerPicked *picked,
                    unsigned slot)
{
  const WeirJsonToken *token = &picked->slots[slot];
  size_t before;

  if (!weir_answer_has (picked, slot))
    return;
  if (token->kind != WEIR_JSON_STRING)
    {
      weir_answer_append_bytes (self, item, picked->text + token->begin, token->end - token->begin);
      return;
    }
  if (token->end - token->begin == 2)
    return;
  self->brought_content = true;
  if (item == NULL || !has_room (self, token->end - token->begin - 2))
    return;
  before = item->text.length;
  append_string (self, &item->text, picked, token, &item->high_surrogate);
  self->n_bytes += item->text.length - before;
}

void
weir_answer_append_rest (WeirAnswer *self,
                         WeirAnswerItem *item,
                         const WeirAnswerPicked *picked,
                         unsigned slot)
{
  WeirAnswerText whole = { 0 };
  const WeirJsonToken *token = &picked->slots[slot];
  uint16_t high = 0;

  if (item == NULL || !weir_answer_has (picked, slot)
      || (token->kind == WEIR_JSON_STRING && token->end - token->begin == 2))
    return;
  if (item->text.length == 0)
    {
      weir_answer_append (self, item, picked, slot);
      return;
    }
  if (token->kind != WEIR_JSON_STRING)
    return;
  append_string (self, &whole, picked, token, &high);
  if (whole.length > item->text.length
      && memcmp (whole.text, item->text.text, item->text.length) == 0)
    {
      item->high_surrogate = 0;
      weir_answer_append_bytes (self, item, whole.text + item->text.length,
                                whole.length - item->text.length);
    }
  text_free (self, &whole);
}

void
weir_answer_clear_text (WeirAnswer *self, WeirAnswerItem *item)
{
  self->n_bytes -= item->text.length;
  item->text.length = 0;
  if (item->text.text != NULL)
    item->text.text[0] = '\0';
  item->high_surrogate = 0;
  item->is_replaced = true;
}

/* Appends U+FFFD for the first half of a surrogate pair that has no second half. */
static void
flush_surrogate (WeirAnswer *self, WeirAnswerItem *item)
{
  if (item->high_surrogate == 0)
    return;
  item->high_surrogate = 0;
  text_append (self, &item->text, REPLACEMENT, sizeof REPLACEMENT - 1);
}

void
weir_answer_close_item (WeirAnswer *self, WeirAnswerItem *item)
{
  if (item == NULL)
    return;
  flush_surrogate (self, item);
  item->is_closed = true;
}

WeirAnswerItem *
weir_answer_get_block (WeirAnswer *self, WeirAnswerItemKind kind, uint32_t number)
{
  const WeirAnswerKey key = { kind, 0, kind == WEIR_ANSWER_TEXT ? 0 : number,
                              kind == WEIR_ANSWER_TEXT ? number : 0 };

  return weir_answer_get_item (self, &key);
}

void
weir_answer_close_block (WeirAnswer *self, uint32_t number)
{
  for (size_t i = 0; i < self->n_items; i++)
    {
      WeirAnswerItem *item = self->items[i];

      if (item->kind != WEIR_ANSWER_CITATION
          && (item->kind == WEIR_ANSWER_TEXT ? item->part : item->index) == number)
        weir_answer_close_item (self, item);
    }
}

void
weir_answer_note_content (WeirAnswer *self)
{
  self->brought_content = true;
}

/* Returns: whether the text equals the slot, or both are empty. */
static bool
is_same (const WeirAnswerText *text, const WeirAnswerPicked *picked, unsigned slot)
{
  if (slot == WEIR_ANSWER_NO_SLOT || !weir_answer_has_string (picked, slot))
    return text->length == 0;
  return weir_answer_text_is (text, picked, slot);
}

void
weir_answer_cite (WeirAnswer *self,
                  uint32_t choice,
                  const WeirAnswerPicked *picked,
                  const unsigned slots[2])
{
  const WeirAnswerKey key = { WEIR_ANSWER_CITATION, choice, (uint32_t) self->n_items, 0 };
  WeirAnswerItem *item;

  for (size_t i = 0; i < self->n_items; i++)
    {
      item = self->items[i];
      if (item->kind == WEIR_ANSWER_CITATION && item->choice == choice
          && is_same (&item->text, picked, slots[0]) && is_same (&item->source, picked, slots[1]))
        return;
    }
  item = weir_answer_add_item (self, &key);
  if (item == NULL)
    return;
  if (slots[0] != WEIR_ANSWER_NO_SLOT)
    weir_answer_append (self, item, picked, slots[0]);
  if (slots[1] != WEIR_ANSWER_NO_SLOT)
    weir_answer_set (self, &item->source, picked, slots[1]);
  weir_answer_close_item (self, item);
}

/* --- Choices, counts ---------------------------------------------------------------------- */

WeirAnswerChoice *
weir_answer_get_choice (WeirAnswer *self, uint32_t index)
{
  for (size_t i = 0; i < self->n_choices; i++)
    if (self->choices[i].index == index)
      return &self->choices[i];
  if (self->n_choices == WEIR_ANSWER_MAX_CHOICES)
    {
      self->is_too_large = true;
      return NULL;
    }
  if (!grow (self, &self->choices, self->n_choices, &self->choices_room, sizeof *self->choices))
    return NULL;
  self->choices[self->n_choices] = (WeirAnswerChoice){ .index = index };
  return &self->choices[self->n_choices++];
}

static char
lower (char c)
{
  return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
}

/* part is in lower case. */
static bool
contains (const WeirAnswerText *text, const char *part)
{
  const size_t length = strlen (part);

  for (size_t at = 0; at + length <= text->length; at++)
    {
      size_t same = 0;

      while (same < length && lower (text->text[at + same]) == part[same])
        same++;
      if (same == length)
        return true;
    }
  return false;
}

/* Guesses the meaning of a reason that the API's documentation does not list. */
static WeirAnswerFinish
guess_finish (const WeirAnswerText *reason)
{
  static const WeirAnswerWord parts[] = {
    { "error", WEIR_ANSWER_FINISH_FAILED },
    { "fail", WEIR_ANSWER_FINISH_FAILED },
    { "length", WEIR_ANSWER_FINISH_MAX_TOKENS },
    { "max_", WEIR_ANSWER_FINISH_MAX_TOKENS },
    { "limit", WEIR_ANSWER_FINISH_MAX_TOKENS },
    { "truncat", WEIR_ANSWER_FINISH_MAX_TOKENS },
    { "filter", WEIR_ANSWER_FINISH_CONTENT_FILTER },
    { "safety", WEIR_ANSWER_FINISH_CONTENT_FILTER },
    { "block", WEIR_ANSWER_FINISH_CONTENT_FILTER },
    { "abort", WEIR_ANSWER_FINISH_OTHER },
    { "cancel", WEIR_ANSWER_FINISH_OTHER },
    { "timeout", WEIR_ANSWER_FINISH_OTHER },
    { "interrupt", WEIR_ANSWER_FINISH_OTHER },
    { "unexpected", WEIR_ANSWER_FINISH_OTHER },
    { "malformed", WEIR_ANSWER_FINISH_OTHER },
  };

  for (size_t i = 0; i < WEIR_ANSWER_N (parts); i++)
    if (contains (reason, parts[i].word))
      return (WeirAnswerFinish) parts[i].meaning;
  return WEIR_ANSWER_FINISH_COMPLETE;
}

void
weir_answer_finish (WeirAnswer *self,
                    uint32_t choice,
                    const WeirAnswerWord *words,
                    const WeirAnswerPicked *picked,
                    unsigned slot)
{
  WeirAnswerChoice *it;
  int meaning;

  /* Some servers send the string "null" instead of null until the finish. */
  if (!weir_answer_has_string (picked, slot) || weir_answer_is (picked, slot, "null"))
    return;
  it = weir_answer_get_choice (self, choice);
  if (it == NULL)
    return;
  meaning = weir_answer_find_slot (words, picked, slot);
  weir_answer_set (self, &it->reason, picked, slot);
  it->finish = meaning != 0 ? (WeirAnswerFinish) meaning : guess_finish (&it->reason);
}

bool
weir_answer_is_finished (const WeirAnswer *self)
{
  for (size_t i = 0; i < self->n_choices; i++)
    if (self->choices[i].finish == WEIR_ANSWER_FINISH_NONE)
      return false;
  return self->n_choices > 0;
}

void
weir_answer_count_unknown (WeirAnswer *self, const char *name, size_t length)
{
  self->n_unknown_events++;
  for (size_t i = 0; i < self->n_unknown; i++)
    {
      WeirAnswerUnknown *known = &self->unknown[i];

      if (known->name.length == length
          && (length == 0 || memcmp (known->name.text, name, length) == 0))
        {
          known->count++;
          return;
        }
    }
  if (self->n_unknown == WEIR_ANSWER_MAX_UNKNOWN
      || !grow (self, &self->unknown, self->n_unknown, &self->unknown_room, sizeof *self->unknown))
    return;
  self->unknown[self->n_unknown] = (WeirAnswerUnknown){ .count = 1 };
  weir_answer_set_bytes (self, &self->unknown[self->n_unknown++].name, name, length);
}

void
weir_answer_count_unknown_slot (WeirAnswer *self, const WeirAnswerPicked *picked, unsigned slot)
{
  WeirAnswerText name = { 0 };

  weir_answer_set (self, &name, picked, slot);
  weir_answer_count_unknown (self, name.text, name.length);
  text_free (self, &name);
}

void
weir_answer_count (int64_t *count, const WeirAnswerPicked *picked, unsigned slot)
{
  *count = weir_answer_number (picked, slot, *count);
}

/* --- The whole answer ----------------------------------------------------------------------- */

void
weir_answer_close (WeirAnswer *self)
{
  for (size_t i = 0; i < self->n_items; i++)
    flush_surrogate (self, self->items[i]);
  self->is_closed = true;
  self->revision++;
}

size_t
weir_answer_join (const WeirAnswer *self, WeirAnswerItemKind kind, uint32_t choice, char *out)
{
  size_t length = 0;

  for (size_t i = 0; i < self->n_items; i++)
    {
      const WeirAnswerItem *item = self->items[i];

      if (item->kind != kind || item->choice != choice || item->text.length == 0)
        continue;
      if (length > 0 && (item->begins_paragraph || kind != WEIR_ANSWER_TEXT))
        {
          if (out != NULL)
            memcpy (out + length, "\n\n", 2);
          length += 2;
        }
      if (out != NULL)
        memcpy (out + length, item->text.text, item->text.length);
      length += item->text.length;
    }
  return length;
}
