/** Waits until something holds; the test's own timeout is the limit. */
export async function until (holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!await holds()) await new Promise((resolve) => { setTimeout(resolve, 2) })
}
