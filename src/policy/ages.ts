const NUMBER_WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen', 'twenty']
const YEARS = new Set(['year', 'years', 'yr', 'yrs', 'yo', 'y'])
const PARTS_OF_A_YEAR = new Set(['month', 'months', 'week', 'weeks', 'day', 'days', 'mo'])
/** `a lady, 17` at the end of a text. */
const PERSONS = new Set(['woman', 'man', 'lady', 'person', 'female', 'male', 'model'])
const OLD = new Set(['old', 'olds', 'o'])

/**
 * An age in years below a bound that a text gives somebody: `12-year-old`, `aged 15`, `16yo`, `seventeen years old`, `six months old`.
 *
 * @param words folded
 * @returns the words that say it
 */
export function findAgeUnder (words: readonly string[], bound: number): string | undefined {
  const apart = words.flatMap((word) => word.match(/\p{N}+|\p{L}+/gu) ?? [])
  for (const [index, word] of apart.entries()) {
    const number = numberOf(word)
    if (number === undefined) continue
    const [before = '', beforeThat = ''] = [apart[index - 1], apart[index - 2]]
    const [unit = '', old = ''] = [apart[index + 1], apart[index + 2]]
    const isBefore = before === 'aged' || (before === 'age' && !YEARS.has(unit)) || (before === 'of' && beforeThat === 'age')
    const isLast = index === apart.length - 1 && PERSONS.has(before)
    const isOld = OLD.has(old) || unit === 'yo'
    if (isOld && PARTS_OF_A_YEAR.has(unit)) return `${word} ${unit} ${old}`
    if (number >= bound) continue
    if (isBefore || isLast) return `${before} ${word}`
    if (isOld && YEARS.has(unit)) return `${word} ${unit} ${old}`.trim()
  }
  return undefined
}

function numberOf (word: string): number | undefined {
  if (/^\d{1,3}$/.test(word)) return Number(word)
  const index = NUMBER_WORDS.indexOf(word)
  return index < 0 ? undefined : index
}
