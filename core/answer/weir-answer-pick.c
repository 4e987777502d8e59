/* SPDX-License-Identifier: MIT */
#include "weir-answer-private.h"

#include <string.h>

/* Objects inside each other in a path. */
#define MAX_LEVELS 8
#define MAX_KEY_BYTES 120

/* An object that contains the current value: the paths through it, and how much of each is matched. */
typedef struct
{
  uint64_t candidates;
  size_t offset;
  unsigned slot; /* of the object itself, or 0 */
} Level;

typedef struct
{
  WeirJson *json;
  const WeirAnswerPaths *paths;
  WeirAnswerPicked *picked;
  Level levels[MAX_LEVELS];
  unsigned depth;
} Walk;

typedef struct
{
  unsigned slot;    /* of this member, or 0 */
  uint64_t through; /* paths to members inside it */
  size_t offset;
} Match;

static void
match_key (const Walk *walk, const char *key, size_t length, Match *match)
{
  const Level *level = &walk->levels[walk->depth];

  *match = (Match){ 0, 0, level->offset + length + 1 };
  for (unsigned i = 1; i < walk->paths->n_paths; i++)
    {
      const char *path = walk->paths->paths[i] + level->offset;

      if ((level->candidates >> i & 1) == 0 || *path != *key || strncmp (path, key, length) != 0)
        continue;
      if (path[length] == '\0')
        match->slot = i;
      else if (path[length] == '.')
        match->through |= (uint64_t) 1 << i;
    }
}

static void
find_match (const Walk *walk, const WeirJsonToken *key, Match *match)
{
  const size_t room = key->end - key->begin - 2;
  char unescaped[MAX_KEY_BYTES];
  size_t length;

  *match = (Match){ 0 };
  if (room == 0 || room > sizeof unescaped)
    return;
  if (!key->escaped)
    {
      match_key (walk, walk->picked->text + key->begin + 1, room, match);
      return;
    }
  length = weir_json_unescape (walk->picked->text, key, unescaped);
  if (memchr (unescaped, '\0', length) == NULL)
    match_key (walk, unescaped, length, match);
}

static bool
take_value (Walk *walk, const Match *match)
{
  WeirJsonToken *slots = walk->picked->slots;
  WeirJsonToken token;

  if (weir_json_next (walk->json, &token) != WEIR_JSON_TOKEN)
    return false;
  if (match->slot != 0)
    slots[match->slot] = token;
  if (token.kind == WEIR_JSON_OBJECT_BEGIN && match->through != 0 && walk->depth + 1 < MAX_LEVELS)
    {
      walk->levels[++walk->depth] = (Level){ match->through, match->offset, match->slot };
      return true;
    }
  if (weir_json_skip (walk->json, &token) != WEIR_JSON_TOKEN)
    return false;
  if (match->slot != 0)
    slots[match->slot].end = token.end;
  return true;
}

/* The object whose beginning is in slot 0. */
static bool
take_object (Walk *walk)
{
  WeirJsonToken token;

  for (;;)
    {
      Match match;

      if (weir_json_next (walk->json, &token) != WEIR_JSON_TOKEN)
        return false;
      if (token.kind == WEIR_JSON_OBJECT_END)
        {
          walk->picked->slots[walk->levels[walk->depth].slot].end = token.end;
          if (walk->depth == 0)
            return true;
          walk->depth--;
          continue;
        }
      find_match (walk, &token, &match);
      if (!take_value (walk, &match))
        return false;
    }
}

/* Picks from the next value. Returns: false if there is none, or the text is not JSON. */
static bool
pick_next (WeirAnswerPicked *self, const WeirAnswerPaths *paths, WeirJson *json)
{
  Walk walk = { .json = json, .paths = paths, .picked = self };
  WeirJsonToken token;

  self->text = json->text;
  memset (self->slots, 0, paths->n_paths * sizeof self->slots[0]);
  if (weir_json_next (json, &token) != WEIR_JSON_TOKEN || token.kind == WEIR_JSON_ARRAY_END)
    return false;
  self->slots[0] = token;
  if (token.kind == WEIR_JSON_OBJECT_BEGIN)
    {
      walk.levels[0] = (Level){ ~(uint64_t) 0, 0, 0 };
      return take_object (&walk);
    }
  if (weir_json_skip (json, &token) != WEIR_JSON_TOKEN)
    return false;
  self->slots[0].end = token.end;
  return true;
}

bool
weir_answer_is_json (WeirJson *json, const char *text, size_t length)
{
  WeirJsonToken token;
  WeirJsonStatus status;

  weir_json_init (json, text != NULL ? text : "", length, 0);
  do
    status = weir_json_next (json, &token);
  while (status == WEIR_JSON_TOKEN);
  return status == WEIR_JSON_DONE;
}

bool
weir_answer_pick_text (WeirAnswerPicked *self, const WeirAnswerPaths *paths, const WeirSpan *text)
{
  WeirJson json;
  WeirJsonToken token;

  weir_json_init (&json, text->text, text->length, 0);
  return pick_next (self, paths, &json) && weir_json_next (&json, &token) == WEIR_JSON_DONE;
}

void
weir_answer_pick (WeirAnswerPicked *self,
                  const WeirAnswerPaths *paths,
                  const WeirAnswerPicked *from,
                  unsigned slot)
{
  const WeirJsonToken token = from->slots[slot];
  WeirJson json;

  weir_json_init (&json, from->text + token.begin, token.end - token.begin, 0);
  pick_next (self, paths, &json);
}

