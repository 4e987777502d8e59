/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-prices.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/weir-json-object.h"

#define TOKENS_A_PRICE 1e6

typedef struct
{
  double input, output, cache_read, cache_write;
} Price;

struct _WeirPrices
{
  char *currency;
  GHashTable *models; /* of Price, by name */
};

void
weir_prices_free (WeirPrices *self)
{
  g_free (self->currency);
  g_hash_table_unref (self->models);
  g_free (self);
}

static gboolean
refuse (GError **error, char *sentence)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, sentence);
  g_free (sentence);
  return FALSE;
}

/* Returns: FALSE if the member is there and is not a number from 0 on. */
static gboolean
read_price (const WeirJsonObject *model, const char *name, double *price)
{
  gsize length;
  const char *value = weir_json_object_peek_value (model, name, &length);
  g_autofree char *digits = NULL;

  if (value == NULL)
    return TRUE;
  digits = g_strndup (value, length);
  *price = g_ascii_strtod (digits, NULL);
  return weir_json_object_get_kind (model, name) == WEIR_JSON_NUMBER && *price >= 0;
}

static gboolean
add_model (WeirPrices *self, const char *name, const WeirJsonObject *model, GError **error)
{
  Price price = { -1, -1, -1, -1 };

  if (!read_price (model, "input", &price.input) || !read_price (model, "output", &price.output)
      || !read_price (model, "cache_read", &price.cache_read)
      || !read_price (model, "cache_write", &price.cache_write))
    return refuse (
        error, g_strdup_printf (_ ("A price of the model “%s” is not a number from 0 on."), name));
  if (price.input < 0 || price.output < 0)
    return refuse (
        error, g_strdup_printf (_ ("The model “%s” needs the prices “input” and “output”."), name));
  if (price.cache_read < 0)
    price.cache_read = price.input;
  if (price.cache_write < 0)
    price.cache_write = price.input;
  g_hash_table_insert (self->models, g_strdup (name), g_memdup2 (&price, sizeof price));
  return TRUE;
}

/* The unescaped name of a key token. (transfer full) */
static char *
dup_key (const char *text, const WeirJsonToken *key)
{
  char *name = g_malloc0 (key->end - key->begin);

  weir_json_unescape (text, key, name);
  return name;
}

static gboolean
add_models (WeirPrices *self, const char *text, gsize length, GError **error)
{
  WeirJson json;
  WeirJsonToken token;

  weir_json_init (&json, text, length, 0);
  weir_json_next (&json, &token);
  while (weir_json_next (&json, &token) == WEIR_JSON_TOKEN && token.kind == WEIR_JSON_KEY)
    {
      g_autofree char *name = dup_key (text, &token);
      g_autoptr (WeirJsonObject) model = NULL;
      gsize begin;

      weir_json_next (&json, &token);
      begin = token.begin;
      weir_json_skip (&json, &token);
      model = weir_json_object_new (text + begin, token.end - begin);
      if (model == NULL)
        return refuse (
            error, g_strdup_printf (_ ("The prices of the model “%s” are not an object."), name));
      if (!add_model (self, name, model, error))
        return FALSE;
    }
  return TRUE;
}

WeirPrices *
weir_prices_new (const char *text, gsize length, GError **error)
{
  g_autoptr (WeirPrices) self = g_new0 (WeirPrices, 1);
  g_autoptr (WeirJsonObject) file = weir_json_object_new (text, length);
  const char *currency;
  const char *models;
  gsize models_length;

  self->models = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (file == NULL || weir_json_object_get_kind (file, "models") != WEIR_JSON_OBJECT_BEGIN)
    {
      refuse (error,
              g_strdup (_ ("The file of prices is not a JSON object with the member “models”.")));
      return NULL;
    }
  currency = weir_json_object_get_string (file, "currency");
  self->currency = g_strdup (currency != NULL ? currency : "");
  models = weir_json_object_peek_value (file, "models", &models_length);
  return add_models (self, models, models_length, error) ? g_steal_pointer (&self) : NULL;
}

const char *
weir_prices_get_currency (const WeirPrices *self)
{
  return self->currency;
}

static const Price *
find_price (const WeirPrices *self, const char *model)
{
  const Price *found = g_hash_table_lookup (self->models, model);
  gsize found_length = 0;
  GHashTableIter iter;
  gpointer name, price;

  if (found != NULL)
    return found;
  g_hash_table_iter_init (&iter, self->models);
  while (g_hash_table_iter_next (&iter, &name, &price))
    {
      const gsize length = strlen (name);

      if (length > found_length && g_str_has_suffix (name, "*")
          && strncmp (model, name, length - 1) == 0)
        {
          found = price;
          found_length = length;
        }
    }
  return found;
}

gboolean
weir_prices_get_cost (const WeirPrices *self, const WeirAnswer *answer, double *cost)
{
  const WeirAnswerUsage *usage = &answer->usage;
  const gint64 read = MAX (usage->cache_read, 0), written = MAX (usage->cache_write, 0);
  const Price *price = answer->model.length > 0 ? find_price (self, answer->model.text) : NULL;

  if (price == NULL || usage->input < 0 || usage->output < 0)
    return FALSE;
  *cost = ((double) MAX (usage->input - read - written, 0) * price->input
           + (double) read * price->cache_read + (double) written * price->cache_write
           + (double) usage->output * price->output)
          / TOKENS_A_PRICE;
  return TRUE;
}
