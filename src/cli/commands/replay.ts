import type { ReceiptPicture } from '../../artifacts/receipt.js'
import { generateFaces } from '../../tasks/generate-face.js'
import type { Arguments } from '../arguments.js'
import type { Command, CommandContext } from '../command.js'
import { EXIT, type ExitCode } from '../exit-codes.js'
import { withLocalModel } from '../local-model.js'
import { makeOnServer, makerOfServer } from '../replay/ask-server.js'
import { compare, type Comparison, type Maker, picturesNeeded, reasonsAgainst } from '../replay/compare.js'
import { readReceipt, type Replayable } from '../replay/read-receipt.js'
import { type Server, SERVER_OPTIONS, serverOf } from '../server.js'
import { localModelOptions, settingFlags } from '../setting-options.js'

export const replayCommand: Command = {
  name: 'replay',
  summary: 'Make the pictures of a receipt again and compare',
  usage: 'RECEIPT [options]',
  description: 'Makes the pictures of RECEIPT (JSON of an answer or of the header x-receipt; - for standard input) again, here or on a server, and compares their code ids.\nBeyond the exit codes of all commands: 3 when it made other pictures; 4 when it refuses, because the receipt is of another model, execution provider or of an edit.',
  examples: [
    { command: 'unif2ace replay answer.json', does: 'The JSON answer of /v1/faces/generate, or of unif2ace generate --json.' },
    { command: 'unif2ace replay receipt.json --prompt "a smiling woman" --url http://127.0.0.1:8080', does: 'A receipt from a header or a file, which hold no prompt, on a server.' }
  ],
  options: [
    { flag: 'prompt', kind: 'text', value: 'TEXT', description: 'The prompt, where the receipt holds none.' },
    { flag: 'negative-prompt', kind: 'text', value: 'TEXT', description: 'The negative prompt, where the receipt holds none.' },
    ...SERVER_OPTIONS,
    { flag: 'json', kind: 'switch', description: 'Answer with JSON: whether it agrees, why it was refused, each picture.' },
    ...localModelOptions()
  ],
  positionals: { least: 1, most: 1 },
  run
}

async function run (args: Arguments, context: CommandContext): Promise<ExitCode> {
  const text = Buffer.from(await context.readInput(args.positionals[0] ?? '')).toString('utf8')
  const wish = readReceipt(text, { prompt: args.text('prompt'), negativePrompt: args.text('negative-prompt') })
  const server = await serverOf(args, context)
  return server === undefined ? await replayHere(wish, args, context) : await replayThere(wish, server, args, context)
}

async function replayHere (wish: Replayable, args: Arguments, context: CommandContext): Promise<ExitCode> {
  return await withLocalModel(context.readConfig(settingFlags(args)), context, async ({ tasks, loaded, taskContext }) => {
    const maker = { modelName: tasks.model.manifest.name, modelDigest: tasks.model.digest, executionProvider: loaded.executionProvider }
    const { receipt, prompt, negativePrompt } = wish
    return await judge(wish, maker, args, context, async () => {
      const faces = await generateFaces(tasks, {
        prompt,
        negativePrompt,
        seed: receipt.seed,
        numInferenceSteps: receipt.num_inference_steps,
        guidanceScale: receipt.guidance_scale,
        n: picturesNeeded(receipt),
        format: 'png'
      }, taskContext('generate'))
      return faces.receipt.pictures
    })
  })
}

async function replayThere (wish: Replayable, server: Server, args: Arguments, context: CommandContext): Promise<ExitCode> {
  const maker = await makerOfServer(server, wish.receipt.model.digest)
  return await judge(wish, maker, args, context, async () => await makeOnServer(server, maker.modelName, wish))
}

async function judge ({ receipt }: Replayable, maker: Maker, args: Arguments, { terminal }: CommandContext, make: () => Promise<ReceiptPicture[]>): Promise<ExitCode> {
  const reasons = reasonsAgainst(receipt, maker)
  if (reasons.length > 0) {
    for (const reason of reasons) terminal.tell(`not replayed: ${reason}`)
    if (args.has('json')) terminal.answer(`${JSON.stringify({ agrees: null, reasons, pictures: [] })}\n`)
    return EXIT.refused
  }
  const pictures = compare(receipt, await make())
  const agrees = pictures.every((picture) => picture.agrees)
  if (args.has('json')) terminal.answer(`${JSON.stringify({ agrees, reasons, pictures })}\n`)
  else for (const picture of pictures) terminal.answer(`${describe(picture)}\n`)
  return agrees ? EXIT.ok : EXIT.differs
}

function describe ({ index, expected, found, agrees }: Comparison): string {
  return agrees ? `picture ${index}: the same code ids, ${expected}` : `picture ${index}: other code ids, ${found} instead of ${expected}`
}
