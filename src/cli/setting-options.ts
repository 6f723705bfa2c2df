import { isSwitch, SETTINGS, type SettingName } from '../config.js'
import type { Arguments, Option } from './arguments.js'

/** Settings that matter to a command that runs a model without HTTP. */
export const MODEL_SETTINGS: readonly SettingName[] = ['model', 'executionProvider', 'threads']

/** The settings of a server by what they are about, for its help; what is in none of them stands first. */
const GROUPS: Readonly<Record<string, readonly SettingName[]>> = {
  'Who may ask, and from where': ['apiKeysFile', 'corsOrigins', 'trustProxy', 'imageUrlAllowedHosts', 'adminAddress'],
  'What is answered': ['policyFile', 'provenance', 'c2paCertificate', 'c2paKey', 'playground'],
  'How much at a time': ['maxQueueRequests', 'maxQueueWork', 'generateShare', 'rateLimitRequests', 'rateLimitWork', 'maxUploadBytes', 'maxImagePixels', 'pictureCacheBytes', 'streamBufferBytes', 'maxJobs'],
  'How long': ['requestTimeoutMs', 'jobTimeoutMs', 'jobResultMs', 'idempotencyWindowMs', 'drainTimeoutMs'],
  'What is told': ['logLevel', 'metricsPerLayer']
}

/** Flags for settings. */
export function settingOptions (names: readonly SettingName[]): Option[] {
  return SETTINGS.filter(({ name }) => names.includes(name)).map(({ name, flag, description, defaultText, placeholder }) => isSwitch(name)
    ? { flag, kind: 'switch', description }
    : { flag, kind: 'text', value: placeholder, description: `${description}${defaultText === '' ? '' : ` Default: ${defaultText}.`}` })
}

/** Flags for the settings of a model that is loaded here, for commands that can also ask a server. */
export function localModelOptions (): Option[] {
  return settingOptions(MODEL_SETTINGS).map((option) => ({ ...option, heading: 'Here' }))
}

/** Flags for every setting, under headings. */
export function groupedSettingOptions (): Option[] {
  const grouped = new Set(Object.values(GROUPS).flat())
  const others = SETTINGS.map(({ name }) => name).filter((name) => !grouped.has(name))
  return [...settingOptions(others), ...Object.entries(GROUPS).flatMap(([heading, names]) => settingOptions(names).map((option) => ({ ...option, heading })))]
}

/** The settings that were given on the command line, as text. */
export function settingFlags (args: Arguments): Partial<Record<SettingName, string>> {
  return Object.fromEntries(SETTINGS.flatMap(({ name, flag }) => {
    const text = args.has(flag) ? 'true' : args.text(flag)
    return text === undefined ? [] : [[name, text]]
  }))
}
