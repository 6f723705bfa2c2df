/**
 * After which steps a picture so far is shown: so many times, evenly spread, never after the last step, which is the picture itself.
 *
 * @param steps that the picture takes; where they are too few for the count, each but the last is shown
 * @returns in ascending order, each once
 */
export function previewSteps (count: number, steps: number): number[] {
  const shown = Math.min(count, steps - 1)
  return Array.from({ length: Math.max(0, shown) }, (_, index) => Math.floor((index + 1) * steps / (shown + 1)))
}
