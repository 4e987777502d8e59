/* SPDX-License-Identifier: MIT */

/** Numbers in a slab. One event that is kept keeps its slab alive, so they are small. */
const SLAB = 2048

/** Copies of rows, many to an array: an array a chunk costs more than the rows of a small one. */
export class Slabs {
  constructor() {
    this.slab = new Int32Array(0)
    this.end = 0
    /** Where the numbers stand that were kept last. */
    this.first = 0
  }

  /**
   * Copies n numbers, and returns the array that they stand in, from `first` on.
   *
   * @param {Int32Array} numbers
   * @param {number} begin
   * @param {number} n
   */
  keep(numbers, begin, n) {
    if (n > SLAB >> 2) {
      this.first = 0
      return numbers.slice(begin, begin + n)
    }
    if (this.end + n > this.slab.length) {
      this.slab = new Int32Array(SLAB)
      this.end = 0
    }
    this.first = this.end
    for (let i = 0; i < n; i++) this.slab[this.first + i] = numbers[begin + i]
    this.end += n
    return this.slab
  }
}
