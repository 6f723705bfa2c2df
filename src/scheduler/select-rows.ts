import type { DecodeSlots } from './decode-slots.js'
import type { PromptSlots } from './prompt-slots.js'
import type { Running, RunningPicture, RunningText } from './running.js'
import type { PictureFill, Step, StepKind } from './step.js'

export interface SelectOptions {
  rowLimits: Readonly<Record<StepKind, number>>
  prefillTokens: number
  prompts: PromptSlots
  slots: DecodeSlots
}

/**
 * Chooses the rows of a step among the sequences that are ready for its kind, the first to have begun first.
 *
 * @param ready at least one, in order of beginning
 */
export function selectRows (kind: StepKind, ready: readonly Running[], options: SelectOptions): Step {
  const company = inCompany(ready)
  const limit = options.rowLimits[kind]
  switch (kind) {
    case 'encode':
    case 'picture':
      return { kind, rows: distinctPictures(company.filter(isText)).slice(0, limit) }
    case 'original':
      return { kind, rows: distinctOriginals(company.filter(isPicture)).slice(0, limit) }
    case 'prompt':
      return { kind, rows: missingPrompts(company.filter(isPicture), options.prompts).slice(0, limit) }
    case 'text':
      return { kind, rows: withinBudget(company.filter(isText), options).map(({ id }) => ({ id, slot: options.slots.add(id) })) }
    case 'decode':
      return { kind, rows: neighbours(ready, limit, options.slots) }
    case 'unmask':
      return { kind, rows: company.filter(isPicture).map(({ id, demand }) => ({ id, promptSlots: demand.prompts.map((key) => options.prompts.slotOf(key)) })) }
    case 'codes':
      return { kind, rows: company.slice(0, limit).map(({ id }) => ({ id })) }
    case 'render':
      return { kind, rows: company.filter(isPicture).slice(0, limit).map(({ id, stage }) => ({ id, what: stage === 'rendering' ? 'picture' : 'preview' })) }
  }
}

/** A suspect that has waited longest goes by itself; otherwise the suspects wait for that. */
function inCompany (ready: readonly Running[]): readonly Running[] {
  const longest = longestUnserved(ready)
  return longest.isSuspect ? [longest] : ready.filter(({ isSuspect }) => !isSuspect)
}

/** @param ready at least one */
function longestUnserved (ready: readonly Running[]): Running {
  return ready.reduce((oldest, sequence) => sequence.servedAt < oldest.servedAt ? sequence : oldest)
}

/** Two questions about one picture need it once. */
function distinctPictures (texts: readonly RunningText[]): PictureFill[] {
  return firstOfEach(texts.map(({ id, demand }) => ({ id, key: demand.picture })))
}

/** Two edits of one picture need its codes once. */
function distinctOriginals (pictures: readonly RunningPicture[]): PictureFill[] {
  return firstOfEach(pictures.flatMap(({ id, demand: { original } }) => original === undefined ? [] : [{ id, key: original }]))
}

function firstOfEach (fills: readonly PictureFill[]): PictureFill[] {
  const owners = new Map<string, string>()
  for (const { id, key } of fills) {
    if (!owners.has(key)) owners.set(key, id)
  }
  return [...owners].map(([key, id]) => ({ id, key }))
}

function missingPrompts (pictures: readonly RunningPicture[], prompts: PromptSlots): { id: string, key: string, slot: number }[] {
  const owners = new Map<string, string>()
  for (const { id, demand } of pictures) {
    for (const key of demand.prompts) {
      if (!owners.has(key) && !prompts.isFilled(key)) owners.set(key, id)
    }
  }
  return [...owners].map(([key, id]) => ({ id, key, slot: prompts.slotOf(key) }))
}

/** In order until the tokens are used up; the first goes whatever its length. */
function withinBudget (texts: readonly RunningText[], { rowLimits, prefillTokens, slots }: SelectOptions): readonly RunningText[] {
  const limit = Math.min(rowLimits.text, slots.free)
  let tokens = 0
  const end = texts.findIndex(({ demand }, index) => {
    tokens += demand.textTokens
    return index >= limit || (index > 0 && tokens > prefillTokens)
  })
  return end < 0 ? texts : texts.slice(0, end)
}

/** The text that has waited longest, and its neighbours in the cache. */
function neighbours (ready: readonly Running[], limit: number, slots: DecodeSlots): { id: string, slot: number }[] {
  const longest = longestUnserved(ready)
  const suspects = new Set(ready.filter(({ isSuspect }) => isSuspect).map(({ id }) => id))
  return slots.around(longest.id, longest.isSuspect ? 1 : limit, (id) => !suspects.has(id))
}

function isText (sequence: Running): sequence is RunningText {
  return sequence.flow === 'understand'
}

function isPicture (sequence: Running): sequence is RunningPicture {
  return sequence.flow === 'generate'
}
