import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { ExpertsSchema } from '../http/schemas/experts.js'
import type { TaskContext } from '../tasks/task-context.js'
import type { Arguments, Option } from './arguments.js'
import type { Terminal } from './terminal.js'

/** Flag of commands that ask the model for something. */
export const EXPERTS_OPTION: Option = { flag: 'experts', kind: 'switch', description: 'Tell which experts the passes chose, layer by layer, with their shares: in JSON as usage.experts, else on standard error.' }

/** What a request that is made here says about it. */
export function expertsWish (args: Arguments): Pick<TaskContext, 'experts'> {
  return args.has('experts') ? { experts: 'by-layer' } : {}
}

/** The same as the field of a server's routes. */
export function expertsField (args: Arguments): { include_experts?: true } {
  return args.has('experts') ? { include_experts: true } : {}
}

const ShownSchema = Type.Object({ experts: ExpertsSchema })

/** A line a layer: `layer 0: routed 0 12 %, 1 4 % …; of pictures copy 25 %, noise 75 % …`. @param usage as the routes word it */
export function tellExperts (usage: unknown, terminal: Terminal): void {
  if (!Value.Check(ShownSchema, usage)) {
    terminal.tell('no pass took place, so no expert was chosen')
    return
  }
  const { experts: { group, layers, picture_passes: passes } } = usage
  terminal.tell(`experts of ${group}: shares of each layer's choices${passes === 0 ? '; the picture was not read anew, so its own experts chose nothing' : `, and of the ${passes} passes over a picture`}`)
  for (const { layer, token_level: routed, sequence_level: whole } of layers) {
    const ofTokens = routed.map(({ expert, share }) => `${expert} ${percent(share)}`)
    const ofPictures = whole.map(({ kind, share }) => `${kind} ${percent(share)}`)
    terminal.tell(`layer ${layer}: routed ${ofTokens.join(', ')}${passes === 0 ? '' : `; of pictures ${ofPictures.join(', ')}`}`)
  }
}

const percent = (share: number): string => `${Math.round(100 * share)} %`
