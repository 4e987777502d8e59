/* SPDX-License-Identifier: MIT */
#include "weir-check-finding.h"

struct _WeirCheckFinding
{
  GObject parent_instance;

  guint64 row;
  gint64 time_us;
  gboolean is_schema;
  char *text;
};

G_DEFINE_FINAL_TYPE (WeirCheckFinding, weir_check_finding, G_TYPE_OBJECT)

static void
weir_check_finding_init (WeirCheckFinding *self)
{
}

static void
weir_check_finding_finalize (GObject *object)
{
  g_free (WEIR_CHECK_FINDING (object)->text);
  G_OBJECT_CLASS (weir_check_finding_parent_class)->finalize (object);
}

static void
weir_check_finding_class_init (WeirCheckFindingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_check_finding_finalize;
}

WeirCheckFinding *
weir_check_finding_new (guint64 row, gint64 time_us, gboolean is_schema, char *text)
{
  WeirCheckFinding *self = g_object_new (WEIR_TYPE_CHECK_FINDING, NULL);

  self->row = row;
  self->time_us = time_us;
  self->is_schema = is_schema;
  self->text = text;
  return self;
}

guint64
weir_check_finding_get_row (WeirCheckFinding *self)
{
  g_return_val_if_fail (WEIR_IS_CHECK_FINDING (self), 0);
  return self->row;
}

gint64
weir_check_finding_get_time_us (WeirCheckFinding *self)
{
  g_return_val_if_fail (WEIR_IS_CHECK_FINDING (self), 0);
  return self->time_us;
}

gboolean
weir_check_finding_is_schema (WeirCheckFinding *self)
{
  g_return_val_if_fail (WEIR_IS_CHECK_FINDING (self), FALSE);
  return self->is_schema;
}

const char *
weir_check_finding_get_text (WeirCheckFinding *self)
{
  g_return_val_if_fail (WEIR_IS_CHECK_FINDING (self), NULL);
  return self->text;
}
