import t from 'tap'
import { COMMANDS } from '../../../src/cli/run-cli.js'
import { SETTINGS } from '../../../src/config.js'
import { packageVersion } from '../../../src/package.js'
import { commandLine } from '../../support/command-line.js'

t.test('help is an answer, and every command has its own with examples', async (t) => {
  for (const argv of [['--help'], ['-h'], ['help']]) {
    const { code, answer, told } = await commandLine(argv)
    t.match({ code, told }, { code: 0, told: [] })
    for (const { name, summary } of COMMANDS) t.match(answer, new RegExp(`  ${name} +${summary}`))
    t.match(answer, /Exit codes: 0 done; 1 .*; 2 /)
  }
  for (const { name, options, examples } of COMMANDS) {
    const { code, answer } = await commandLine([name, '--help'])
    t.equal(code, 0)
    t.match(answer, new RegExp(`^Usage: unif2ace ${name} `))
    for (const { flag } of options) t.match(answer, flag.length === 1 ? `-${flag}` : `--${flag}`, name)
    for (const { command } of examples) t.ok(answer.includes(command))
    t.ok(answer.split('\n').every((line) => line.length <= 104), `the help of ${name} fits a terminal`)
    t.equal((await commandLine(['help', name])).answer, answer)
  }
})

t.test('the help says what each value may be, and what belongs together stands together', async (t) => {
  const { answer } = await commandLine(['serve', '--help'])
  for (const line of ['  --execution-provider auto|cpu|cuda', '  --provenance on|off', '  --port N', '  --drain-timeout-ms MS', '  --max-upload-bytes BYTES', '  --api-keys-file FILE']) t.ok(answer.includes(line), line)
  t.notMatch(answer, /VALUE/)
  const headings = answer.split('\n').filter((line) => /^[A-Z].*:$/.test(line))
  t.same(headings, ['Options:', 'Who may ask, and from where:', 'What is answered:', 'How much at a time:', 'How long:', 'What is told:', 'Examples:'])
  for (const { flag } of SETTINGS) t.equal(answer.split('\n').filter((line) => line.startsWith(`  --${flag}`) && !/^[\w-]/.test(line.slice(4 + flag.length))).length, 1, `--${flag} once`)
  t.match((await commandLine(['caption', '--help'])).answer, /\nOn a server:\n {2}--url URL[^]*\nHere:\n {2}--model FOLDER/)
})

t.test('help for a command needs nothing else to be right', async (t) => {
  t.equal((await commandLine(['ask', '--help'], { environment: { UNIF2ACE_PORT: 'nonsense' } })).code, 0)
})

t.test('the commands of the contract are there', async (t) => {
  t.same(COMMANDS.map(({ name }) => name), ['serve', 'generate', 'caption', 'ask', 'attributes', 'replay', 'verify', 'doctor', 'bench'])
})

t.test('the version is that of the package', async (t) => {
  for (const spelling of ['--version', '-V', 'version']) t.match(await commandLine([spelling]), { code: 0, answer: `${packageVersion()}\n`, told: [] }, spelling)
})

t.test('what cannot be understood ends with 2, answers nothing and says what would be right', async (t) => {
  const cases: [string[], RegExp][] = [
    [[], /Usage: unif2ace COMMAND/],
    [['paint'], /no command paint; the commands are serve, generate/],
    [['genrate', 'a'], /no command genrate, perhaps generate;/],
    [['help', 'paint'], /no command paint/],
    [['caption'], /something is missing: unif2ace caption /],
    [['generate'], /takes a PROMPT, or a file/],
    [['generate', 'a', 'b'], /too much: unif2ace generate \[PROMPT\]/],
    [['generate', ''], /PROMPT must not have fewer than 1/],
    [['generate', 'a', '--guidence-scale', '2'], /no option --guidence-scale here, perhaps --guidance-scale;/],
    [['generate', 'a', '--steps', '2'], /perhaps --num-inference-steps;/],
    [['generate', 'a', '-x'], /no option -x here;/],
    [['generate', 'a', '--seed', '-1'], /^unif2ace: the value of --seed begins with -; write --seed=VALUE$/],
    [['generate', 'a', '-o', '--force'], /the value of -o begins with -; write -oVALUE$/],
    [['generate', 'a', '--force=yes'], /--force takes no value$/],
    [['generate', 'a', '-n', '0'], /: -n must be >= 1/],
    [['generate', 'a', '--seed'], /--seed needs a value$/],
    [['generate', 'a', '--seed', '7.5'], /--seed must be integer, and it is "7.5"/],
    [['generate', 'a', '--guidance-scale', '0'], /--guidance-scale must be >= 1/],
    [['generate', 'a', '--seed', '1', '--seed', '2'], /--seed was given twice/],
    [['generate', 'a', '-o', 'face.bmp'], /must be one of \.png, \.webp, \.jpg/],
    [['generate', 'a', '-o', '-', '-n', '2'], /standard output takes one picture/],
    [['generate', 'a', '-o', '-', '--json'], /--json and the picture/],
    [['ask', 'face.png'], /unif2ace ask FILE QUESTION/],
    [['ask', 'face.png', 'who?', '--choice', 'a'], /--choice .*fewer than 2/],
    [['ask', 'face.png', 'who?', '--choice', 'a', '--choice', 'b', '--max-tokens', '3'], /--max-tokens has no effect/],
    [['caption', 'face.png', '--temperature', '3'], /--temperature must be <= 2/],
    [['serve', '--port', '99999'], /--port takes a whole number from 0 to 65535/],
    [['serve', 'model'], /too much/],
    [['doctor', '--execution-provider', 'gpu'], /one of auto, cpu, cuda/]
  ]
  for (const [argv, message] of cases) {
    const { code, answer, told } = await commandLine(argv)
    t.match({ code, answer, told: told.join('\n') }, { code: 2, answer: '', told: message }, argv.join(' '))
  }
  t.match(await commandLine(['doctor'], { environment: { UNIF2ACE_PROT: '1' } }), { code: 2, told: [/no setting UNIF2ACE_PROT \(perhaps UNIF2ACE_PORT\)/] })
})

t.test('serve prints the settings that the environment and the flags make', async (t) => {
  const { code, answer } = await commandLine(['serve', '--port', '9000', '--metrics-per-layer', '--print-config'], { environment: { UNIF2ACE_PORT: '1', UNIF2ACE_HOST: '::1' } })
  t.equal(code, 0)
  const config = JSON.parse(answer)
  t.match(config, { port: 9000, host: '::1', metricsPerLayer: true })
  t.same(Object.keys(config), SETTINGS.map(({ name }) => name))
})

t.test('the benchmark is part of a checkout', async (t) => {
  t.match(await commandLine(['bench', '--help']), { code: 0, answer: /npm run bench/ })
})
