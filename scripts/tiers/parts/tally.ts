/** Checks that were made, said one a line, and their totals. */
export class Tally {
  #passed = 0
  #failed = 0

  /** @param detail what to say of one that failed */
  check (what: string, holds: boolean, detail = ''): void {
    if (holds) {
      this.#passed++
      console.log(`ok ${what}`)
      return
    }
    this.#failed++
    console.log(`FAILED ${what}${detail === '' ? '' : `\n  ${detail.trim().replaceAll('\n', '\n  ')}`}`)
  }

  /** The last line. Answers whether nothing failed. */
  close (): boolean {
    console.log(`${this.#passed} passed, ${this.#failed} failed, 0 skipped`)
    return this.#failed === 0
  }
}
