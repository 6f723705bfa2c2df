import type { Step } from '../scheduler/step.js'
import { decodeRows, encodeRows, pictureRows, type PlanSources, promptRows, renderRows, textRows, unmaskRows } from './build-plan.js'
import type { RowResults, StepExecutor, TextRow } from './executor.js'
import { type Completed, type ResultSinks, takeCodes, takeDecoded, takeEncodings, takePictures, takePrompts, takeRendered, takeTexts, takeUnmasked } from './take-results.js'

/** A step that was done and whose results nobody has seen yet. */
export interface DoneStep {
  durationMs: number
  /** Takes the results into the sequences. */
  take (sinks: ResultSinks): Completed
}

/**
 * Has a step of the scheduler done by the executor.
 *
 * @throws what the executor throws: run_terminated when the signal stopped it
 */
export async function runStep (step: Step, sources: PlanSources, executor: StepExecutor, signal: AbortSignal): Promise<DoneStep> {
  switch (step.kind) {
    case 'encode':
    case 'original': {
      const { rows, durationMs } = await executor.execute({ phase: 'encode', rows: encodeRows(step.rows, sources) }, signal)
      return { durationMs, take: (sinks) => takeEncodings(step.rows, rows, durationMs, sinks) }
    }
    case 'codes': {
      const { rows, durationMs } = await executor.execute({ phase: 'encode', rows: encodeRows(step.rows, sources) }, signal)
      return { durationMs, take: (sinks) => takeCodes(step.rows, rows, sinks) }
    }
    case 'prompt': {
      const { rows, durationMs } = await executor.execute({ phase: 'prefill', kind: 'prompt', rows: promptRows(step.rows, sources) }, signal)
      return { durationMs, take: (sinks) => takePrompts(step.rows, rows, sinks) }
    }
    case 'picture': {
      const { rows, durationMs } = await executor.execute({ phase: 'prefill', kind: 'picture', rows: pictureRows(step.rows, sources) }, signal)
      return { durationMs, take: (sinks) => takePictures(step.rows, rows, durationMs, sinks) }
    }
    case 'text': {
      const { rows, durationMs } = await runTexts(step.rows.map((row) => textRows(row, sources)), executor, signal)
      return { durationMs, take: (sinks) => takeTexts(step.rows, rows, sinks) }
    }
    case 'decode': {
      const { rows, durationMs } = await executor.execute({ phase: 'decode', rows: decodeRows(step.rows, sources) }, signal)
      return { durationMs, take: (sinks) => takeDecoded(step.rows, rows, sinks) }
    }
    case 'unmask': {
      const { rows, durationMs } = await executor.execute({ phase: 'unmask', rows: unmaskRows(step.rows, sources) }, signal)
      return { durationMs, take: (sinks) => takeUnmasked(step.rows, rows, sinks) }
    }
    case 'render': {
      const { rows, durationMs } = await executor.execute({ phase: 'render', rows: renderRows(step.rows, sources) }, signal)
      return { durationMs, take: (sinks) => takeRendered(step.rows, rows, sinks) }
    }
  }
}

/**
 * Runs what each text has to read, its stretches one after the other: the second is written behind the first, and choices take each other's place in the slot.
 *
 * @returns the results of each text's rows
 */
async function runTexts (texts: readonly TextRow[][], executor: StepExecutor, signal: AbortSignal): Promise<{ rows: RowResults['text'][][], durationMs: number }> {
  const rows: RowResults['text'][][] = texts.map(() => [])
  let durationMs = 0
  const rounds = Math.max(...texts.map((stretches) => stretches.length))
  for (let round = 0; round < rounds; round++) {
    const present = texts.flatMap((stretches, text) => {
      const row = stretches[round]
      return row === undefined ? [] : [{ row, text }]
    })
    const result = await executor.execute({ phase: 'prefill', kind: 'text', rows: present.map(({ row }) => row) }, signal)
    durationMs += result.durationMs
    present.forEach(({ text }, index) => { rows[text]?.push(...result.rows.slice(index, index + 1)) })
  }
  return { rows, durationMs }
}
