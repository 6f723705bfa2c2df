import { readFile } from 'node:fs/promises'
import { Value } from 'typebox/value'
import { isMap, isNode, LineCounter, parseDocument, type Document } from 'yaml'
import { codedError, type CodedError } from '../common/errors.js'
import { createPolicy, type Policy, PolicyProblemError } from './policy.js'
import { type PolicyFile, PolicyFileSchema, type Rule, RuleSchema } from './policy-file.js'

/** A file that was parsed, with what it takes to say where something stands in it. */
interface ReadFile { path: string, document: Document, lines: LineCounter, content: PolicyFile }

type Path = readonly (string | number)[]

/**
 * Reads a policy: YAML, or JSON, which is YAML too.
 *
 * @param path of the file
 * @param defaultPath of the file that `extends: default` means
 * @throws policy_invalid with the line and the field, when it cannot be read, parsed or used
 */
export async function readPolicy (path: string, defaultPath: string): Promise<Policy> {
  const file = await readPolicyFile(path)
  const base = file.content.extends === undefined ? {} : (await readPolicyFile(defaultPath)).content.rules
  const rules = Object.fromEntries([...new Set([...Object.keys(base), ...Object.keys(file.content.rules)])].map((category): [string, Rule] => {
    return [category, wholeRule(file, category, { ...base[category], ...file.content.rules[category] })]
  }))
  try {
    return createPolicy(rules)
  } catch (error) {
    if (error instanceof PolicyProblemError) throw invalid(file, ['rules', ...error.problem.path], error.problem.problem)
    throw error
  }
}

async function readPolicyFile (path: string): Promise<ReadFile> {
  const lines = new LineCounter()
  const document = parseDocument(await readText(path), { lineCounter: lines, prettyErrors: false })
  const [problem] = document.errors
  if (problem !== undefined) throw codedError('policy_invalid', [path, `line ${lines.linePos(problem.pos[0]).line}: ${problem.message}`])
  const content: unknown = document.toJS()
  if (Value.Check(PolicyFileSchema, content)) return { path, document, lines, content }
  const [first] = Value.Errors(PolicyFileSchema, content)
  const where = first?.instancePath.split('/').slice(1) ?? []
  throw invalid({ path, document, lines }, [...where, ...unknownField(first)], first?.message ?? 'it does not match the schema')
}

async function readText (path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw codedError('policy_invalid', [path, cause instanceof Error ? cause.message : String(cause)], { cause })
  }
}

/** The field that should not be there, which the validator's path leaves out. */
function unknownField (error: { keyword: string, params: object } | undefined): string[] {
  if (error === undefined || !('additionalProperties' in error.params)) return []
  const { additionalProperties: names } = error.params
  return Array.isArray(names) && typeof names[0] === 'string' ? [names[0]] : []
}

function wholeRule (file: ReadFile, category: string, rule: Partial<Rule>): Rule {
  if (Value.Check(RuleSchema, rule)) return rule
  const missing = Object.keys(RuleSchema.properties).filter((field) => !(field in rule))
  throw invalid(file, ['rules', category], `lacks ${missing.join(', ')}`)
}

/** The error for a place of a file: the line where it stands, or where what it would stand in does. */
function invalid ({ path, document, lines }: Omit<ReadFile, 'content'>, place: Path, problem: string): CodedError {
  const line = lines.linePos(offsetOf(document, place)).line
  return codedError('policy_invalid', [path, `line ${line}, ${fieldName(place)}: ${problem}`])
}

function offsetOf (document: Document, place: Path): number {
  for (let length = place.length; length > 0; length--) {
    const parent = document.getIn(place.slice(0, length - 1).map(asIndex), true)
    const key = place[length - 1]
    const pair = isMap(parent) ? parent.items.find(({ key: each }) => isNode(each) && String(each) === String(key)) : undefined
    const node = pair !== undefined ? pair.key : document.getIn(place.slice(0, length).map(asIndex), true)
    if (isNode(node) && node.range != null) return node.range[0]
  }
  return 0
}

/** Lists are entered by number, and a validator's path is text. */
function asIndex (step: string | number): string | number {
  return /^\d+$/.test(String(step)) ? Number(step) : step
}

/** `rules.minors.checks[0].terms[3]` */
function fieldName (place: Path): string {
  if (place.length === 0) return 'the top level'
  return place.map((step, index) => /^\d+$/.test(String(step)) ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`).join('')
}
