import t from 'tap'
import { Patience } from '../../../src/cli/patience.js'
import { ServerRefusal } from '../../../src/cli/server.js'

t.test('a server that says "at once" again and again is asked with pauses, which count towards the longest wait', async (t) => {
  const told: string[] = []
  const patience = new Patience({ isInteractive: false, isAnswerWatched: false, answer: () => {}, tell: (line) => { told.push(line) }, show: () => {} })
  let asked = 0
  const answer = await patience.ask(async () => {
    asked++
    if (asked < 3) throw new ServerRefusal('the server answered 503: later.', 503, undefined, 0)
    return 'here'
  })
  patience.end()
  t.equal(answer, 'here')
  t.strictSame(told, ['the server answered 503: later. Asking again in 0.5 s, and later as often as it says so', 'waited 1.0 s in all, as the server asked'])
})
