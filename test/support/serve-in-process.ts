import { EventEmitter } from 'node:events'
import type { Test } from 'tap'
import { readConfig, type SettingName } from '../../src/config.js'
import { serve, type ServeEnd, type ServeHost } from '../../src/serve.js'
import { spawnToy } from './forked-toy.js'
import { toyFolder } from './toy-folder.js'
import { until } from './until.js'

export interface LogLine { level: string, msg: string, address?: string, code?: string }

/** A server under a test's control, in this process. */
export interface Served {
  logs: LogLine[]
  end: Promise<ServeEnd>
  signal: (name: 'SIGTERM' | 'SIGINT' | 'SIGHUP') => void
  said: (words: string) => LogLine | undefined
  /** Address, once it listens. */
  origin: () => Promise<string>
}

/** Starts a server over toy engines; it ends with its test. */
export function serveToy (t: Test, settings: Partial<Record<SettingName, string>> = {}, host: Pick<ServeHost, 'retryMs'> = {}): Served {
  const logs: LogLine[] = []
  const signals = new EventEmitter()
  const config = readConfig({}, { ...settings, port: settings.port ?? '0', model: settings.model ?? toyFolder(t) })
  const end = serve(config, { ...host, signals, spawn: spawnToy, logTo: { write: (line) => { logs.push(JSON.parse(line)) } } })
  end.catch(() => {}) // each test looks at it
  t.teardown(async () => {
    signals.emit('SIGTERM')
    signals.emit('SIGTERM')
    await end.catch(() => {})
  })
  const said = (words: string): LogLine | undefined => logs.find(({ msg }) => msg.includes(words))
  const origin = async (): Promise<string> => {
    await until(() => said('listening on') !== undefined)
    return /http:\/\/\S+:\d+/.exec(said('listening on')?.msg ?? '')?.[0] ?? ''
  }
  return { logs, end, signal: (name) => { signals.emit(name) }, said, origin }
}
