/**
 * npm run bench: this server over HTTP, its engine alone, and a plain PyTorch loop on the same weights, taking turns in one run.
 *
 * Prints a report and, with --out, writes it as Markdown. What is expected and why: docs/benchmarks.md.
 */
import { writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { loadManifest } from '../src/artifacts/load-manifest.js'
import { countAgreement } from './agreement.js'
import { type Measurement } from './closed-loop.js'
import { type Cell, type Contestants, roundOf, startContestants, stopContestants } from './contestants.js'
import { livenessUnderLoad } from './liveness.js'
import { renderReport } from './report.js'
import { wholeNumber } from './whole-number.js'

const HELP = `Usage: npm run bench -- [options]

  --model FOLDER        model folder                                  (models/unif2ace-small)
  --concurrency LIST    requests at once                              (1,4,16)
  --rounds N            rounds; the contestants take turns in each    (3)
  --steps N             unmasking steps of a picture                  (the model's default)
  --max-tokens N        most tokens of a caption                      (64)
  --threads N           threads of each contestant                    (all cores)
  --python FILE         Python with the training package              (training/.venv/bin/python)
  --out FILE            also write the report there`

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'models/unif2ace-small' },
    concurrency: { type: 'string', default: '1,4,16' },
    rounds: { type: 'string', default: '3' },
    steps: { type: 'string' },
    'max-tokens': { type: 'string', default: '64' },
    threads: { type: 'string', default: String(availableParallelism()) },
    python: { type: 'string', default: 'training/.venv/bin/python' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false }
  }
})

if (values.help) console.log(HELP)
else await bench()

async function bench (): Promise<void> {
  const folder = resolve(values.model)
  const threads = wholeNumber(values.threads)
  const { manifest } = await loadManifest(folder)
  const settings = { steps: wholeNumber(values.steps ?? String(manifest.defaults.num_inference_steps)), guidance: manifest.defaults.guidance_scale }
  const contestants = await startContestants({ folder, threads, python: values.python })
  try {
    const measurements: Measurement[] = []
    const maxTokens = wholeNumber(values['max-tokens'])
    for (let round = 0; round < wholeNumber(values.rounds); round++) {
      for (const concurrency of values.concurrency.split(',').map(wholeNumber)) {
        const cell: Cell = { round, concurrency, maxTokens, ...settings }
        console.error(`round ${round + 1} of ${values.rounds}, ${concurrency} at once`)
        measurements.push(...await roundOf(contestants, cell))
      }
    }
    const report = renderReport({
      measurements,
      livenessSeconds: await livenessUnderLoad(contestants, { ...settings, maxTokens }),
      readySeconds: contestants.server.readySeconds,
      residentBytes: await contestants.server.residentBytes(),
      agreement: await countAgreement(contestants, { ...settings, maxTokens }),
      conditions: conditions(manifest, contestants, threads, { ...settings, maxTokens })
    })
    console.log(report)
    if (values.out !== undefined) await writeFile(values.out, report)
  } finally {
    await stopContestants(contestants)
  }
}

interface Model { name: string, precision: string }

function conditions (model: Model, { plain }: Contestants, threads: number, settings: { steps: number, guidance: number, maxTokens: number }): Record<string, string | number> {
  return {
    model: `${model.name} (${model.precision})`,
    processor: cpus()[0]?.model ?? 'unknown',
    threads,
    node: process.version,
    torch: plain.torchVersion,
    steps: settings.steps,
    'guidance scale': settings.guidance,
    'most tokens of a caption': settings.maxTokens
  }
}
