import { isSwitch, SETTINGS, type SettingName } from '../config.js'
import type { Arguments, Option } from './arguments.js'

/** Settings that matter to a command that runs a model without HTTP. */
export const MODEL_SETTINGS: readonly SettingName[] = ['model', 'executionProvider', 'threads']

/** Flags for settings; all of them where none are named. */
export function settingOptions (names: readonly SettingName[] = SETTINGS.map(({ name }) => name)): Option[] {
  return SETTINGS.filter(({ name }) => names.includes(name)).map(({ name, flag, description, defaultText }) => isSwitch(name)
    ? { flag, kind: 'switch', description }
    : { flag, kind: 'text', value: 'VALUE', description: `${description}${defaultText === '' ? '' : ` Default: ${defaultText}.`}` })
}

/** The settings that were given on the command line, as text. */
export function settingFlags (args: Arguments): Partial<Record<SettingName, string>> {
  return Object.fromEntries(SETTINGS.flatMap(({ name, flag }) => {
    const text = args.has(flag) ? 'true' : args.text(flag)
    return text === undefined ? [] : [[name, text]]
  }))
}
