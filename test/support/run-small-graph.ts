import { Batch } from '../../src/runtime/batch.js'
import { Session } from '../../src/runtime/session.js'
import { DOUBLE, environment, modelOf } from './small-graphs.js'

/** Loads a graph and runs it once: a process that has used ONNX Runtime as the engine does. */
const session = await Session.load(environment, modelOf(DOUBLE))
const batch = new Batch(session, { sizes: { B: 1 } })
await batch.run()
for (const handle of [batch, session]) handle.dispose()
environment.dispose()
