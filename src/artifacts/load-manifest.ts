import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { codedError } from '../common/errors.js'
import { encoderContradictions } from './check-encoders.js'
import { type Manifest, ManifestSchema } from './manifest.js'
import { SEQUENCE_EXPERTS } from './sequence-experts.js'

/** A model folder whose manifest was read and whose files have the sizes it states. */
export interface ModelFolder {
  /** Path of the folder. */
  path: string
  manifest: Manifest
}

/**
 * Reads and checks `manifest.json`: its schema, what it says about itself, and that every file is there with its size. Cheap; `verifyFiles` reads the files.
 *
 * @throws model_folder_missing, manifest_invalid, model_file_missing, model_file_changed
 */
export async function loadManifest (folder: string): Promise<ModelFolder> {
  const path = join(folder, 'manifest.json')
  const manifest = parseManifest(path, await readManifest(folder, path))
  for (const [file, { bytes }] of Object.entries(manifest.files)) {
    const found = await fileSize(folder, file)
    if (found !== bytes) throw codedError('model_file_changed', [file, 'size in bytes', bytes, found])
  }
  return { path: folder, manifest }
}

/**
 * Compares the SHA-256 of every file with the manifest. Reads all of them once.
 *
 * @param onFile told before each file is read, for progress
 * @throws model_file_missing, model_file_changed
 */
export async function verifyFiles ({ path, manifest }: ModelFolder, onFile?: (file: string) => void): Promise<void> {
  for (const [file, { sha256 }] of Object.entries(manifest.files)) {
    onFile?.(file)
    const found = await fileDigest(join(path, file))
    if (found !== sha256) throw codedError('model_file_changed', [file, 'sha256', sha256, found])
  }
}

/** Path of a file that the manifest names. */
export function modelFile (folder: ModelFolder, file: string): string {
  return join(folder.path, file)
}

async function readManifest (folder: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw codedError('model_folder_missing', [folder], { cause })
  }
}

function parseManifest (path: string, json: string): Manifest {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (cause) {
    throw codedError('manifest_invalid', [path, 'it is not JSON'], { cause })
  }
  const version = typeof value === 'object' && value !== null && 'format_version' in value ? value.format_version : undefined
  if (version !== 2 && version !== 3) throw codedError('manifest_invalid', [path, `its format_version is ${JSON.stringify(version)} and this server reads 2 and 3; export the model again`])
  if (!Value.Check(ManifestSchema, value)) throw codedError('manifest_invalid', [path, describeMismatch(value)])
  const [problem] = [...contradictions(value), ...encoderContradictions(value)]
  if (problem !== undefined) throw codedError('manifest_invalid', [path, problem])
  return value
}

/** The first thing that the schema objects to, with its place. */
function describeMismatch (value: unknown): string {
  const first = Value.Errors(ManifestSchema, value)[0]
  if (first === undefined) return 'it does not match the schema'
  const place = first.instancePath === '' ? 'the top level' : first.instancePath
  return `${place} ${first.message}`
}

/** Statements that cannot all be true, though each has the right type. */
function contradictions ({ sizes, special_ids: ids, parameters, limits, graphs, weights, files }: Manifest): string[] {
  const named = [...Object.values(graphs).map((graph) => graph.file), weights.file, 'tokenizer.json']
  const rules: [holds: boolean, problem: string][] = [
    ...named.map((file): [boolean, string] => [file in files, `files does not list ${file}`]),
    ...Object.keys(files).map((file): [boolean, string] => [isInside(file), `files names ${JSON.stringify(file)}, which lies outside the folder`]),
    [sizes.image_grid[0] * sizes.image_grid[1] === sizes.image_tokens, 'sizes.image_grid and sizes.image_tokens do not agree'],
    [ids.mask_code === sizes.codebook, 'special_ids.mask_code is not the size of the codebook'],
    [ids.image_offset + sizes.codebook < sizes.joint_vocabulary, 'the codebook does not fit into the joint vocabulary'],
    [Math.max(ids.sot, ids.eot) < sizes.text_vocabulary, 'special_ids.sot and eot are not text tokens'],
    [sizes.routed_experts_per_token <= sizes.routed_experts, 'sizes.routed_experts_per_token is more than there are'],
    [sizes.sequence_experts_per_picture <= sizes.sequence_experts, 'sizes.sequence_experts_per_picture is more than there are'],
    [sizes.sequence_experts === SEQUENCE_EXPERTS.generate.length, `sizes.sequence_experts is not ${SEQUENCE_EXPERTS.generate.length}: ${SEQUENCE_EXPERTS.generate.join(', ')} and ${SEQUENCE_EXPERTS.understand.join(', ')}`],
    [limits.max_prompt_tokens < sizes.prompt_capacity, 'limits.max_prompt_tokens does not fit sizes.prompt_capacity'],
    [sizes.picture_prefix_length + limits.max_question_tokens < sizes.slot_capacity, 'limits.max_question_tokens does not fit sizes.slot_capacity'],
    [parameters.sequence_expert.generate.length === sizes.sequence_experts, 'parameters.sequence_expert.generate has another number of experts'],
    [parameters.sequence_expert.understand.length === sizes.sequence_experts, 'parameters.sequence_expert.understand has another number of experts'],
    ...Object.entries(graphs).map(([name, graph]): [boolean, string] => [
      hasDistinctNames(graph.inputs) && hasDistinctNames(graph.outputs), `graphs.${name} names a tensor twice`
    ])
  ]
  return rules.filter(([holds]) => !holds).map(([, problem]) => problem)
}

/** A file of the folder is named without a path: whoever writes a manifest must not reach files elsewhere. */
function isInside (file: string): boolean {
  return /^[\w][\w.-]*$/.test(file)
}

function hasDistinctNames (tensors: { name: string }[]): boolean {
  return new Set(tensors.map(({ name }) => name)).size === tensors.length
}

async function fileSize (folder: string, file: string): Promise<number> {
  try {
    return (await stat(join(folder, file))).size
  } catch (cause) {
    throw codedError('model_file_missing', [file], { cause })
  }
}

async function fileDigest (path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
