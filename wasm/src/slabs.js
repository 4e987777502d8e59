/* SPDX-License-Identifier: MIT */

/** Numbers in a slab. What is kept keeps its slab alive, so they are small. */
const SLAB = 2048

/** Copies of rows, many to an array: an array a chunk costs more than the rows of a small one. */
export class Slabs {
  constructor() {
    this.slab = new Int32Array(0)
    this.end = 0
  }

  /** A copy. @param {Int32Array} numbers */
  keep(numbers) {
    const { length } = numbers
    if (this.end + length > this.slab.length) {
      this.slab = new Int32Array(Math.max(SLAB, length))
      this.end = 0
    }
    const kept = this.slab.subarray(this.end, (this.end += length))
    kept.set(numbers)
    return kept
  }
}
