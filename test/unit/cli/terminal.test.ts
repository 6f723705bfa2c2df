import { PassThrough } from 'node:stream'
import t from 'tap'
import { Progress } from '../../../src/cli/progress.js'
import { processTerminal, type Terminal } from '../../../src/cli/terminal.js'

/** A terminal over two streams that note, in order, what was written where. */
function terminalOf (isTTY: boolean): { terminal: Terminal, written: () => string[] } {
  const written: string[] = []
  const stream = (name: string): NodeJS.WriteStream => {
    const through = new PassThrough()
    through.on('data', (part: Buffer) => { written.push(`${name}: ${part.toString()}`) })
    return Object.assign(through, { isTTY }) as unknown as NodeJS.WriteStream
  }
  return { terminal: processTerminal({ stdout: stream('out') as NodeJS.WriteStream & { fd: 1 }, stderr: stream('err') as NodeJS.WriteStream & { fd: 2 } }), written: () => written }
}

const CLEAR = '\r\x1b[2K'

t.test('answers go to standard output as they are, lines to standard error', async (t) => {
  const { terminal, written } = terminalOf(false)
  terminal.answer('text')
  terminal.answer(Uint8Array.of(65, 66))
  terminal.tell('a line')
  t.same(written(), ['out: text', 'out: AB', 'err: a line\n'])
  t.notOk(terminal.isInteractive)
})

t.test('what is shown in passing is cleared before anything else is written', async (t) => {
  const { terminal, written } = terminalOf(true)
  terminal.show('half done')
  terminal.answer('text')
  terminal.show('nearly done')
  terminal.tell('a line')
  terminal.tell('another')
  t.same(written(), [`err: ${CLEAR}half done`, `err: ${CLEAR}`, 'out: text', `err: ${CLEAR}nearly done`, `err: ${CLEAR}a line\n`, 'err: another\n'])
})

t.test('progress is a bar for somebody who watches, otherwise a line a quarter of a long run, and nothing of a short one', async (t) => {
  const watched = terminalOf(true)
  const bar = new Progress(watched.terminal, 'unmasking')
  bar.begin()
  bar.report(3, 12, 'steps')
  bar.report(12, 12, 'steps')
  bar.end()
  t.same(watched.written(), [`err: ${CLEAR}unmasking …`, `err: ${CLEAR}unmasking [${'█'.repeat(6)}${'·'.repeat(18)}] 3/12 steps`, `err: ${CLEAR}unmasking [${'█'.repeat(24)}] 12/12 steps`, `err: ${CLEAR}`])
  const piped = terminalOf(false)
  const lines = new Progress(piped.terminal, 'making pictures', 'quarters')
  lines.begin()
  for (let step = 0; step <= 12; step++) lines.report(step, 12, 'prompts')
  lines.end()
  t.same(piped.written(), [3, 6, 9, 12].map((step) => `err: making pictures ${step}/12 prompts\n`))
  const silent = new Progress(piped.terminal, 'unmasking')
  silent.begin()
  silent.report(12, 12, 'steps')
  silent.end()
  t.equal(piped.written().length, 4)
})
