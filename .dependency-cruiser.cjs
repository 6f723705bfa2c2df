/**
 * The rooms of src/ and the doors between them (docs/architecture.md). Imports go down only, and one room owns each dependency.
 */
const room = (name) => `^src/${name}/`
const onlyIn = (name, comment, path, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^src/', pathNot: allowed },
  to: { path }
})
const never = (name, comment, from, to, toNot) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: to, ...(toNot ? { pathNot: toNot } : {}) }
})

module.exports = {
  forbidden: [
    { name: 'no-circular', comment: 'A circle means two files are one idea, or a third is missing.', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', comment: 'A file that nobody imports is dead, or it is an entry and belongs in the list.', severity: 'error', from: { orphan: true, pathNot: ['^src/(main|cli)\\.ts$', '^src/engine/worker\\.ts$', '^src/image/c2pa/thread\\.ts$', '\\.d\\.ts$'] }, to: {} },

    never('http-only-above-tasks', 'Tasks, codecs and the engine know nothing of HTTP.', '^src/(tasks|text|image|faces|engine|scheduler|sampling|runtime|artifacts|telemetry|common)/', room('http')),
    never('tasks-are-above-the-engine', 'The engine and its parts do not know what a user asked for.', '^src/(text|image|engine|scheduler|sampling|runtime|artifacts|telemetry|common)/', room('tasks')),
    never('one-door-to-the-engine', 'HTTP, tasks and the porch reach the engine through its client, its protocol and the checks beside them.', '^src/(http|tasks)/', room('engine'), '^src/engine/(client|protocol|work-units)\\.ts$'),
    never('codecs-are-leaves', 'text/ and image/ turn strings and bytes into ids and pixels; they need only the floor, and faces/ beside it.', '^src/(text|image)/', '^src/(?!text/|image/|faces/|artifacts/|common/)'),
    never('engine-knows-no-text', 'The engine sees token ids, code ids and pixels.', '^src/(engine|scheduler|sampling|runtime)/', '^src/(text|image|http|tasks)/'),
    never('scheduler-and-sampling-are-pure', 'Same input, same output: no npm package, no node: module, nothing above the floor.', '^src/(scheduler|sampling)/', '.', '^src/(scheduler|sampling|common/(ids|clock|rng|byte-pattern))'),
    never('faces-are-arithmetic', 'Pixels and numbers in, pixels and numbers out: no npm package, no node: module, nothing of ours.', room('faces'), '.', room('faces')),
    never('runtime-stands-on-the-floor', 'runtime/ knows sessions and tensors, not rows or sequences.', room('runtime'), '^src/(?!runtime/|artifacts/|common/)'),
    never('artifacts-stand-on-the-floor', 'Reading a model folder needs only errors.', room('artifacts'), '^src/(?!artifacts/|common/)'),
    never('policy-judges-texts', 'A policy knows texts and its file, and nothing of models or requests.', room('policy'), '^src/(?!policy/|common/)'),
    never('telemetry-counts', 'Telemetry is told numbers and asks for nothing.', room('telemetry'), '^src/(?!telemetry/|common/)'),
    never('the-floor', 'common/ stands on nothing.', room('common'), '^src/(?!common/)'),

    onlyIn('fastify-in-http', 'Fastify lives in http/ and on the porch.', 'node_modules/(fastify|@fastify)', ['^src/http/', '^src/(app|main)\\.ts$']),
    onlyIn('koffi-in-runtime', 'Native code for models lives in runtime/.', 'node_modules/(koffi|onnxruntime-node|onnxruntime-common)', ['^src/runtime/']),
    onlyIn('sharp-in-image', 'Pictures are decoded and encoded in image/.', 'node_modules/(sharp|@img)', ['^src/image/']),
    onlyIn('yaml-in-policy', 'The server reads YAML in one room.', 'node_modules/yaml', ['^src/policy/']),
    onlyIn('prom-client-in-telemetry', 'Every metric is declared in one room.', 'node_modules/prom-client', ['^src/telemetry/']),
    onlyIn('opentelemetry-in-telemetry', 'Spans are told to an interface; the SDK behind it is loaded where traces are wanted.', 'node_modules/@opentelemetry', ['^src/telemetry/']),
    onlyIn('tokenizers-in-text', 'Words become ids in text/.', 'node_modules/@huggingface', ['^src/text/']),
    onlyIn('regexpp-in-text', 'Regular expressions of callers are read in text/.', 'node_modules/@eslint-community', ['^src/text/']),
    onlyIn('outbound-in-http', 'One file asks other servers for something: pictures that a request names.', 'node_modules/(undici|ipaddr)', ['^src/http/fetch-picture']),
    onlyIn('processes-in-engine', 'Only the engine has a child process and only signatures a thread; the bench command hands over to npm.', '^(node:)?(child_process|worker_threads|cluster)$', ['^src/engine/(client|worker)', '^src/engine/client/', '^src/engine/process', '^src/image/c2pa/', '^src/cli/commands/bench'])
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], extensions: ['.ts', '.js', '.d.ts'] }
  }
}
