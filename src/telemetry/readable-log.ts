/** A line of the log, as pino writes it. */
type Line = Readonly<Record<string, unknown>> & { level: string, time: string, msg: string }

/** Fields that are shown as words or not at all; any other is shown as `name=value`. */
const SAID: ReadonlySet<string> = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'reqId', 'req', 'res', 'responseTime', 'err', 'address', 'model', 'precision', 'executionProvider', 'fallbackReason'])
/** Requests under way whose method and path are remembered; one that is never answered must not stay for ever. */
const MOST_REMEMBERED = 1000
const INDENT = ' '.repeat(10)

/**
 * The log for somebody at a terminal: a time, a sentence and its fields a line, a line for each request when it is answered, and where to go when the server is ready.
 * Programs read the log itself, one JSON object a line.
 */
export class ReadableLog {
  readonly #print: (text: string) => void
  readonly #requests = new Map<string, string>()

  constructor (print: (text: string) => void) {
    this.#print = print
  }

  /** @param json a line of the log */
  write (json: string): void {
    const line: Line = JSON.parse(json)
    const { reqId, req, time, level } = line
    if (line.msg === 'incoming request' && isRequest(req)) {
      this.#remember(String(reqId), `${req.method} ${req.path}`)
      return
    }
    const at = new Date(time).toLocaleTimeString('en-GB')
    this.#print(`${at}  ${level === 'info' ? '' : `${level}: `}${this.#sentence(line)}${fieldsOf(line)}\n${directions(line)}`)
  }

  #sentence ({ msg, reqId, res, responseTime, err }: Line): string {
    const request = this.#requests.get(String(reqId))
    if (isAnswer(res) && typeof responseTime === 'number') {
      this.#requests.delete(String(reqId))
      return `${request ?? 'a request'} ${res.statusCode}, ${(responseTime / 1000).toFixed(2)} s`
    }
    const cause = isError(err) && err.message !== msg ? `: ${err.message}` : ''
    return `${request === undefined ? '' : `${request} – `}${msg}${cause}`
  }

  #remember (id: string, request: string): void {
    const [oldest] = this.#requests.keys()
    if (this.#requests.size >= MOST_REMEMBERED && oldest !== undefined) this.#requests.delete(oldest)
    this.#requests.set(id, request)
  }
}

function fieldsOf (line: Line): string {
  const fields = Object.entries(line).filter(([name]) => !SAID.has(name)).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return fields.length === 0 ? '' : `  (${fields.join(', ')})`
}

/** What somebody who has just started a server wants to know next. */
function directions ({ address, model, precision, executionProvider, fallbackReason }: Line): string {
  if (typeof address !== 'string') return ''
  const what = model === undefined ? '' : `${INDENT}model       ${String(model)}, ${String(precision)} on ${String(executionProvider)}${fallbackReason === undefined ? '' : ' (no GPU is used: npx unif2ace doctor says why)'}\n`
  return `\n${what}${INDENT}browser     ${address}/\n${INDENT}reference   ${address}/docs\n${INDENT}to stop     Ctrl+C\n\n`
}

const isRequest = (value: unknown): value is { method: string, path: string } => typeof value === 'object' && value !== null && 'method' in value && 'path' in value
const isAnswer = (value: unknown): value is { statusCode: number } => typeof value === 'object' && value !== null && 'statusCode' in value
const isError = (value: unknown): value is { message: string } => typeof value === 'object' && value !== null && 'message' in value
