/** Most of a word that may be wrong for another still to be meant: two letters of six. */
const MOST_WRONG = 1 / 3

/**
 * The word that somebody probably meant: the nearest in letters changed, added or left out, or else the only one that has it among its parts (`steps` in `num-inference-steps`).
 *
 * @returns undefined where none is near
 */
export function closest (word: string, known: readonly string[]): string | undefined {
  const [nearest] = known.map((each) => ({ each, changes: changesBetween(word, each) })).sort((a, b) => a.changes - b.changes)
  if (nearest !== undefined && nearest.changes <= MOST_WRONG * Math.max(word.length, nearest.each.length)) return nearest.each
  const containing = known.filter((each) => each.split(/[-_]/).includes(word))
  return containing.length === 1 ? containing[0] : undefined
}

/** Letters that have to be changed, added or left out to make one word of the other. */
function changesBetween (a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min((row[j] ?? 0) + (letter === other ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
