import { loadManifest, verifyFiles } from '../../artifacts/load-manifest.js'
import { modelDigest } from '../../artifacts/model-digest.js'
import type { Config } from '../../config.js'
import { modelPath } from '../../model-path.js'
import type { Arguments } from '../arguments.js'
import type { Command, CommandContext } from '../command.js'
import { EXIT, type ExitCode } from '../exit-codes.js'
import { withLocalModel } from '../local-model.js'
import { Progress } from '../progress.js'
import { settingFlags, settingOptions } from '../setting-options.js'

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'Check model folders and load them',
  usage: '[FOLDER]... [options]',
  description: 'Checks the manifest of each FOLDER (a name under models/, or a path), compares every file with its SHA-256, loads the model as the server would, and has it make a picture and describe one. Left out: the models that are set.',
  examples: [
    { command: 'unif2ace verify', does: '' },
    { command: 'unif2ace verify ./exported --execution-provider cpu && unif2ace serve --model ./exported', does: '' }
  ],
  options: [
    { flag: 'files-only', kind: 'switch', description: 'Stop after the files: what a machine without the memory or the GPU can check.' },
    ...settingOptions(['executionProvider', 'threads'])
  ],
  positionals: { least: 0, most: 64 },
  run
}

async function run (args: Arguments, context: CommandContext): Promise<ExitCode> {
  const config = context.readConfig(settingFlags(args))
  const folders = args.positionals.length > 0 ? args.positionals : [config.model, ...config.moreModels]
  for (const model of folders) await verify({ ...config, model }, args.has('files-only'), context)
  return EXIT.ok
}

async function verify (config: Config, isForFilesOnly: boolean, context: CommandContext): Promise<void> {
  const { terminal } = context
  const path = modelPath(config.model)
  const { manifest, ...found } = await loadManifest(path)
  terminal.answer(`manifest  ${manifest.name}, ${manifest.precision}, ${manifest.license}: ${manifest.description}\n`)
  terminal.answer(`digest    ${modelDigest(manifest)}\n`)
  const files = Object.values(manifest.files)
  const hashing = new Progress(terminal, 'comparing files')
  let compared = 0
  await verifyFiles({ manifest, ...found }, () => { hashing.report(compared++, files.length, 'files') })
  hashing.end()
  terminal.answer(`files     ${files.length} files, ${megabytes(files.reduce((sum, { bytes }) => sum + bytes, 0))}, each with the size and SHA-256 of the manifest\n`)
  if (isForFilesOnly) return
  await withLocalModel(config, context, async ({ loaded: { executionProvider, fallbackReason }, loadMs }) => {
    terminal.answer(`engine    loaded and warmed up on ${executionProvider} in ${(loadMs / 1000).toFixed(1)} s\n`)
    if (fallbackReason !== undefined) terminal.tell(`not on CUDA: ${fallbackReason}`)
  })
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
