/** What one examination found. */
export interface Finding {
  /** What was looked at, in a word or two. */
  subject: string
  /** `ok`; `note`: it works, but something is worth knowing; `problem`: the server would not start, or not do what is set. */
  state: 'ok' | 'note' | 'problem'
  /** What was found. */
  detail: string
  /** What can be done about it, a line each. */
  advice?: readonly string[]
}

const MARKS = { ok: 'ok     ', note: 'note   ', problem: 'PROBLEM' } as const
const SUBJECT_WIDTH = 15

/** The finding as lines of a report. */
export function findingLines ({ subject, state, detail, advice = [] }: Finding): string {
  return [`${MARKS[state]}  ${subject.padEnd(SUBJECT_WIDTH)}  ${detail}`, ...advice.map((line) => `${' '.repeat(MARKS.ok.length + SUBJECT_WIDTH + 4)}→ ${line}`)].map((line) => `${line}\n`).join('')
}

/** Runs an examination; what it throws is a problem. */
export async function examine (subject: string, examination: () => Promise<Omit<Finding, 'subject'>>): Promise<Finding> {
  try {
    return { subject, ...await examination() }
  } catch (error) {
    return { subject, state: 'problem', detail: error instanceof Error ? error.message : String(error) }
  }
}
