/** Why a check cannot be made here. */
export class NotHere extends Error {}

/** Checks, each with a name: one passes unless it throws. Said one a line, and counted. */
export class Checks {
  readonly #counts = { passed: 0, failed: 0, skipped: 0 }

  /** @param check throws what is wrong, or NotHere. Answers whether it passed. */
  async run (what: string, check: () => Promise<void>): Promise<boolean> {
    const beganAt = Date.now()
    try {
      await check()
      this.#counts.passed++
      console.log(`ok ${what} (${((Date.now() - beganAt) / 1000).toFixed(1)} s)`)
      return true
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      if (error instanceof NotHere) {
        this.#counts.skipped++
        console.log(`skipped ${what}: ${message}`)
      } else {
        this.#counts.failed++
        console.log(`FAILED ${what}\n  ${message.trim().replaceAll('\n', '\n  ')}`)
      }
      return false
    }
  }

  /** The last line. Answers whether nothing failed. */
  close (): boolean {
    const { passed, failed, skipped } = this.#counts
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
    return failed === 0
  }
}
