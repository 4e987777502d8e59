/* SPDX-License-Identifier: MIT */
#include "weir-feed-llm-private.h"

#include <json-glib/json-glib.h>

/* What an API says of a request that it does not take. param: the field at fault; NULL: all of it. */
static void
refuse (WeirFeedExchange *exchange, WeirFeedLlmApi api, const char *param, const char *sentence)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  if (api == WEIR_FEED_LLM_ANTHROPIC)
    {
      json_builder_set_member_name (builder, "type");
      json_builder_add_string_value (builder, "error");
    }
  json_builder_set_member_name (builder, "error");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "type");
  json_builder_add_string_value (builder, "invalid_request_error");
  json_builder_set_member_name (builder, "message");
  json_builder_add_string_value (builder, sentence);
  if (api == WEIR_FEED_LLM_OPENAI)
    {
      json_builder_set_member_name (builder, "param");
      if (param != NULL)
        json_builder_add_string_value (builder, param);
      else
        json_builder_add_null_value (builder);
      json_builder_set_member_name (builder, "code");
      json_builder_add_null_value (builder);
    }
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  weir_feed_exchange_respond (exchange, 400, "application/json", text, -1);
}

static gboolean
has_model (JsonObject *request)
{
  JsonNode *node = json_object_get_member (request, "model");

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
         && json_node_get_value_type (node) == G_TYPE_STRING
         && *json_node_get_string (node) != '\0';
}

static gboolean
has_messages (JsonObject *request)
{
  JsonNode *node = json_object_get_member (request, "messages");

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node)
         && json_array_get_length (json_node_get_array (node)) > 0;
}

/* Both APIs stream where the request says "stream": true. */
static gboolean
read_stream (JsonObject *request, gboolean *stream)
{
  JsonNode *node = json_object_get_member (request, "stream");

  *stream = FALSE;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return FALSE;
  *stream = json_node_get_boolean (node);
  return TRUE;
}

gboolean
weir_feed_llm_check (WeirFeedExchange *exchange,
                     WeirFeedLlmApi api,
                     const char *body,
                     gsize length,
                     gboolean *stream)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) error = NULL;
  JsonObject *request = NULL;
  JsonNode *root;

  if (length > 0 && g_utf8_validate (body, (gssize) length, NULL)
      && json_parser_load_from_data (parser, body, (gssize) length, &error)
      && (root = json_parser_get_root (parser)) != NULL && JSON_NODE_HOLDS_OBJECT (root))
    request = json_node_get_object (root);
  if (request == NULL)
    refuse (exchange, api, NULL, "The body of the request must be a JSON object.");
  else if (!has_model (request))
    refuse (exchange, api, "model", "The request must name a model.");
  else if (!has_messages (request))
    refuse (exchange, api, "messages", "The request must have at least one message.");
  else if (!read_stream (request, stream))
    refuse (exchange, api, "stream", "stream must be true or false.");
  else
    return TRUE;
  return FALSE;
}
