/** The engine process, forked by `process.ts`: it says nothing until it is told to start, and ends with its parent. */
import { parentChannel } from './child-channel.js'
import { loadEngine } from './load-engine.js'
import { serveChannel } from './serve-channel.js'

serveChannel(parentChannel(), loadEngine, (code) => { process.exit(code) })
