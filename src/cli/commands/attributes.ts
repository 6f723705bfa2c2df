import { attributesBody } from '../../http/attributes-body.js'
import { AttributesJsonSchema } from '../../http/schemas/attributes.js'
import { ATTRIBUTE_NAMES, type AttributeName } from '../../tasks/attribute-list.js'
import { DEFAULT_THRESHOLD, readAttributes } from '../../tasks/read-attributes.js'
import type { Arguments } from '../arguments.js'
import type { Command, CommandContext } from '../command.js'
import type { ExitCode } from '../exit-codes.js'
import { UsageError } from '../failure.js'
import { askPictures, PICTURE_OPTIONS } from '../pictures/ask-pictures.js'
import { showAttributes } from '../pictures/show-attributes.js'
import { numberField, requestFields, requestOptions } from '../request-options.js'
import { localModelOptions } from '../setting-options.js'

export const attributesCommand: Command = {
  name: 'attributes',
  summary: 'List attributes of the face in a picture',
  usage: 'FILE [options]',
  description: 'Lists what the face in FILE looks like: name, value and probability, one attribute a line. FILE is a PNG, JPEG, WebP or GIF, - for standard input, or a folder: then the answers are JSON, one line a picture.\nAn attribute whose value is not likely enough, or cannot be seen, has no value, and the line says why.',
  examples: [
    { command: 'unif2ace attributes face.png', does: '' },
    { command: 'unif2ace attributes face.png --attribute hair_colour --attribute glasses --threshold 0.8', does: 'Two attributes, and only values that are at least 80 percent likely.' },
    { command: 'unif2ace attributes photos -o attributes.jsonl --url http://127.0.0.1:8080', does: 'Every picture in the folder photos, on a server. The same command goes on after a stop.' }
  ],
  options: [
    { flag: 'attribute', kind: 'list', value: 'NAME', description: `An attribute; give several for several. Left out: all of ${ATTRIBUTE_NAMES.join(', ')}.` },
    ...requestOptions(AttributesJsonSchema, ['threshold']),
    ...PICTURE_OPTIONS,
    { flag: 'json', kind: 'switch', description: 'Answer with JSON: the attributes with the probabilities of all values, face and usage.' },
    ...localModelOptions()
  ],
  positionals: { least: 1, most: 1 },
  run
}

async function run (args: Arguments, context: CommandContext): Promise<ExitCode> {
  const names = args.list('attribute')?.map(attributeName)
  const threshold = numberField(requestFields(AttributesJsonSchema, ['threshold'], args), 'threshold') ?? DEFAULT_THRESHOLD
  return await askPictures(args.positionals[0] ?? '', {
    task: 'answer',
    route: { path: '/v1/faces/attributes', fields: { threshold, ...(names === undefined ? {} : { attributes: names }) } },
    here: async (image, tasks, asked) => attributesBody(await readAttributes(tasks, { image, names, threshold }, asked), threshold),
    show: showAttributes
  }, args, context)
}

function attributeName (text: string): AttributeName {
  const name = ATTRIBUTE_NAMES.find((each) => each === text)
  if (name === undefined) throw new UsageError(`--attribute must be one of ${ATTRIBUTE_NAMES.join(', ')}, and it is "${text}"`)
  return name
}
