import pino from 'pino'
import t from 'tap'
import { loggerOptions } from '../../../src/telemetry/logging.js'

t.test('private fields are redacted where a careless line hands them over, one level down as well', async (t) => {
  const lines: string[] = []
  const log = pino(loggerOptions('info'), { write: (line: string) => { lines.push(line) } })
  log.info({ prompt: 'secret', work: { question: 'secret', seed: 7 }, image: 'secret', steps: 5 }, 'a careless line')
  t.match(JSON.parse(lines[0] ?? ''), { prompt: '[redacted]', image: '[redacted]', work: { question: '[redacted]', seed: 7 }, steps: 5, msg: 'a careless line', level: 'info' })
  t.notMatch(lines.join(''), /secret/)
})

t.test('below its level nothing is written', async (t) => {
  const lines: string[] = []
  const log = pino(loggerOptions('warn'), { write: (line: string) => { lines.push(line) } })
  log.info('quiet')
  log.warn('loud')
  t.match(lines.map((line) => JSON.parse(line)), [{ msg: 'loud', level: 'warn' }])
  t.equal(lines.length, 1)
})
