/* SPDX-License-Identifier: MIT */
#include "weir-decimal-private.h"

#include <string.h>

static int
compare_digits (const char *a, const char *b)
{
  const gsize a_length = strlen (a), b_length = strlen (b);
  int order;

  if (a_length != b_length)
    return a_length < b_length ? -1 : 1;
  order = memcmp (a, b, a_length);
  return (order > 0) - (order < 0);
}

int
weir_decimal_compare (const char *a, const char *b)
{
  const gboolean a_minus = *a == '-', b_minus = *b == '-';

  if (a_minus != b_minus)
    return a_minus ? -1 : 1;
  return a_minus ? compare_digits (b + 1, a + 1) : compare_digits (a, b);
}

/* Digits without a sign, from the last to the first. */
static char *
finish (char *buffer, const char *from, gboolean minus)
{
  g_autofree char *owned = buffer;

  while (*from == '0' && from[1] != '\0')
    from++;
  return g_strconcat (minus && *from != '0' ? "-" : "", from, NULL);
}

static char *
add_digits (const char *a, const char *b, gboolean minus)
{
  gsize a_left = strlen (a), b_left = strlen (b);
  const gsize size = MAX (a_left, b_left) + 2;
  char *buffer = g_malloc (size);
  char *out = buffer + size - 1;
  int carry = 0;

  *out = '\0';
  while (a_left > 0 || b_left > 0 || carry > 0)
    {
      const int sum =
          carry + (a_left > 0 ? a[--a_left] - '0' : 0) + (b_left > 0 ? b[--b_left] - '0' : 0);

      *--out = (char) ('0' + sum % 10);
      carry = sum / 10;
    }
  return finish (buffer, out, minus);
}

/* Requires a >= b. */
static char *
subtract_digits (const char *a, const char *b, gboolean minus)
{
  gsize a_left = strlen (a), b_left = strlen (b);
  const gsize size = a_left + 1;
  char *buffer = g_malloc (size);
  char *out = buffer + size - 1;
  int borrow = 0;

  *out = '\0';
  while (a_left > 0)
    {
      int digit = a[--a_left] - '0' - borrow - (b_left > 0 ? b[--b_left] - '0' : 0);

      borrow = digit < 0;
      *--out = (char) ('0' + digit + 10 * borrow);
    }
  return finish (buffer, out, minus);
}

static char *
add_signed (const char *a, gboolean a_minus, const char *b, gboolean b_minus)
{
  if (a_minus == b_minus)
    return add_digits (a, b, a_minus);
  if (compare_digits (a, b) >= 0)
    return subtract_digits (a, b, a_minus);
  return subtract_digits (b, a, b_minus);
}

char *
weir_decimal_add (const char *a, const char *b)
{
  const gboolean a_minus = *a == '-', b_minus = *b == '-';

  return add_signed (a + a_minus, a_minus, b + b_minus, b_minus);
}

char *
weir_decimal_subtract (const char *a, const char *b)
{
  const gboolean a_minus = *a == '-', b_minus = *b == '-';

  return add_signed (a + a_minus, a_minus, b + b_minus, !b_minus);
}

void
weir_decimal_increment (GString *number)
{
  g_autofree char *next = NULL;

  if (*number->str != '-')
    {
      for (gsize i = number->len; i-- > 0;)
        {
          if (number->str[i] != '9')
            {
              number->str[i]++;
              return;
            }
          number->str[i] = '0';
        }
      g_string_prepend_c (number, '1');
      return;
    }
  next = weir_decimal_add (number->str, "1");
  g_string_assign (number, next);
}