void
weir_answer_each (WeirAnswerEach *self, const WeirAnswerPicked *from, unsigned slot)
{
  const WeirJsonToken *array = &from->slots[slot];
  WeirJsonToken token;

  self->is_over = array->kind != WEIR_JSON_ARRAY_BEGIN;
  if (self->is_over)
    return;
  weir_json_init (&self->json, from->text + array->begin, array->end - array->begin, 0);
  weir_json_next (&self->json, &token);
}

bool
weir_answer_each_next (WeirAnswerEach *self, const WeirAnswerPaths *paths, WeirAnswerPicked *picked)
{
  if (!self->is_over)
    self->is_over = !pick_next (picked, paths, &self->json);
  return !self->is_over;
}

/* --- Values ------------------------------------------------------------------------- */

bool
weir_answer_has (const WeirAnswerPicked *picked, unsigned slot)
{
  return picked->slots[slot].kind != 0 && picked->slots[slot].kind != WEIR_JSON_NULL;
}

bool
weir_answer_has_string (const WeirAnswerPicked *picked, unsigned slot)
{
  const WeirJsonToken *token = &picked->slots[slot];

  return token->kind == WEIR_JSON_STRING && token->end - token->begin > 2;
}

bool
weir_answer_has_object (const WeirAnswerPicked *picked, unsigned slot)
{
  return picked->slots[slot].kind == WEIR_JSON_OBJECT_BEGIN;
}

bool
weir_answer_has_array (const WeirAnswerPicked *picked, unsigned slot)
{
  return picked->slots[slot].kind == WEIR_JSON_ARRAY_BEGIN;
}

bool
weir_answer_is_true (const WeirAnswerPicked *picked, unsigned slot)
{
  return picked->slots[slot].kind == WEIR_JSON_TRUE;
}

/* The string's text; short strings with escapes are unescaped into room. */
static const char *
get_string (const WeirAnswerPicked *picked, unsigned slot, char room[MAX_KEY_BYTES], size_t *length)
{
  const WeirJsonToken *token = &picked->slots[slot];

  *length = 0;
  if (token->kind != WEIR_JSON_STRING)
    return NULL;
  *length = token->end - token->begin - 2;
  if (!token->escaped)
    return picked->text + token->begin + 1;
  if (*length > MAX_KEY_BYTES)
    return NULL;
  *length = weir_json_unescape (picked->text, token, room);
  return room;
}

bool
weir_answer_is (const WeirAnswerPicked *picked, unsigned slot, const char *string)
{
  char room[MAX_KEY_BYTES];
  size_t length;
  const char *text = get_string (picked, slot, room, &length);

  return text != NULL && length == strlen (string) && memcmp (text, string, length) == 0;
}

bool
weir_answer_begins (const WeirAnswerPicked *picked, unsigned slot, const char *prefix)
{
  char room[MAX_KEY_BYTES];
  size_t length;
  const char *text = get_string (picked, slot, room, &length);

  return text != NULL && length >= strlen (prefix) && memcmp (text, prefix, strlen (prefix)) == 0;
}

int64_t
weir_answer_number (const WeirAnswerPicked *picked, unsigned slot, int64_t otherwise)
{
  const WeirJsonToken *token = &picked->slots[slot];
  int64_t number = 0;

  if (token->kind != WEIR_JSON_NUMBER || picked->text[token->begin] == '-')
    return otherwise;
  for (size_t i = token->begin; i < token->end; i++)
    {
      const char digit = picked->text[i];

      if (digit < '0' || digit > '9')
        return digit == '.' ? number : otherwise;
      if (number > (INT64_MAX - 9) / 10)
        return otherwise;
      number = number * 10 + (digit - '0');
    }
  return number;
}

uint32_t
weir_answer_index (const WeirAnswerPicked *picked, unsigned slot)
{
  const int64_t number = weir_answer_number (picked, slot, -1);

  return number < 0 || number >= WEIR_ANSWER_NO_INDEX ? WEIR_ANSWER_NO_INDEX : (uint32_t) number;
}

bool
weir_answer_is_empty (const WeirAnswerPicked *picked, unsigned slot)
{
  const WeirJsonToken *token = &picked->slots[slot];

  if (token->kind != WEIR_JSON_OBJECT_BEGIN && token->kind != WEIR_JSON_ARRAY_BEGIN)
    return false;
  for (size_t i = token->begin + 1; i + 1 < token->end; i++)
    if (strchr (" \t\r\n", picked->text[i]) == NULL)
      return false;
  return true;
}

int
weir_answer_find (const WeirAnswerWord *words, const char *text, size_t length)
{
  if (text == NULL || length == 0)
    return 0;
  for (; words->word != NULL; words++)
    if (*words->word == *text && strlen (words->word) == length
        && memcmp (words->word, text, length) == 0)
      return words->meaning;
  return 0;
}

int
weir_answer_find_slot (const WeirAnswerWord *words, const WeirAnswerPicked *picked, unsigned slot)
{
  char room[MAX_KEY_BYTES];
  size_t length;
  const char *text = get_string (picked, slot, room, &length);

  return weir_answer_find (words, text, length);
}

int
weir_answer_find_type (const WeirAnswerWord *words,
                       const WeirAnswerEvent *event,
                       const WeirAnswerPicked *picked,
                       unsigned slot)
{
  const int meaning = weir_answer_find_slot (words, picked, slot);

  if (meaning != 0 || picked->slots[slot].kind == WEIR_JSON_STRING)
    return meaning;
  return weir_answer_find (words, event->type.text, event->type.length);
}

bool
weir_answer_span_is (const WeirSpan *span, const char *string)
{
  return span->length == strlen (string)
         && (span->length == 0 || memcmp (span->text, string, span->length) == 0);
}
