import type { SchedulerOptions } from './options.js'
import type { Running } from './running.js'
import type { Step, Submission } from './step.js'

/** The scheduler's state as values. */
export interface SchedulerSnapshot {
  running: Running[]
  inFlight: Step | undefined
  promptSlots: { key: string | undefined, references: number }[]
  /** Who is in each used slot. */
  decodeSlots: readonly string[]
  /** Pins of the pictures of running texts. */
  pins: ReadonlyMap<string, number>
  /** Codes and embeddings of the pictures that running sequences read or edit. */
  encodings: ReadonlyMap<string, { pins: number, isKept: boolean }>
  queue: { submissions: readonly Submission[], workUnits: number }
  options: SchedulerOptions
}

/** What must always be true of the scheduler between two steps; answers what is not, in words. */
export function findViolations (snapshot: SchedulerSnapshot): string[] {
  return [...placesOfPictures(snapshot), ...placesOfTexts(snapshot), ...keptEncodings(snapshot), ...queueBounds(snapshot)]
}

function placesOfPictures ({ running, promptSlots, options }: SchedulerSnapshot): string[] {
  const pictures = running.filter((sequence) => sequence.flow === 'generate')
  const rows = pictures.filter(({ stage }) => stage !== 'rendering').reduce((sum, { demand }) => sum + demand.prompts.length, 0)
  const readers = (key: string): number => pictures.reduce((sum, { demand }) => sum + demand.prompts.filter((name) => name === key).length, 0)
  const keys = promptSlots.flatMap(({ key }) => key ?? [])
  return [
    ...complain(rows > options.rowLimits.unmask, `pictures have ${rows} rows and a step takes ${options.rowLimits.unmask}`),
    ...complain(new Set(keys).size < keys.length, 'two prompt slots hold the same prompt'),
    // A pinned prompt has one reference more than readers.
    ...promptSlots.flatMap(({ key, references }, slot) => complain(references < readers(key ?? ''), `prompt slot ${slot} counts ${references} of its ${readers(key ?? '')} readers`)),
    ...pictures.flatMap(({ id, demand }) => complain(demand.prompts.some((key) => !keys.includes(key)), `${id} reads a prompt that has no slot`))
  ]
}

function placesOfTexts ({ running, decodeSlots, pins, options }: SchedulerSnapshot): string[] {
  const texts = running.filter((sequence) => sequence.flow === 'understand')
  const writing = texts.filter(({ stage }) => stage === 'writing').map(({ id }) => id)
  const reading = texts.filter(({ stage }) => stage === 'reading')
  return [
    ...complain(texts.length > options.decodeSlots, `${texts.length} texts are running and there are ${options.decodeSlots} slots`),
    ...complain([...decodeSlots].sort().join() !== [...writing].sort().join(), `slots hold ${decodeSlots.join()} and ${writing.join()} are written`),
    ...[...pins].flatMap(([picture, count]) => {
      const readers = reading.filter(({ demand }) => demand.picture === picture).length
      return complain(count !== readers, `the picture ${picture} has ${count} pins and ${readers} readers`)
    })
  ]
}

function keptEncodings ({ running, encodings }: SchedulerSnapshot): string[] {
  const isReader = (sequence: Running, key: string): boolean => sequence.flow === 'generate' ? sequence.demand.original === key : sequence.stage === 'reading' && sequence.demand.picture === key
  return [
    ...[...encodings].flatMap(([picture, { pins }]) => {
      const readers = running.filter((sequence) => isReader(sequence, picture)).length
      return complain(pins !== readers, `the codes of ${picture} have ${pins} pins and ${readers} readers`)
    }),
    ...running.flatMap((sequence) => {
      const original = sequence.flow === 'generate' && sequence.stage !== 'prefixes' ? sequence.demand.original : undefined
      return complain(original !== undefined && encodings.get(original)?.isKept !== true, `${sequence.id} edits ${original}, whose codes are gone`)
    })
  ]
}

function queueBounds ({ queue: { submissions, workUnits }, options: { queue } }: SchedulerSnapshot): string[] {
  const total = submissions.reduce((sum, submission) => sum + submission.workUnits, 0)
  return [
    ...complain(submissions.length > queue.maxSequences, `${submissions.length} sequences wait and ${queue.maxSequences} may`),
    ...complain(submissions.length > 1 && total > queue.maxWorkUnits, `${total} work units wait and ${queue.maxWorkUnits} may`),
    ...complain(Math.abs(total - workUnits) > 1e-6, `the queue counts ${workUnits} work units of ${total}`)
  ]
}

function complain (isBroken: boolean, what: string): string[] {
  return isBroken ? [what] : []
}
