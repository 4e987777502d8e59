/* SPDX-License-Identifier: MIT */
/* WebAssembly SIMD: vectors of 16 bytes. */
#include "weir-path-private.h"

#ifdef WEIR_HAVE_SIMD128
#include <wasm_simd128.h>

#define TARGET
#define PATH weir_path_simd128
#define WIDTH 16

typedef v128_t V;

#define LOAD(p) wasm_v128_load (p)
#define STORE(p, v) wasm_v128_store (p, v)
#define ZERO wasm_i8x16_const_splat (0)
#define SPLAT(byte) wasm_i8x16_splat ((int8_t) (byte))
#define OR wasm_v128_or
#define AND wasm_v128_and
#define XOR wasm_v128_xor
#define MINUS(a, b) wasm_u8x16_sub_sat (a, b)
#define HIGH_NIBBLE(v) wasm_u8x16_shr (v, 4)
#define LOOK_UP(v, ...) wasm_i8x16_swizzle (wasm_u8x16_make (__VA_ARGS__), v)
#define BEHIND(v, prev, n) behind_##n (v, prev)
#define TAIL(bytes) wasm_u32x4_make (0, 0, 0, bytes)
#define IS_ZERO(v) (!wasm_v128_any_true (v))
#define IS_ASCII(v) (wasm_i8x16_bitmask (v) == 0)

static inline V
behind_1 (V v, V prev)
{
  return wasm_i8x16_shuffle (prev, v, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
                             30);
}

static inline V
behind_2 (V v, V prev)
{
  return wasm_i8x16_shuffle (prev, v, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
                             29);
}

static inline V
behind_3 (V v, V prev)
{
  return wasm_i8x16_shuffle (prev, v, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
                             28);
}

static inline V
is_end (V v)
{
  return wasm_v128_or (wasm_i8x16_eq (v, wasm_i8x16_const_splat ('\n')),
                       wasm_i8x16_eq (v, wasm_i8x16_const_splat ('\r')));
}

static inline uint64_t
ends_in (const V *block)
{
  V a = is_end (block[0]), b = is_end (block[1]), c = is_end (block[2]), d = is_end (block[3]);

  /* Most blocks have no line end, and this test is cheaper than four masks. */
  if (!wasm_v128_any_true (wasm_v128_or (wasm_v128_or (a, b), wasm_v128_or (c, d))))
    return 0;
  return (uint64_t) (wasm_i8x16_bitmask (a) | wasm_i8x16_bitmask (b) << 16)
         | (uint64_t) (wasm_i8x16_bitmask (c) | wasm_i8x16_bitmask (d) << 16) << 32;
}

/* Returns: whether no byte is a control character or above 0x7F. As signed numbers both are below a
 * space. */
static inline bool
is_plain (const V *block, V before)
{
  V least =
      wasm_i8x16_min (wasm_i8x16_min (block[0], block[1]), wasm_i8x16_min (block[2], block[3]));

  least = wasm_i8x16_min (least, before);
  return !wasm_v128_any_true (wasm_i8x16_lt (least, wasm_i8x16_const_splat (' ')));
}

#define IS_PLAIN is_plain

#include "weir-path-template.h"
#endif
