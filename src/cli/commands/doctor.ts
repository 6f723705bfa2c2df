import type { Arguments } from '../arguments.js'
import type { Command, CommandContext } from '../command.js'
import { examineKeys, examineModels, examineNode, examinePictures, examinePort } from '../doctor/installation.js'
import { type Finding, findingLines } from '../doctor/finding.js'
import { examineRuntime } from '../doctor/runtime.js'
import { EXIT, type ExitCode } from '../exit-codes.js'
import { settingFlags, settingOptions } from '../setting-options.js'

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Explain what would run the model, and what is missing',
  usage: '[options]',
  description: 'Looks at everything that the server needs: Node.js, ONNX Runtime and its execution providers, the picture library, the model folder, API keys and the address. Says why CUDA would or would not be used, and what to install for it. Ends with 1 when the server would not start as it is set.',
  examples: [
    { command: 'unif2ace doctor', does: '' },
    { command: 'unif2ace doctor --execution-provider cuda', does: 'What is missing for a GPU?' }
  ],
  options: settingOptions(['host', 'port', 'model', 'moreModels', 'executionProvider', 'apiKeysFile']),
  positionals: { least: 0, most: 0 },
  run
}

async function run (args: Arguments, { readConfig, terminal }: CommandContext): Promise<ExitCode> {
  const config = readConfig(settingFlags(args))
  // Each line is said when it is known: should native code take the process down, the last line says where.
  const examinations: (() => Promise<Finding[]>)[] = [
    async () => [await examineNode()],
    async () => await examineRuntime(config),
    async () => [await examinePictures()],
    async () => await examineModels(config),
    async () => [await examineKeys(config)],
    async () => [await examinePort(config)]
  ]
  const findings: Finding[] = []
  for (const examination of examinations) {
    const found = await examination()
    for (const finding of found) terminal.answer(findingLines(finding))
    findings.push(...found)
  }
  const problems = findings.filter(({ state }) => state === 'problem')
  if (problems.length === 0) terminal.tell('the server can start')
  else terminal.tell(`the server cannot start as it is set: ${problems.map(({ subject }) => subject).join(', ')}`)
  return problems.length === 0 ? EXIT.ok : EXIT.failed
}
