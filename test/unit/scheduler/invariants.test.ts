import t from 'tap'
import { findViolations, type SchedulerSnapshot } from '../../../src/scheduler/invariants.js'
import { Simulation } from '../../support/scheduler-simulation.js'

/** The state of a busy scheduler: pictures and texts in all stages. */
function busy (): SchedulerSnapshot {
  const world = new Simulation(7)
  for (let step = 0; step < 60; step++) {
    for (let arrivals = 0; arrivals < 3; arrivals++) world.arrive()
    world.step(undefined, 0)
  }
  return world.scheduler.snapshot
}

t.test('a sound state has no violations', async (t) => {
  const snapshot = busy()
  t.ok(snapshot.running.length > 3 && snapshot.decodeSlots.length > 1 && snapshot.queue.submissions.length > 1)
  t.same(findViolations(snapshot), [])
})

t.test('each kind of damage is found and named', async (t) => {
  const sound = busy()
  const [first] = sound.decodeSlots
  const damages: [Partial<SchedulerSnapshot>, RegExp][] = [
    [{ options: { ...sound.options, rowLimits: { ...sound.options.rowLimits, unmask: 1 } } }, /rows and a step takes 1/],
    [{ promptSlots: [...sound.promptSlots, ...sound.promptSlots] }, /two prompt slots hold the same prompt/],
    [{ promptSlots: sound.promptSlots.map((slot) => ({ ...slot, references: 0 })) }, /counts 0 of its/],
    [{ promptSlots: [] }, /reads a prompt that has no slot/],
    [{ decodeSlots: sound.decodeSlots.slice(1) }, new RegExp(`${first}.* are written`)],
    [{ options: { ...sound.options, decodeSlots: 1 } }, /texts are running and there are 1 slots/],
    [{ pins: new Map([['picture 0', 99]]) }, /has 99 pins/],
    [{ encodings: new Map([['picture 0', { pins: 99, isKept: true }]]) }, /codes of picture 0 have 99 pins/],
    [{ encodings: new Map() }, /edits picture \d, whose codes are gone/],
    [{ queue: { ...sound.queue, workUnits: 0 } }, /the queue counts 0 work units/],
    [{ options: { ...sound.options, queue: { maxSequences: 1, maxWorkUnits: 1 } } }, /sequences wait and 1 may/]
  ]
  for (const [damage, expected] of damages) t.match(findViolations({ ...sound, ...damage }).join('\n'), expected)
})
